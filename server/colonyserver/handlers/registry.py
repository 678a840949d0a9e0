"""The table from payload types to handlers."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from colonysdk.messages import Message
from colonyserver.access import Caller, Member, Rule
from colonyserver.services.bundle import Services

MessageT = TypeVar("MessageT", bound=Message[Any])


class WireObject(Protocol):
    """What can be sent."""

    def to_json(self) -> bytes:
        """Its wire JSON."""


NULL = b"null"
"""wire: the JSON of an empty list, in most places."""

Reply = WireObject | bytes | None
"""An object, ready JSON, or None for the empty reply `{}`."""


@dataclass(frozen=True, slots=True)
class Request(Generic[MessageT]):
    """One authorised message and who sent it."""

    message: MessageT
    caller: Caller

    def member(self, colony_name: str) -> Member:
        """The caller in a colony that the rule has already found it in."""
        return self.caller.members[colony_name]


Run = Callable[[Services, Request[MessageT]], Awaitable[Reply]]


@dataclass(frozen=True, slots=True)
class Handler:
    """How one message is answered; `action` completes "Failed to …".

    A handler that `parks` may wait for long, and is cancelled when its caller leaves.
    """

    message_type: type[Message[Any]]
    action: str
    allow: Rule[Any]
    run: Run[Any]
    parks: bool = False


_handlers: dict[str, Handler] = {}


def handles(
    message_type: type[MessageT], action: str, *, allow: Rule[MessageT], parks: bool = False
) -> Callable[[Run[MessageT]], Run[MessageT]]:
    """Register a function as the handler of a message."""

    def register(run: Run[MessageT]) -> Run[MessageT]:
        payload_type = message_type.payload_type
        assert payload_type not in _handlers, f"{payload_type} has two handlers"
        _handlers[payload_type] = Handler(message_type, action, allow, run, parks)
        return run

    return register


def find_handler(payload_type: str) -> Handler | None:
    """The handler of a payload type that is answered on /api."""
    return _handlers.get(payload_type)


def encode(reply: Reply) -> bytes:
    """The JSON of a reply."""
    if reply is None:
        return b"{}"
    return reply if isinstance(reply, bytes) else reply.to_json()


def null_list(objects: Sequence[WireObject]) -> bytes:
    """The JSON of a list; wire: an empty one is `null`."""
    return json_list(objects) if objects else NULL


def json_list(objects: Sequence[WireObject]) -> bytes:
    """The JSON of a list, where the wire has `[]` for an empty one."""
    return b"[%b]" % b",".join([item.to_json() for item in objects])
