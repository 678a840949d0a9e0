"""Logs as plain text files."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from colonytui.logs.buffer import Line, LogLine
from colonytui.logs.text import plain


class SaveError(Exception):
    """The file could not be written; the message says why."""


def to_text(lines: Iterable[Line], *, times: bool) -> str:
    """Lines without colours, each after its time (UTC, ISO 8601) if asked for."""
    return "".join(f"{_time(line)} {plain(line.raw)}\n" if times else f"{plain(line.raw)}\n" for line in lines)


def save_text(path: Path, text: str) -> None:
    """Write a new file. Raises SaveError, also when the file exists."""
    try:
        with path.expanduser().open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise SaveError(f"{path} exists already; choose another name") from None
    except OSError as error:
        raise SaveError(f"cannot write {path}: {error.strerror}") from error


def _time(line: Line) -> str:
    if not isinstance(line, LogLine):
        return ""
    return datetime.fromtimestamp(line.timestamp / 1e9, UTC).isoformat(timespec="milliseconds")
