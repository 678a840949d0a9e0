"""What the interface knows: the last good snapshot of the colony, its age, the connection and the marks.

Plain Python. The feed writes, screens read and are told of changes; nothing here waits for the network.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from enum import Flag, auto

from colonysdk.objects import Executor, Process, ProcessState, Statistics
from colonytui.store.clock import Clock
from colonytui.store.connection import Connection, Link
from colonytui.store.process_list import ListQuery, ProcessList
from colonytui.store.snapshot import Snapshot, Update

SKEW_TOLERANCE = timedelta(seconds=2)
"""Clocks that differ by less count as equal."""
FORGET_FILTERED_AFTER = timedelta(minutes=10)
"""What the server found for a filter is forgotten when nobody has looked at it for so long."""


class Change(Flag):
    """What a listener is told has changed."""

    SNAPSHOT = auto()
    CONNECTION = auto()
    PROCESS = auto()
    """One process was looked up or acted on."""


Listener = Callable[[Change], None]


class Store:
    """The interface's memory; all reads are immediate."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.snapshot = Snapshot()
        self.connection = Connection()
        self.skew = timedelta()
        self._looked_up: dict[str, tuple[datetime, Process]] = {}
        self._marks: dict[str, set[str]] = {}
        self._listeners: list[Listener] = []
        self._is_held = False
        self._held = Update()

    # Reading

    def now(self) -> datetime:
        """The server's present as far as known, so that ages are right when the local clock is not."""
        return self.clock.now() + self.skew

    @property
    def statistics(self) -> Statistics | None:
        """The colony's counts; None before the first answer."""
        return self.snapshot.statistics

    @property
    def executors(self) -> Sequence[Executor]:
        """Every executor of the colony, in every state."""
        return self.snapshot.executors

    @property
    def assignments_paused(self) -> bool:
        """Whether the colony hands out no processes."""
        return self.snapshot.assignments_paused

    def executor(self, name_or_id: str) -> Executor | None:
        """Return the executor with this name or id; None for an unknown one."""
        for executor in self.executors:
            if name_or_id in (executor.executor_name, executor.executor_id):
                return executor
        return None

    def process(self, process_id: str) -> Process | None:
        """Return the newest knowledge of a process; None for one that was never seen."""
        known = [self._looked_up[process_id]] if process_id in self._looked_up else []
        known += [
            (listed.taken_at, listed.processes[process_id])
            for listed in self.snapshot.lists.values()
            if process_id in listed.processes
        ]
        return max(known, key=_newness)[1] if known else None

    def known_processes(self) -> Iterable[Process]:
        """Every process that was ever seen, each once."""
        known = {process_id: process for process_id, (_, process) in self._looked_up.items()}
        for listed in sorted(self.snapshot.lists.values(), key=lambda listed: listed.taken_at):
            known.update(listed.processes)
        return known.values()

    def find_processes(self, digits: str) -> Iterator[Process]:
        """Yield the known processes whose id begins or ends with these digits; none for no digits."""
        for process in self.known_processes() if digits else ():
            if process.process_id.startswith(digits) or process.process_id.endswith(digits):
                yield process

    def processes(self, query: ListQuery) -> ProcessList:
        """Return what is known of a list; an empty one before the first answer."""
        return self.snapshot.lists.get(query) or ProcessList(query)

    def marks(self, view: str) -> set[str]:
        """Return the marked row keys of a view, a set that the view itself changes."""
        return self._marks.setdefault(view, set())

    # Listening

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` after every change until the returned function is called."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    # Writing

    def publish(self, update: Update) -> None:
        """Take over the results of one turn of the feed, all at once."""
        if self._is_held:
            self._held = self._held.followed_by(update)
            return
        self._apply(update)
        self._tell(Change.SNAPSHOT | Change.CONNECTION)

    def answered(self) -> None:
        """Note that the server answered just now."""
        self.connection = Connection(Link.LIVE, self.connection.paused, self.clock.monotonic())

    def failed(self, reason: str, retry_in_seconds: float | None, *, forbidden: bool = False) -> None:
        """Note that the server could not be asked, or refused; the data stays and ages."""
        now = self.clock.monotonic()
        self.connection = replace(
            self.connection,
            link=Link.FORBIDDEN if forbidden else Link.STALE,
            failures=self.connection.failures + 1,
            retry_at=None if retry_in_seconds is None else now + retry_in_seconds,
            reason=reason,
        )
        self._tell(Change.CONNECTION)

    def set_paused(self, paused: bool) -> None:
        """Note that the user paused or resumed the live refresh."""
        self.connection = replace(self.connection, paused=paused)
        self._tell(Change.CONNECTION)

    def put_process(self, process: Process) -> None:
        """Take over one process that was looked up, submitted or acted on."""
        self._looked_up[process.process_id] = (self.clock.now(), process)
        self._tell(Change.PROCESS)

    def note_server_time(self, moment: datetime | None) -> None:
        """Learn the difference between the clocks from a time the server has just set."""
        if moment is None:
            return
        skew = moment - self.clock.now()
        self.skew = skew if abs(skew) > SKEW_TOLERANCE else timedelta()

    def put_history(self, query: ListQuery, processes: Iterable[Process], span: timedelta) -> None:
        """Add processes from further back to a list."""
        self._replace_list(self.processes(query).with_history(processes, span))

    def drop_history(self, query: ListQuery) -> None:
        """Go back to the server's window of a list."""
        self._replace_list(self.processes(query).without_history())

    def forget(self, process_id: str) -> None:
        """Drop a process whose record was removed."""
        self._looked_up.pop(process_id, None)
        lists = {query: known.without(process_id) for query, known in self.snapshot.lists.items()}
        self.snapshot = replace(self.snapshot, lists=lists)
        self._tell(Change.SNAPSHOT)

    def hold(self) -> None:
        """Keep the picture still, as rows under a question must not change; `release` catches up."""
        self._is_held = True

    def release(self) -> None:
        """Take over what came in since `hold`."""
        self._is_held = False
        held, self._held = self._held, Update()
        if held != Update():
            self.publish(held)

    def _apply(self, update: Update) -> None:
        taken_at = self.clock.now()
        lists = {query: known for query, known in self.snapshot.lists.items() if not _is_outdated(known, taken_at)}
        for query, window in update.windows.items():
            lists[query] = self.processes(query).with_window(window, taken_at)
        for process_id, process in update.processes.items():
            if process is None:
                self._looked_up.pop(process_id, None)
            else:
                self._looked_up[process_id] = (taken_at, process)
        self._note_clocks(update)
        self.snapshot = Snapshot(
            statistics=update.statistics or self.snapshot.statistics,
            executors=self.snapshot.executors if update.executors is None else tuple(update.executors),
            lists={query: _without_moved(known, update.processes) for query, known in lists.items()},
            assignments_paused=(
                self.snapshot.assignments_paused if update.assignments_paused is None else update.assignments_paused
            ),
            explanations=update.explanations,
            taken_at=taken_at,
        )

    def _note_clocks(self, update: Update) -> None:
        """Times from the server's future say that the local clock is behind, by at least that much."""
        heard = [executor.last_heard_from_time for executor in update.executors or ()]
        newest = max((moment for moment in heard if moment is not None), default=None)
        if newest is not None and newest - self.clock.now() > max(SKEW_TOLERANCE, self.skew):
            self.note_server_time(newest)

    def _replace_list(self, known: ProcessList) -> None:
        self.snapshot = replace(self.snapshot, lists={**self.snapshot.lists, known.query: known})
        self._tell(Change.SNAPSHOT)

    def _tell(self, change: Change) -> None:
        for listener in tuple(self._listeners):
            listener(change)


def _is_outdated(known: ProcessList, now: datetime) -> bool:
    return known.query.is_filtered and known.is_known and now - known.taken_at > FORGET_FILTERED_AFTER


def _without_moved(known: ProcessList, looked_up: Mapping[str, Process | None]) -> ProcessList:
    """Drop the processes that a look-up has found in another state, or not at all."""
    for process_id, process in looked_up.items():
        if process_id in known.processes and (process is None or process.state is not known.query.state):
            known = known.without(process_id)
    return known


def _newness(known: tuple[datetime, Process]) -> tuple[datetime, int, ProcessState]:
    # A process may go back to waiting without a retry being counted, so what was learnt last decides first.
    taken_at, process = known
    return taken_at, process.retries, process.state
