"""Subscriptions to processes that reach a state, for members of their colony only.

wire: every event is a `subscribeprocessmsg` with a Process, and whatever is wrong with a subscription has status 403.
Unlike with the reference, listeners take no wake-up from an executor that waits for work.
"""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from typing import NamedTuple

from colonysdk.envelope import encode_reply
from colonysdk.messages import SubscribeProcess, SubscribeProcesses
from colonysdk.objects import ProcessState
from colonyserver.access import Access
from colonyserver.errors import Forbidden, NotFound
from colonyserver.events import Events, EventsMissed, ProcessChanged
from colonyserver.gateway.sources import Inbox, Source, end_after
from colonyserver.services.processes import ProcessService


class ProcessSource(Source[SubscribeProcess]):
    """One process; wire: the executor type is ignored, and a state that the process is in already counts."""

    message_type = SubscribeProcess

    def __init__(self, processes: ProcessService, access: Access, events: Events) -> None:
        self._processes = processes
        self._access = access
        self._events = events
        self._frames = _ProcessFrames(processes, access)

    @asynccontextmanager
    async def open(self, caller_id: str, message: SubscribeProcess) -> AsyncIterator[AsyncGenerator[bytes, None]]:
        """Listen to a process; raises Forbidden."""
        _check_state(message.state)
        due: Inbox[_Due] = Inbox()

        def hear(change: ProcessChanged) -> None:
            if change.state == message.state:
                due.put(_Due(change.process_id))

        def suspect(_missed: EventsMissed) -> None:
            due.put(_Due(message.process_id, only_if_state=message.state))

        # Listen before looking: what happens in between must not be lost.
        with (
            self._events.subscribe(ProcessChanged, hear, topic=message.process_id),
            self._events.subscribe(EventsMissed, suspect),
        ):
            try:
                record = await self._processes.find(await self._access.identify(caller_id), message.process_id)
            except (NotFound, Forbidden):
                raise Forbidden(f"Invalid process with Id <{message.process_id}>") from None
            if record.state == message.state and not due:
                due.put(_Due(record.process_id))
            yield self._frames.of(caller_id, due, end_after(message.timeout))


class ColonySource(Source[SubscribeProcesses]):
    """Every process of a colony, or of one executor type in it."""

    message_type = SubscribeProcesses

    def __init__(self, processes: ProcessService, access: Access, events: Events) -> None:
        self._access = access
        self._events = events
        self._frames = _ProcessFrames(processes, access)

    @asynccontextmanager
    async def open(self, caller_id: str, message: SubscribeProcesses) -> AsyncIterator[AsyncGenerator[bytes, None]]:
        """Listen to a colony; raises Forbidden."""
        _check_state(message.state)
        member = (await self._access.identify(caller_id)).members.get(message.colony_name)
        if member is None or not member.approved:
            raise Forbidden(f"Access denied, not a member of Colony with name <{message.colony_name}>")
        due: Inbox[_Due] = Inbox()

        def hear(change: ProcessChanged) -> None:
            if (
                change.state == message.state
                and change.colony_name == message.colony_name
                and message.executor_type in ("", change.executor_type)
            ):
                due.put(_Due(change.process_id))

        with self._events.subscribe(ProcessChanged, hear):
            yield self._frames.of(caller_id, due, end_after(message.timeout))


class _Due(NamedTuple):
    """A process that a listener has to be told about.

    With `only_if_state` it is a suspicion, which counts if nothing was told before and the process is in that state.
    """

    process_id: str
    only_if_state: int | None = None


class _ProcessFrames:
    """Makes frames of what is due."""

    def __init__(self, processes: ProcessService, access: Access) -> None:
        self._processes = processes
        self._access = access

    async def of(self, caller_id: str, due: Inbox[_Due], until: float) -> AsyncGenerator[bytes, None]:
        """A frame for each process as it is when it is told; raises Forbidden when the listener was removed."""
        has_told = False
        while (item := await due.take(until)) is not None:
            if has_told and item.only_if_state is not None:
                continue
            caller = await self._access.identify(caller_id)
            try:
                record = await self._processes.find(caller, item.process_id)
            except NotFound:
                continue
            if item.only_if_state not in (None, record.state):
                continue
            has_told = True
            yield encode_reply(SubscribeProcess.payload_type, record.to_json())


def _check_state(state: int) -> None:
    if state not in tuple(ProcessState):
        raise Forbidden("Failed to subscribe, invalid msg.State")
