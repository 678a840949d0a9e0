"""What is known of one list of processes: the server's newest window merged with history that was asked for."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from operator import is_not
from typing import Any

from colonysdk.objects import Process, ProcessState

WINDOW_SIZE = 100
"""wire: getprocessesmsg returns at most 100 processes and has no pages."""

NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class ListQuery:
    """Which processes the server is asked for; it filters by at most one of type, label and initiator."""

    state: ProcessState
    executor_type: str = ""
    label: str = ""
    initiator: str = ""

    @property
    def is_filtered(self) -> bool:
        """Whether the server leaves out processes of this state."""
        return bool(self.executor_type or self.label or self.initiator)


@dataclass(frozen=True)
class ProcessList:
    """The known processes of one query. Immutable: a merge returns a new list that shares what has not changed."""

    query: ListQuery
    ordered: Sequence[Process] = ()
    """The processes in the server's order. The very same object stands for the very same content."""
    complete: bool = False
    """Whether the window held every process of the query."""
    taken_at: datetime = NEVER
    history: timedelta | None = None
    """How far back processes were loaded beyond the window; None when they were not."""

    @cached_property
    def processes(self) -> Mapping[str, Process]:
        """The processes by id."""
        return {process.process_id: process for process in self.ordered}

    @property
    def is_known(self) -> bool:
        """Whether the server has answered this query yet."""
        return self.taken_at is not NEVER

    def with_window(self, window: Sequence[Process], taken_at: datetime) -> ProcessList:
        """Merge a fresh window: it is the truth for the span it covers; what lies outside is kept from history."""
        complete = len(window) < WINDOW_SIZE
        ordered = [self._unchanged(process) for process in window]
        if self.history is not None and not complete:
            ordered += self._beyond(ordered)
        return self._holding(ordered, complete=complete, taken_at=taken_at)

    def with_history(self, older: Iterable[Process], span: timedelta) -> ProcessList:
        """Add processes from history; those of the window, which are newer, win."""
        merged = {process.process_id: process for process in older if process.state == self.query.state}
        merged.update(self.processes)
        return self._holding(sorted(merged.values(), key=list_order), history=span)

    def without_history(self) -> ProcessList:
        """Forget the history; the next window fills the list again."""
        return replace(self, history=None)

    def without(self, process_id: str) -> ProcessList:
        """Drop one process, which is known to have left this list."""
        return self._holding([process for process in self.ordered if process.process_id != process_id])

    def _unchanged(self, process: Process) -> Process:
        known = self.processes.get(process.process_id)
        return known if known == process else process

    def _beyond(self, window: Sequence[Process]) -> list[Process]:
        fresh = {process.process_id for process in window}
        begin = bisect_left(self.ordered, list_order(window[-1]), key=list_order)
        return [process for process in self.ordered[begin:] if process.process_id not in fresh]

    def _holding(self, ordered: Sequence[Process], **changes: Any) -> ProcessList:
        if len(ordered) != len(self.ordered) or any(map(is_not, ordered, self.ordered)):
            return replace(self, ordered=ordered, **changes)
        same = replace(self, **changes)
        same.__dict__["processes"] = self.processes
        return same


def list_order(process: Process) -> float:
    """The place of a process in the server's list of its state, the first being the lowest.

    wire: waiting by prioritytime, running by starttime, the others newest endtime first.
    """
    match process.state:
        case ProcessState.WAITING:
            return float(process.priority_time)
        case ProcessState.RUNNING:
            return (process.start_time or NEVER).timestamp()
        case _:
            return -(process.end_time or NEVER).timestamp()
