"""Checks of what blueprints carry: against the schema of their definition, and against bounds."""

from collections.abc import Callable, Mapping
from typing import Any

import pydantic_core

from colonysdk.objects import BlueprintSchema, SchemaProperty
from colonyserver.errors import Invalid

MAX_BYTES = 1024 * 1024
MAX_DEPTH = 32


def check_bounds(value: Any, path: str) -> None:
    """Raise Invalid for JSON of more than a MiB, or with more than 32 values inside each other."""
    if _is_deeper(value, MAX_DEPTH):
        raise Invalid(f"{path}: more than {MAX_DEPTH} objects and lists lie inside each other")
    size = len(pydantic_core.to_json(value))
    if size > MAX_BYTES:
        raise Invalid(f"{path}: it has {size} bytes; at most {MAX_BYTES} are kept")


def check_spec(spec: Mapping[str, Any], schema: BlueprintSchema) -> None:
    """Raise Invalid, with the path of the first mistake, unless a specification has what its schema asks for.

    Fields that the schema does not name are allowed (wire: blueprint schemas).
    """
    for name in schema.required:
        if name not in spec:
            raise _fault(f"$.spec.{name}", "it is required")
    _check_object(spec, schema.properties, "$.spec")


def _check_object(value: Mapping[str, Any], properties: Mapping[str, SchemaProperty], path: str) -> None:
    for name, expected in properties.items():
        if name in value:
            _check(value[name], expected, f"{path}.{name}")


def _check(value: Any, expected: SchemaProperty, path: str) -> None:
    is_of_type = _TYPES.get(expected.type)
    if is_of_type is not None and not is_of_type(value):
        raise _fault(path, f"it must be of type {expected.type}")
    if expected.enum and not any(_is_same(value, choice) for choice in expected.enum):
        choices = ", ".join(pydantic_core.to_json(choice).decode() for choice in expected.enum)
        raise _fault(path, f"it must be one of {choices}")
    if isinstance(value, dict):
        _check_object(value, expected.properties, path)
    if isinstance(value, list) and expected.items is not None:
        for index, item in enumerate(value):
            _check(item, expected.items, f"{path}[{index}]")


def _fault(path: str, reason: str) -> Invalid:
    return Invalid(f"blueprint validation failed: {path}: {reason}")


def _is_same(value: Any, choice: Any) -> bool:
    """Equality of JSON, where true is not 1."""
    return value == choice and isinstance(value, bool) == isinstance(choice, bool)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_integer(value: Any) -> bool:
    if isinstance(value, float):
        return value.is_integer()
    return isinstance(value, int) and not isinstance(value, bool)


_TYPES: dict[str, Callable[[Any], bool]] = {
    "string": lambda value: isinstance(value, str),
    "number": _is_number,
    "integer": _is_integer,
    "boolean": lambda value: isinstance(value, bool),
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
}
"""Types that are not among these are not checked (wire: as the reference)."""


def _is_deeper(value: Any, depth: int) -> bool:
    if not isinstance(value, dict | list):
        return False
    if depth == 0:
        return True
    return any(_is_deeper(item, depth - 1) for item in (value.values() if isinstance(value, dict) else value))
