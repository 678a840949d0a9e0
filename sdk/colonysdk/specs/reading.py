"""The text of a specification turned into plain values: JSON when it begins like JSON, else YAML."""

import json
from typing import NoReturn

from colonysdk.errors import InvalidSpec, Problem

MAX_SPEC_CHARACTERS = 4_000_000
"""Longer texts are refused unread; data belongs into files, not into specifications."""

MAX_DEPTH = 64
"""Values nested deeper are refused: no consumer needs them, and some fail on them."""

SPEC_FORM = 'a JSON or YAML object such as {"funcname": "execute", …}'


def read_spec(text: str) -> object:
    """Return the value that `text` holds: dictionaries, lists and scalars.

    Raises InvalidSpec, with line and column, for text that is neither JSON nor structured YAML, and for keys given
    twice, values that JSON has not, YAML aliases, and texts too long or nested too deeply.
    """
    if len(text) > MAX_SPEC_CHARACTERS:
        refuse(f"the specification is longer than {MAX_SPEC_CHARACTERS:,} characters")
    text = text.removeprefix("\ufeff")
    begin = text.lstrip()[:1]
    if not begin:
        refuse("the specification is empty", SPEC_FORM)
    try:
        value = _read_json(text) if begin in '{["' else _read_yaml_or_json(text)
    except RecursionError:
        refuse(f"values are nested more than {MAX_DEPTH} deep")
    if _is_deeper_than(value, MAX_DEPTH):
        refuse(f"values are nested more than {MAX_DEPTH} deep")
    return value


def refuse(message: str, accepted: str = "") -> NoReturn:
    """Raise InvalidSpec for a text as a whole."""
    raise InvalidSpec([Problem("$", message, accepted)]) from None


def refuse_repeated(keys: list[str]) -> None:
    """Raise InvalidSpec when one of the keys of an object is there twice: one of its values would be lost silently."""
    repeated = sorted({key for key in keys if keys.count(key) > 1}) if len(set(keys)) < len(keys) else []
    if repeated:
        raise InvalidSpec([Problem(f"$..{key}", "is given twice in one object", "each key once") for key in repeated])


def _read_json(text: str) -> object:
    try:
        value: object = json.loads(text, object_pairs_hook=_as_dictionary, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        reason = error.msg[:1].lower() + error.msg[1:]
        refuse(f"not JSON: line {error.lineno}, column {error.colno}: {reason}", SPEC_FORM)
    except ValueError:
        refuse("a number has too many digits to be read", "numbers of at most 4,300 digits")
    return value


def _read_yaml_or_json(text: str) -> object:
    from colonysdk.specs.yaml_text import read_yaml

    value = read_yaml(text)
    # To YAML any words are a text. Whoever hands in such a file must hear that it is not JSON, and where.
    return value if isinstance(value, dict | list) else _read_json(text)


def _as_dictionary(pairs: list[tuple[str, object]]) -> dict[str, object]:
    refuse_repeated([key for key, _ in pairs])
    return dict(pairs)


def _refuse_constant(name: str) -> NoReturn:
    refuse(f"{name} is not a JSON number", "a finite number")


def _is_deeper_than(value: object, depth: int) -> bool:
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return depth < 0 or any(_is_deeper_than(child, depth - 1) for child in children)
