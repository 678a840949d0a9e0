"""Fresh messages: a signed time and a nonce, so that one that somebody has recorded cannot be sent again.

Both are fields of the message itself, which servers that do not know them ignore (extension `freshness/1`).
"""

import re
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

import pydantic_core

from colonysdk.errors import InvalidMessage
from colonysdk.objects.wire import format_time, parse_time

REFUSAL = "Access denied, the message is not fresh"
"""How every refusal for lack of freshness begins."""

_NONCE = re.compile(r"[0-9A-Za-z]{16,128}")
_NONCE_BYTES = 16


class Stamp(NamedTuple):
    """When a message was made, and what tells it from every other."""

    time: datetime
    nonce: str


def stamp(message_json: bytes, now: datetime | None = None) -> bytes:
    """The JSON of a message with a time and a new nonce added."""
    fields = {"timestamp": format_time(now or datetime.now(UTC)), "nonce": secrets.token_hex(_NONCE_BYTES)}
    return message_json.rstrip()[:-1] + b"," + pydantic_core.to_json(fields)[1:]


def read_stamp(message_json: bytes) -> Stamp | None:
    """The stamp of a message, None for one without; raises InvalidMessage for one that is no stamp."""
    try:
        fields = pydantic_core.from_json(message_json)
    except ValueError as error:
        raise InvalidMessage(f"invalid JSON: {error}") from None
    if not isinstance(fields, Mapping) or not {"timestamp", "nonce"} & fields.keys():
        return None
    return _read(fields)


def _read(fields: Mapping[str, Any]) -> Stamp:
    nonce = fields.get("nonce")
    try:
        time = parse_time(fields.get("timestamp"))
    except ValueError as error:
        raise InvalidMessage(f"timestamp: {error}") from None
    if time is None:
        raise InvalidMessage("timestamp: a nonce needs a time, such as 2026-02-12T14:10:23Z")
    if not isinstance(nonce, str) or not _NONCE.fullmatch(nonce):
        raise InvalidMessage("nonce: 16 to 128 letters and digits, new for every message")
    return Stamp(time, nonce)
