"""Events as text, on their way to other servers."""

import json
from collections.abc import Iterable, Iterator
from typing import Any, get_args

import structlog
from pydantic import TypeAdapter, ValidationError

from colonyserver.events import Event, EventsMissed

_MOST_BYTES = 7_000
"""PostgreSQL takes no message of 8,000 bytes or more."""

_ADAPTERS: dict[str, TypeAdapter[Any]] = {kind.__name__: TypeAdapter(kind) for kind in get_args(Event)}

_log = structlog.get_logger(__name__)


def encode_events(events: Iterable[Event]) -> Iterator[str]:
    """Texts that hold the events in order, several in one; an event that is too long only says that one was missed."""
    texts: list[str] = []
    size = 0
    for event in events:
        text = json.dumps([type(event).__name__, *event], separators=(",", ":"))
        if len(text) > _MOST_BYTES:
            text = json.dumps([EventsMissed.__name__])
        if size + len(text) > _MOST_BYTES:
            yield f"[{','.join(texts)}]"
            texts, size = [], 0
        texts.append(text)
        size += len(text) + 1
    if texts:
        yield f"[{','.join(texts)}]"


def decode_events(text: str) -> list[Event]:
    """The events in a text; what a server of another version says that this one does not know is left out."""
    events: list[Event] = []
    try:
        for name, *fields in json.loads(text):
            if name in _ADAPTERS:
                events.append(_ADAPTERS[name].validate_python(fields))
    except (ValueError, TypeError, ValidationError) as error:
        _log.warning("message of another server not understood", error=str(error))
        events.append(EventsMissed())
    return events
