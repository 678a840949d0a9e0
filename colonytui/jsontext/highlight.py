"""The parts of JSON text that deserve a colour, found without a parser so that half-written text has colours too."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_TOKEN = re.compile(
    r"""
    (?P<key> "(?:[^"\\]|\\.)*" ) (?= \s*: )
    | (?P<string> "(?:[^"\\]|\\.)*"? )
    | (?P<number> -?\d+(?:\.\d+)?(?:[eE][+-]?\d+)? )
    | (?P<word> \b(?:true|false|null)\b )
    """,
    re.VERBOSE,
)


class Part(NamedTuple):
    """A coloured part of a line, in characters; `kind` is key, string, number or word."""

    start: int
    end: int
    kind: str


def json_parts(line: str) -> Iterator[Part]:
    """The coloured parts of one line of JSON; JSON strings never span lines."""
    for found in _TOKEN.finditer(line):
        yield Part(found.start(), found.end(), found.lastgroup or "")
