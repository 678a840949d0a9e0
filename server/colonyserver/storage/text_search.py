"""Whether a process speaks of a text: in its id, function, label or arguments, whatever the case."""

import pydantic_core

SEARCHED_CHARACTERS = 8192
"""Only so much of a specification is looked through; long arguments further on are not found."""


def contains(text: str, process_id: str, func_name: str, label: str | None, spec_json: str) -> bool:
    """Whether the text occurs; `spec_json` may be cut off after `SEARCHED_CHARACTERS`."""
    wanted = text.casefold()
    if wanted in process_id or wanted in func_name.casefold() or wanted in (label or "").casefold():
        return True
    # Most specifications are ruled out by their text, which is much cheaper than reading them.
    return _escaped(wanted) in spec_json.casefold() and _escaped(wanted) in _arguments(spec_json).casefold()


def _arguments(spec_json: str) -> str:
    spec = pydantic_core.from_json(spec_json, allow_partial="trailing-strings")
    return pydantic_core.to_json([spec.get("args"), spec.get("kwargs")]).decode()


def _escaped(text: str) -> str:
    """A text as it stands inside a JSON string."""
    return pydantic_core.to_json(text).decode()[1:-1]
