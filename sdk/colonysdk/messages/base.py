"""The base of all messages, and the catalogue they register themselves in."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any, ClassVar, Generic, TypeVar, get_origin

import pydantic_core
from pydantic import BeforeValidator, ConfigDict, TypeAdapter, ValidationError

from colonysdk.errors import InvalidMessage, Unreachable
from colonysdk.objects.wire import WireModel, describe

ReplyT = TypeVar("ReplyT")

_catalogue: dict[str, type["Message[Any]"]] = {}

catalogue: Mapping[str, type["Message[Any]"]] = MappingProxyType(_catalogue)
"""Every message of the protocol by its payload type."""

MISMATCH = "msg.MsgType does not match payloadType"


class Message(WireModel, Generic[ReplyT]):
    """A request; the type parameter is what the server replies with, None for an empty or echoed reply."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    payload_type: ClassVar[str] = ""
    reply_payload_type: ClassVar[str] = ""
    signed: ClassVar[bool] = True
    _reply: ClassVar[TypeAdapter[Any] | None] = None

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Keep the registration's keywords from typing.Generic, which takes none."""
        super().__init_subclass__()

    @classmethod
    def __pydantic_init_subclass__(
        cls, *, payload: str = "", reply_payload: str = "", signed: bool = True, **kwargs: Any
    ) -> None:
        """Register a message under its payload type."""
        super().__pydantic_init_subclass__(**kwargs)
        if not payload:
            return
        cls.payload_type = payload
        cls.reply_payload_type = reply_payload or payload
        cls.signed = signed
        cls._reply = _adapter(cls.__mro__[1].__pydantic_generic_metadata__["args"][0])  # type: ignore[attr-defined]  # pydantic's parametrised parent
        _catalogue[payload] = cls

    def encode(self) -> bytes:
        """The JSON that is signed and sent."""
        return pydantic_core.to_json({**self.to_wire(), "msgtype": self.payload_type})

    @classmethod
    def decode_reply(cls, reply_json: bytes) -> ReplyT:
        """Read the server's reply; raises Unreachable when it is not what the protocol promises."""
        if cls._reply is None:
            return None  # type: ignore[return-value]  # ReplyT is None for these messages
        try:
            reply: ReplyT = cls._reply.validate_python(pydantic_core.from_json(reply_json))
        except ValidationError as error:
            raise Unreachable(f"unexpected reply to {cls.payload_type}: {describe(error)}") from None
        except ValueError as error:
            raise Unreachable(f"unexpected reply to {cls.payload_type}: {error}") from None
        return reply


def parse_message(payload_type: str, message_json: bytes) -> Message[Any]:
    """Read a request of a known payload type; raises InvalidMessage, or KeyError for an unknown type."""
    message_type = _catalogue[payload_type]
    try:
        fields = pydantic_core.from_json(message_json, allow_inf_nan=False)
    except ValueError as error:
        raise InvalidMessage(f"invalid JSON: {error}") from None
    if not isinstance(fields, dict):
        raise InvalidMessage("invalid JSON: a message is an object")
    if _message_type_of(fields) != payload_type:
        raise InvalidMessage(MISMATCH)
    try:
        return message_type.model_validate(fields)
    except ValidationError as error:
        raise InvalidMessage(_fault(error)) from None


def _fault(error: ValidationError) -> str:
    """What is wrong with a message; wire: an object that is missing altogether has words of its own."""
    first = error.errors(include_input=False, include_url=False, include_context=False)[0]
    if first["type"] == "missing" and len(first["loc"]) == 1:
        return f"{first['loc'][0]} is nil"
    return f"invalid JSON: {describe(error)}"


def _message_type_of(fields: dict[str, Any]) -> Any:
    if "msgtype" in fields:
        return fields["msgtype"]
    return next((value for key, value in fields.items() if key.lower() == "msgtype"), "")


def _adapter(reply: Any) -> TypeAdapter[Any] | None:
    if reply is None or reply is type(None):
        return None
    if get_origin(reply) is list:
        return TypeAdapter(Annotated[reply, BeforeValidator(_null_is_empty)])
    return TypeAdapter(reply)


def _null_is_empty(value: object) -> object:
    return [] if value is None else value
