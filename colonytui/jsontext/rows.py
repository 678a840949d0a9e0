"""A JSON value as rows of a tree whose branches can be closed."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any

Path = tuple[str | int, ...]
"""Keys and indexes that lead to a value."""


class Kind(Enum):
    """What a row's value is; the value is the name of its colour."""

    BRANCH = "branch"
    TEXT = "text"
    NUMBER = "number"
    WORD = "word"


@dataclass(frozen=True)
class JsonRow:
    """One value of the tree."""

    path: Path
    key: str
    """The member's name or the element's index; empty for the root."""

    shown: str
    """The value as JSON, or a summary of a branch."""

    kind: Kind
    is_open: bool = False

    @property
    def depth(self) -> int:
        """How far it is indented."""
        return max(len(self.path) - 1, 0)


def json_rows(value: Any, closed: Collection[Path]) -> list[JsonRow]:
    """The rows of a tree; the branches in `closed` hide what they hold. The root is no row, unless it is a leaf."""
    if not _is_branch(value):
        return [_leaf((), "", value)]
    return list(_members((), value, closed))


def value_at(value: Any, path: Path) -> Any:
    """The value that a path leads to."""
    for step in path:
        value = value[step]
    return value


def branches(value: Any, path: Path = ()) -> Iterator[Path]:
    """The paths of all branches below a value."""
    for step, member in _steps(value):
        if _is_branch(member):
            yield (*path, step)
            yield from branches(member, (*path, step))


def _members(path: Path, value: Any, closed: Collection[Path]) -> Iterator[JsonRow]:
    for step, member in _steps(value):
        here = (*path, step)
        if not _is_branch(member):
            yield _leaf(here, str(step), member)
            continue
        is_open = here not in closed
        yield JsonRow(here, str(step), _summary(member), Kind.BRANCH, is_open)
        if is_open:
            yield from _members(here, member, closed)


def _steps(value: Any) -> Iterator[tuple[str | int, Any]]:
    if isinstance(value, dict):
        yield from value.items()
    elif isinstance(value, list):
        yield from enumerate(value)


def _is_branch(value: Any) -> bool:
    return isinstance(value, dict | list) and bool(value)


def _leaf(path: Path, key: str, value: Any) -> JsonRow:
    kind = Kind.TEXT if isinstance(value, str) else Kind.WORD
    if isinstance(value, int | float) and not isinstance(value, bool):
        kind = Kind.NUMBER
    return JsonRow(path, key, json.dumps(value, ensure_ascii=False), kind)


def _summary(value: Any) -> str:
    return f"{{{len(value)}}}" if isinstance(value, dict) else f"[{len(value)}]"
