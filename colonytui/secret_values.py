"""Values that should not be read over somebody's shoulder."""

from __future__ import annotations

import re
from typing import Any

MASK = "••••••"

_SECRET_NAME = re.compile(r"key|token|secret|passw|credential", re.IGNORECASE)
_FIELDS = ("env", "kwargs")


def is_secret(name: str) -> bool:
    """Whether a variable of this name probably holds a secret."""
    return _SECRET_NAME.search(name) is not None


def masked(spec: dict[str, Any]) -> dict[str, Any]:
    """A specification (wire names) whose secret-looking environment and keyword arguments are masked."""
    return {name: _masked_members(value) if name in _FIELDS else value for name, value in spec.items()}


def _masked_members(members: Any) -> Any:
    if not isinstance(members, dict):
        return members
    return {
        name: MASK if isinstance(value, str) and value and is_secret(name) else value for name, value in members.items()
    }
