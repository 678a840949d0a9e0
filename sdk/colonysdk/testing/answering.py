"""Which function answers which message."""

from collections.abc import Callable
from typing import Any, TypeVar

from colonysdk.errors import Refused
from colonysdk.messages import Message
from colonysdk.testing.records import Records

MessageT = TypeVar("MessageT", bound=Message[Any])
Answer = Callable[[Records, str, MessageT], Any]

_answers: dict[type[Message[Any]], Answer[Any]] = {}


def answers(message_type: type[MessageT]) -> Callable[[Answer[MessageT]], Answer[MessageT]]:
    """Let the decorated function, called with the records, the caller's id and the message, answer a message."""

    def register(function: Answer[MessageT]) -> Answer[MessageT]:
        _answers[message_type] = function
        return function

    return register


def answer(records: Records, caller: str, message: Message[Any]) -> Any:
    """Answer a message as a server would; raises Refused."""
    function = _answers.get(type(message))
    if function is None:
        raise Refused(403, f"invalid rpcMsg.PayloadType: {message.payload_type}")
    return function(records, caller, message)
