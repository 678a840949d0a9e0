"""The building blocks of a specification's shape: one checker per kind of value, each yielding its problems."""

import difflib
import math
import re
from collections.abc import Callable, Iterator, Mapping

from colonysdk.errors import Problem

Checker = Callable[[object, str], Iterator[Problem]]
"""Yields what is wrong with a value found at a path. `null` never reaches a checker: on the wire it is the default."""

_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_TEXT_FORM = 'a text such as "abc"'
_MAX_TEXT_CHARACTERS = 1_000_000


def child_path(path: str, key: str | int) -> str:
    """Return the JSON path of a member or element: $.env, $.args[2], $.kwargs["docker-image"]."""
    if isinstance(key, int):
        return f"{path}[{key}]"
    return f"{path}.{key}" if _PLAIN_KEY.fullmatch(key) else f'{path}["{key}"]'


def text(value: object, path: str) -> Iterator[Problem]:
    """Check a text: one that can be stored, so no NUL and no half of a surrogate pair."""
    if not isinstance(value, str):
        yield wrong_type(path, value, _TEXT_FORM)
    elif "\0" in value:
        yield Problem(path, "contains a NUL character", "a text without \\u0000")
    elif any("\ud800" <= character <= "\udfff" for character in value):
        yield Problem(path, "contains half of a surrogate pair", "valid Unicode")
    elif len(value) > _MAX_TEXT_CHARACTERS:
        yield Problem(path, f"is longer than {_MAX_TEXT_CHARACTERS:,} characters", "a shorter text, or a file")


def filled_text(value: object, path: str) -> Iterator[Problem]:
    """Check a text that must not be empty."""
    if isinstance(value, str) and not value.strip():
        yield Problem(path, "is empty", _TEXT_FORM)
    else:
        yield from text(value, path)


def boolean(value: object, path: str) -> Iterator[Problem]:
    """Check for true or false."""
    if not isinstance(value, bool):
        yield wrong_type(path, value, "true or false")


def integer(lowest: int, highest: int, accepted: str) -> Checker:
    """Return the checker of whole numbers in a range; `accepted` says the range in words."""

    def check(value: object, path: str) -> Iterator[Problem]:
        if not isinstance(value, int) or isinstance(value, bool):
            yield wrong_type(path, value, accepted)
        elif not lowest <= value <= highest:
            yield Problem(path, f"{shown(value)} is out of range", accepted)

    return check


def one_of(*choices: str) -> Checker:
    """Return the checker of a text that is one of a few."""
    accepted = " or ".join(f'"{choice}"' for choice in choices)

    def check(value: object, path: str) -> Iterator[Problem]:
        if not isinstance(value, str):
            yield wrong_type(path, value, accepted)
        elif value not in choices:
            yield Problem(path, f"{shown(value)} is not a choice", accepted)

    return check


def scalar(value: object, path: str) -> Iterator[Problem]:
    """Check a text, number or boolean: what can be one argument of a command."""
    if isinstance(value, bool | int | float | str):
        yield from json_value(value, path)
    else:
        yield wrong_type(path, value, "a text, a number, true or false")


def json_value(value: object, path: str) -> Iterator[Problem]:
    """Check that a value of any depth can be sent as JSON."""
    match value:
        case None | bool() | int():
            return
        case float():
            if not math.isfinite(value):
                yield Problem(path, f"{value} is not a JSON number", "a finite number")
        case str():
            yield from text(value, path)
        case list():
            for index, element in enumerate(value):
                yield from json_value(element, child_path(path, index))
        case dict():
            yield from map_of(json_value)(value, path)
        case _:
            yield wrong_type(path, value, 'a JSON value; put dates and times into quotes: "2026-01-31"')


def list_of(element: Checker, *, unique: bool = False, at_most: int | None = None) -> Checker:
    """Return the checker of lists whose elements pass `element`."""

    def check(value: object, path: str) -> Iterator[Problem]:
        if not isinstance(value, list):
            yield wrong_type(path, value, 'a list such as ["a", "b"]')
            return
        if at_most is not None and len(value) > at_most:
            yield Problem(path, f"has {len(value)} elements", f"at most {at_most}")
        for index, entry in enumerate(value):
            yield from element(entry, child_path(path, index))
            if unique and entry in value[:index]:
                yield Problem(child_path(path, index), f"{shown(entry)} is listed twice", "each name once")

    return check


def map_of(element: Checker, *, key: Checker | None = None) -> Checker:
    """Return the checker of objects with free keys whose values pass `element`."""

    def check(value: object, path: str) -> Iterator[Problem]:
        if not isinstance(value, dict):
            yield wrong_type(path, value, 'an object such as {"name": "value"}')
            return
        for name, entry in value.items():
            if not isinstance(name, str):
                yield Problem(path, f"the key {name!r} is not a text", f'the key in quotes: "{name}"')
                continue
            yield from (key or text)(name, child_path(path, name))
            yield from element(entry, child_path(path, name))

    return check


def object_of(fields: Mapping[str, Checker]) -> Checker:
    """Return the checker of objects with exactly these fields, all optional, their names in any case (as in Go)."""

    def check(value: object, path: str) -> Iterator[Problem]:
        if not isinstance(value, dict):
            yield wrong_type(path, value, "an object with " + ", ".join(fields))
            return
        seen: set[str] = set()
        for name, entry in value.items():
            field = str(name).lower()
            if field not in fields:
                yield _unknown_field(child_path(path, str(name)), field, fields)
            elif field in seen:
                yield Problem(child_path(path, name), "is given twice, in different case", "each field once")
            elif entry is not None:
                yield from fields[field](entry, child_path(path, name))
            seen.add(field)

    return check


def wrong_type(path: str, value: object, accepted: str) -> Problem:
    """Return the problem of a value that has another type than `accepted`."""
    return Problem(path, f"{_kind(value)} is not accepted here", accepted)


def nearest(name: str, known: Mapping[str, object]) -> str:
    """Return the known name that `name` was probably meant to be, or ""."""
    plain = {re.sub(r"[^a-z0-9]", "", candidate): candidate for candidate in known}
    matches = difflib.get_close_matches(re.sub(r"[^a-z0-9]", "", name.lower()), plain, n=1, cutoff=0.7)
    return plain[matches[0]] if matches else ""


def shown(value: object) -> str:
    """Return a value as a message quotes it, shortened."""
    if isinstance(value, str):
        return f'"{_shortened(value)}"'
    try:
        return _shortened(str(value))
    except ValueError:  # an integer of more digits than Python prints
        return "a number of thousands of digits"


def _shortened(words: str) -> str:
    return words if len(words) <= 40 else words[:37] + "..."


def _unknown_field(path: str, field: str, fields: Mapping[str, Checker]) -> Problem:
    meant = nearest(field, fields)
    return Problem(path, "unknown field", f"did you mean {meant}?" if meant else "one of " + ", ".join(fields))


def _kind(value: object) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "a boolean"
        case int() | float():
            return f"the number {shown(value)}"
        case str():
            return f"the text {shown(value)}"
        case list():
            return "a list"
        case dict():
            return "an object"
        case _:
            return f"a {type(value).__name__}"
