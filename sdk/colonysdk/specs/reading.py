"""The text of a specification turned into plain values: JSON when it begins like JSON, else YAML."""

import json
from collections.abc import Hashable
from typing import TYPE_CHECKING, NoReturn

from colonysdk.errors import InvalidSpec, Problem

if TYPE_CHECKING:
    pass

MAX_SPEC_CHARACTERS = 4_000_000
"""Longer texts are refused unread; data belongs into files, not into specifications."""

MAX_DEPTH = 64
"""Values nested deeper are refused: no consumer needs them, and some fail on them."""

_SPEC_FORM = 'a JSON or YAML object such as {"funcname": "execute", …}'


def read_spec(text: str) -> object:
    """Return the value that `text` holds, dictionaries, lists and scalars only.

    Raises InvalidSpec, with line and column, for text that is neither JSON nor YAML, and for keys given twice, values
    that JSON has not, YAML aliases, and texts too long or nested too deeply.
    """
    if len(text) > MAX_SPEC_CHARACTERS:
        _refuse(f"the specification is longer than {MAX_SPEC_CHARACTERS:,} characters", "")
    begin = text.lstrip("\ufeff \t\r\n")[:1]
    if not begin:
        _refuse("the specification is empty", _SPEC_FORM)
    try:
        value = _read_json(text) if begin in '{["' else _read_yaml(text)
    except RecursionError:
        _refuse(f"values are nested more than {MAX_DEPTH} deep", "")
    if _deeper_than(value, MAX_DEPTH):
        _refuse(f"values are nested more than {MAX_DEPTH} deep", "")
    return value


def _read_json(text: str) -> object:
    repeated: list[str] = []

    def as_dictionary(pairs: list[tuple[str, object]]) -> dict[str, object]:
        dictionary = dict(pairs)
        if len(dictionary) < len(pairs):
            keys = [key for key, _ in pairs]
            repeated.extend(sorted({key for key in keys if keys.count(key) > 1}))
        return dictionary

    def refuse_constant(name: str) -> NoReturn:
        _refuse(f"{name} is not a JSON number", "a finite number")

    try:
        value: object = json.loads(
            text.removeprefix("\ufeff"), object_pairs_hook=as_dictionary, parse_constant=refuse_constant
        )
    except json.JSONDecodeError as error:
        _refuse(f"not JSON: line {error.lineno}, column {error.colno}: {_sentence(error.msg)}", _SPEC_FORM)
    except ValueError:
        _refuse("a number has more digits than can be read", "numbers of at most 4,300 digits")
    if repeated:
        raise InvalidSpec([_repeated_key(key) for key in repeated])
    return value


def _read_yaml(text: str) -> object:
    import yaml

    class SpecLoader(yaml.SafeLoader):
        """Reads what JSON can hold: no aliases (they make huge values of small texts), no key twice."""

        def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
            if self.check_event(yaml.AliasEvent):
                mark = self.peek_event().start_mark
                _refuse(f"line {mark.line + 1}: YAML aliases are not accepted", "the value written out")
            return super().compose_node(parent, index)

        def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, object]:
            keys = [self.construct_object(key_node, deep=True) for key_node, _ in node.value]
            repeated = sorted({str(key) for key in keys if keys.count(key) > 1})
            if repeated:
                raise InvalidSpec([_repeated_key(key) for key in repeated])
            return super().construct_mapping(node, deep)

    try:
        value: object = yaml.load(text, Loader=SpecLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
        _refuse(f"neither JSON nor YAML: {place}{error.problem or error.context}", _SPEC_FORM)
    except (yaml.YAMLError, ValueError) as error:
        _refuse(f"neither JSON nor YAML: {error}", _SPEC_FORM)
    return value


def _deeper_than(value: object, depth: int) -> bool:
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return depth < 0 or any(_deeper_than(child, depth - 1) for child in children)


def _repeated_key(key: str) -> Problem:
    return Problem(f"$..{key}", "the same key is given twice in one object", "each key once")


def _refuse(message: str, accepted: str) -> NoReturn:
    raise InvalidSpec([Problem("$", message, accepted)]) from None


def _sentence(text: str) -> str:
    return text[:1].lower() + text[1:]
