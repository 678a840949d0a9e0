"""Where in a JSON text the value at a JSON path stands."""

from __future__ import annotations

import json
import re

from colonysdk.specs.shapes import child_path

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+')


def json_lines(text: str) -> dict[str, int]:
    """The line, from 0, on which each path begins, such as {"$": 0, "$.conditions.mem": 7}; not all in broken text."""
    lines = {"$": 0}
    # Of every open container: its path, and the next index of a list or None for an object.
    stack: list[tuple[str, int | None]] = []
    key: str | None = None
    previous = ""
    line = position = 0
    for found in _TOKEN.finditer(text):
        token = found[0]
        line, position = line + text.count("\n", position, found.start()), found.start()
        is_key = token[0] == '"' and stack and stack[-1][1] is None and previous in ("{", ",")
        if is_key:
            key = _unquoted(token)
        elif token in "}]":
            if stack:
                stack.pop()
        elif token not in ",:":
            path = _place(stack, key)
            lines.setdefault(path, line)
            key = None
            if token in "{[":
                stack.append((path, 0 if token == "[" else None))
        previous = token
    return lines


def _place(stack: list[tuple[str, int | None]], key: str | None) -> str:
    if not stack:
        return "$"
    path, index = stack[-1]
    if index is None:
        return child_path(path, key or "")
    stack[-1] = (path, index + 1)
    return child_path(path, index)


def _unquoted(token: str) -> str:
    try:
        return str(json.loads(token))
    except ValueError:
        return token[1:-1]
