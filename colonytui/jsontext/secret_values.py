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


def masked(members: dict[str, Any]) -> dict[str, Any]:
    """An environment or keyword arguments with the values of secret-looking names masked."""
    return {
        name: MASK if isinstance(value, str) and value and is_secret(name) else value for name, value in members.items()
    }


def masked_spec(spec: dict[str, Any]) -> dict[str, Any]:
    """A specification (wire names) with its environment and keyword arguments masked."""
    return {
        name: masked(value) if name in _FIELDS and isinstance(value, dict) else value for name, value in spec.items()
    }
