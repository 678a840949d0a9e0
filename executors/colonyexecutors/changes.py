"""What the server tells about the processes of this executor, where it does: those that it takes away, above all."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from colonysdk.client import ColonyClient
from colonysdk.following import Follower
from colonysdk.objects import ColonyEvents, ProcessState

_TAKEN_AWAY = (ProcessState.WAITING, ProcessState.FAILED, ProcessState.CANCELLED)


class Changes:
    """Calls who watches over a process when it is time to ask the server about it."""

    def __init__(self, client: ColonyClient) -> None:
        self._listeners: dict[str, set[Callable[[], None]]] = {}
        self._follower = Follower(lambda: client, self._hear, lost=self._call_all, mine=True)

    @property
    def are_told(self) -> bool:
        """Whether nobody needs to ask, because the server would tell."""
        return self._follower.is_live

    async def run(self) -> None:
        """Listen until cancelled, or until the server turns out to tell nothing."""
        await self._follower.run()

    @contextmanager
    def of(self, process_id: str, listener: Callable[[], None]) -> Iterator[None]:
        """Call `listener`, for the length of the block, when something may have happened to a process."""
        self._listeners.setdefault(process_id, set()).add(listener)
        try:
            yield
        finally:
            self._listeners[process_id].discard(listener)
            if not self._listeners[process_id]:
                del self._listeners[process_id]

    def _hear(self, frame: ColonyEvents) -> None:
        if frame.missed:
            self._call_all()
        for event in frame.events:
            if event.state in _TAKEN_AWAY:
                self._call(event.process_id)

    def _call_all(self) -> None:
        for process_id in tuple(self._listeners):
            self._call(process_id)

    def _call(self, process_id: str) -> None:
        for listener in tuple(self._listeners.get(process_id, ())):
            listener()
