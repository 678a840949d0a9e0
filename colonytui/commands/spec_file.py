"""Specifications in files, or on stdin."""

import sys
from pathlib import Path

from colonysdk.specs import read_spec
from colonysdk.specs.reading import MAX_SPEC_CHARACTERS
from colonytui.commands.errors import Misuse

_STDIN = "-"


def read_spec_file(path: str) -> object:
    """Return the value that the JSON or YAML in a file ("-" is stdin) holds; raises InvalidSpec and Misuse."""
    return read_spec(_read(path))


def _read(path: str) -> str:
    try:
        with sys.stdin.buffer if path == _STDIN else Path(path).open("rb") as file:
            content = file.read(MAX_SPEC_CHARACTERS * 4 + 1)
    except OSError as error:
        raise Misuse(f"cannot read {path}: {error.strerror}") from error
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise Misuse(f"{path} is not a text: it is not UTF-8 from byte {error.start + 1} on") from error
