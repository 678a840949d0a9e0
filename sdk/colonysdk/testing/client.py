"""A client whose server is a fake colony."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import TYPE_CHECKING, TypeVar

from colonysdk.client import ColonyClient
from colonysdk.errors import InvalidMessage, InvalidSettings
from colonysdk.identity import Identity
from colonysdk.messages import Message, SubscribeProcess
from colonysdk.objects import Process, ProcessState

if TYPE_CHECKING:
    from colonysdk.testing.colony import FakeColony

ReplyT = TypeVar("ReplyT")


class FakeClient(ColonyClient):
    """Everything a ColonyClient does, answered by a FakeColony in the same process."""

    def __init__(self, colony: "FakeColony", identity: Identity | None, *, owner: Identity | None = None) -> None:
        super().__init__("http://fake.invalid", identity, colony.name, owner=owner)
        self.colony = colony

    async def send(self, message: Message[ReplyT], *, identity: Identity | None = None) -> ReplyT:
        """Send a message and return its typed reply; raises Unreachable or Refused."""
        signer = identity or self.identity
        if message.signed and signer is None:
            raise InvalidMessage(f"{message.payload_type} must be signed, and this client has no identity")
        return await self.colony.answer(message, signer.id if signer else "")

    async def alive(self) -> bool:
        """Whether the colony is online."""
        return not self.colony.offline

    async def subscribe_process(
        self, process_id: str, state: ProcessState, timeout_seconds: int, executor_type: str = ""
    ) -> AsyncGenerator[Process, None]:
        """Yield the process when it reaches a state (at once when it is there), until the time is over."""
        if self.identity is None:
            raise InvalidSettings("a subscription must be signed, and this client has no identity")
        message = SubscribeProcess(
            colony_name=self.colony_name,
            process_id=process_id,
            executor_type=executor_type,
            state=int(state),
            timeout=timeout_seconds,
        )
        async with aclosing(self.colony.subscribe(message, self.identity.id)) as events:
            async for process in events:
                yield process
