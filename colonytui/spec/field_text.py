"""Lists and mappings as one line of text in a form field, and back without loss.

A list is words: `train --epochs 30 "two words" [1, 2]`. A mapping is pairs: `epochs=30 name="two words"`. A word that
reads as a JSON number, true, false or null, or begins with a quote, bracket or brace, is that JSON value; every other
word is a text. Texts that would read as something else are written in quotes.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

_OPENERS = ('"', "[", "{")


class FieldTextError(ValueError):
    """The text of a field cannot be read; the message says why."""


def words_text(values: Sequence[Any], *, texts_only: bool = False) -> str:
    """Write a list; with `texts_only`, texts need fewer quotes."""
    return " ".join(_shown_text(value) if texts_only and isinstance(value, str) else _shown(value) for value in values)


def read_words(text: str, *, texts_only: bool = False) -> list[Any]:
    """Read a list; with `texts_only`, every element is a text, also one that looks like a number."""
    values, position = [], _after_space(text, 0)
    while position < len(text):
        value, position = _read_value(text, position, texts_only=texts_only)
        values.append(value)
        position = _after_space(text, position)
    return values


def pairs_text(members: Mapping[str, Any], *, texts_only: bool = False) -> str:
    """Write a mapping; with `texts_only`, values are texts and need fewer quotes."""
    return " ".join(
        f"{_shown_key(key)}={_shown_member(value) if texts_only and isinstance(value, str) else _shown(value)}"
        for key, value in members.items()
    )


def read_pairs(text: str, *, texts_only: bool = False) -> dict[str, Any]:
    """Read a mapping; with `texts_only`, every value is a text, also one that looks like a number.

    Raises FieldTextError for a word without `=` and for a key given twice.
    """
    members: dict[str, Any] = {}
    position = _after_space(text, 0)
    while position < len(text):
        key, position = _read_key(text, position)
        if key in members:
            raise FieldTextError(f"{key} is given twice")
        value, position = _read_value(text, position, texts_only=texts_only)
        members[key] = value
        position = _after_space(text, position)
    return members


def _read_value(text: str, position: int, *, texts_only: bool = False) -> tuple[Any, int]:
    if text[position : position + 1] in (('"',) if texts_only else _OPENERS):
        found = _decode(text, position)
        if found is not None and (found[1] == len(text) or text[found[1]].isspace()):
            return found
    end = _end_of_word(text, position)
    word = text[position:end]
    return (word if texts_only else _scalar(word)), end


def _read_key(text: str, position: int) -> tuple[str, int]:
    if text[position] == '"' and (found := _decode(text, position)) and text[found[1] : found[1] + 1] == "=":
        return found[0], found[1] + 1
    word = text[position : _end_of_word(text, position)]
    key, equals, _ = word.partition("=")
    if not equals or not key:
        raise FieldTextError(f"{word} is not name=value")
    return key, position + len(key) + 1


def _decode(text: str, position: int) -> tuple[Any, int] | None:
    try:
        return _DECODER.raw_decode(text, position)
    except (ValueError, RecursionError):
        return None


def _scalar(word: str) -> Any:
    try:
        value = _DECODER.decode(word)
    except (ValueError, RecursionError):
        return word
    return word if isinstance(value, float) and not math.isfinite(value) else value


def _shown(value: Any) -> str:
    if isinstance(value, str) and _is_plain(value) and not value.startswith(_OPENERS) and _scalar(value) == value:
        return value
    return _quoted(value)


def _shown_text(value: str) -> str:
    return value if _is_plain(value) and not value.startswith('"') else _quoted(value)


def _shown_member(value: str) -> str:
    return _shown_text(value) if value else ""


def _shown_key(key: str) -> str:
    return key if _is_plain(key) and "=" not in key and not key.startswith('"') else _quoted(key)


def _is_plain(text: str) -> bool:
    return bool(text) and text.isprintable() and not any(character.isspace() for character in text)


def _quoted(value: Any) -> str:
    shown = json.dumps(value, ensure_ascii=False)
    return shown if shown.isprintable() else json.dumps(value)


def _after_space(text: str, position: int) -> int:
    while position < len(text) and text[position].isspace():
        position += 1
    return position


def _end_of_word(text: str, position: int) -> int:
    while position < len(text) and not text[position].isspace():
        position += 1
    return position


def _no_constant(name: str) -> Any:
    raise ValueError(name)


_DECODER = json.JSONDecoder(parse_constant=_no_constant)
