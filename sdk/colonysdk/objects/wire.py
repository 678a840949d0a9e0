"""What all wire objects have in common: names, tolerance, zero time, integers.

wire: keys match in any case, null and absent mean the default, unknown fields are kept, types are never coerced.
"""

import operator
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from enum import IntEnum
from typing import Annotated, Any, ClassVar, Self, TypeVar

import pydantic_core
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, ValidationError, model_validator

from colonysdk.errors import InvalidMessage

ZERO_TIME = "0001-01-01T00:00:00Z"
"""wire: "never" is year one, not null."""

Int64 = Annotated[int, Field(ge=-(2**63), le=2**63 - 1)]
"""An integer that every ColonyOS client can hold."""


def parse_time(value: object) -> datetime | None:
    """Read an RFC 3339 text with any offset and 0 to 9 fraction digits; every time in year one is None."""
    if value is None or isinstance(value, datetime):
        return value
    if not isinstance(value, str):
        raise ValueError("a time is an RFC 3339 text such as 2026-02-12T14:10:23Z")  # noqa: TRY004 - pydantic's contract
    if value.startswith("0001-"):
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError as error:
        raise ValueError(f"{value[:40]!r} is not an RFC 3339 time such as 2026-02-12T14:10:23Z") from error
    if moment.tzinfo is None:
        return moment.replace(tzinfo=UTC)
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError(f"{value[:40]!r} is outside the range of times") from error


def format_time(moment: datetime | None) -> str:
    """Write a time as R does: UTC, microseconds with trailing zeros trimmed, year one for None."""
    if moment is None:
        return ZERO_TIME
    text = moment.astimezone(UTC).replace(tzinfo=None).isoformat()
    if "." in text:
        text = text.rstrip("0")
    return text + "Z"


omit_empty = operator.not_
"""Whether the wire leaves a field out: `Field(exclude_if=omit_empty)` is Go's omitempty."""

Timestamp = Annotated[datetime | None, BeforeValidator(parse_time), PlainSerializer(format_time, when_used="json")]
"""A moment in UTC, or None for the wire's zero time."""


EnumT = TypeVar("EnumT", bound=IntEnum)


def to_enum(enum: type[EnumT]) -> Callable[[object], object]:
    """Make a validator that turns a plain integer into the enum, and lets pydantic refuse everything else."""

    def convert(value: object) -> object:
        return enum(value) if type(value) is int else value

    return convert


def wire_name(attribute: str) -> str:
    """The wire's name of an attribute: the same without underscores."""
    return attribute.replace("_", "")


class WireModel(BaseModel):
    """A JSON object of the protocol."""

    model_config = ConfigDict(
        alias_generator=wire_name,
        validate_by_name=True,
        validate_by_alias=True,
        serialize_by_alias=True,
        extra="allow",
        strict=True,
        hide_input_in_errors=True,
    )

    _known_names: ClassVar[Mapping[str, str]] = {}
    _wire_names: ClassVar[frozenset[str]] = frozenset()

    @classmethod
    def __pydantic_on_complete__(cls) -> None:
        """Collect the name of every field, and every accepted spelling of it, once per class."""
        names: dict[str, str] = {}
        for attribute, field in cls.model_fields.items():
            alias = field.alias or attribute
            names[alias] = alias
            names[attribute] = alias
            names[alias.lower()] = alias
        cls._known_names = names
        cls._wire_names = frozenset(names.values())

    @classmethod
    def from_json(cls, text: bytes | str) -> Self:
        """Parse JSON of this object; raises InvalidMessage that names the field at fault."""
        try:
            return cls.model_validate(pydantic_core.from_json(text, allow_inf_nan=False))
        except ValidationError as error:
            raise InvalidMessage(describe(error)) from None
        except ValueError as error:
            raise InvalidMessage(f"not valid JSON: {error}") from None

    def to_json(self) -> bytes:
        """The wire JSON of this object."""
        return pydantic_core.to_json(self.to_wire())

    def to_wire(self) -> dict[str, Any]:
        """This object as plain JSON values under their wire names."""
        return self.model_dump(mode="json")

    @model_validator(mode="before")
    @classmethod
    def _tolerate(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        if data.keys() <= cls._wire_names:
            if None not in data.values():
                return data
            return {key: value for key, value in data.items() if value is not None}
        known = cls._known_names
        cleaned: dict[str, Any] = {}
        for key, value in data.items():
            if value is None:
                continue
            cleaned[known.get(key) or known.get(key.lower(), key)] = value
        return cleaned


def describe(error: ValidationError) -> str:
    """A validation error as one sentence: the first field at fault and what is wrong with it."""
    first = error.errors(include_input=False, include_url=False, include_context=False)[0]
    path = ".".join(str(part) for part in first["loc"])
    return f"{path}: {first['msg']}" if path else first["msg"]
