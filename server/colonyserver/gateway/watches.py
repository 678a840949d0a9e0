"""What one WebSocket listens for: processes that reach a state, told to members of their colony only."""

from collections.abc import Callable
from dataclasses import dataclass

from colonysdk.envelope import encode_reply
from colonysdk.messages import SubscribeProcess, SubscribeProcesses
from colonysdk.objects import ProcessState
from colonyserver.access import Access
from colonyserver.errors import Forbidden, NotFound
from colonyserver.events import Events, ProcessChanged, Subscription
from colonyserver.services.processes import ProcessService

_MOST_WATCHES = 100


@dataclass(slots=True)
class Watch:
    """Who listens for which state; `missed` notes a change that came while the process was looked up."""

    caller_id: str
    state: int
    colony_name: str = ""
    executor_type: str = ""
    is_live: bool = False
    missed: bool = False

    def concerns(self, change: ProcessChanged) -> bool:
        """Whether this is a change to tell of."""
        return (
            change.state == self.state
            and self.colony_name in ("", change.colony_name)
            and self.executor_type in ("", change.executor_type)
        )


@dataclass(frozen=True, slots=True)
class Due:
    """A process that a watch has to be told about."""

    watch: Watch
    process_id: str


class Watches:
    """The watches of one connection; `tell` is called, on the event loop, with what is due."""

    def __init__(self, processes: ProcessService, access: Access, events: Events, tell: Callable[[Due], None]) -> None:
        self._processes = processes
        self._access = access
        self._events = events
        self._tell = tell
        self._subscriptions: list[Subscription] = []

    async def add(self, caller_id: str, message: SubscribeProcess | SubscribeProcesses) -> None:
        """Start to listen; raises Forbidden, wire: whatever is wrong with a subscription has status 403."""
        if len(self._subscriptions) >= _MOST_WATCHES:
            raise Forbidden(f"Failed to subscribe, there are {_MOST_WATCHES} subscriptions on this connection")
        if message.state not in tuple(ProcessState):
            raise Forbidden("Failed to subscribe, invalid msg.State")
        if isinstance(message, SubscribeProcess):
            await self._watch_process(caller_id, message)
        else:
            await self._watch_colony(caller_id, message)

    def cancel(self) -> None:
        """Stop listening."""
        for subscription in self._subscriptions:
            subscription.cancel()

    async def event(self, due: Due) -> bytes:
        """The frame about a process as it is now; empty when it was removed. Raises Forbidden when the listener was."""
        caller = await self._access.identify(due.watch.caller_id)
        try:
            record = await self._processes.find(caller, due.process_id)
        except NotFound:
            return b""
        return encode_reply(SubscribeProcess.payload_type, record.to_json())

    async def _watch_process(self, caller_id: str, message: SubscribeProcess) -> None:
        """Wait for one process; wire: the executor type is ignored, and a state that it is in already counts."""
        watch = Watch(caller_id, message.state)
        # Listen before looking: what happens in between must not be lost.
        self._listen(watch, message.process_id)
        try:
            record = await self._processes.find(await self._access.identify(caller_id), message.process_id)
        except (NotFound, Forbidden):
            raise Forbidden(f"Invalid process with Id <{message.process_id}>") from None
        watch.is_live = True
        if watch.missed or record.state == watch.state:
            self._tell(Due(watch, record.process_id))

    async def _watch_colony(self, caller_id: str, message: SubscribeProcesses) -> None:
        """Wait for every process of a colony, or of one executor type in it."""
        member = (await self._access.identify(caller_id)).members.get(message.colony_name)
        if member is None or not member.approved:
            raise Forbidden(f"Access denied, not a member of Colony with name <{message.colony_name}>")
        self._listen(Watch(caller_id, message.state, message.colony_name, message.executor_type, is_live=True))

    def _listen(self, watch: Watch, process_id: str | None = None) -> None:
        def hear(change: ProcessChanged) -> None:
            if not watch.concerns(change):
                return
            if watch.is_live:
                self._tell(Due(watch, change.process_id))
            else:
                watch.missed = True

        self._subscriptions.append(self._events.subscribe(ProcessChanged, hear, topic=process_id))
