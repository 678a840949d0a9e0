"""What is known of a colony at one moment, and what one turn of the feed adds to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from colonysdk.objects import Executor, ExecutorState, Explanation, Process, ProcessState, Statistics
from colonytui.store.process_list import ListQuery, ProcessList


@dataclass(frozen=True)
class Snapshot:
    """One consistent picture of the colony: header, tabs and tables all read the same one."""

    statistics: Statistics | None = None
    executors: Sequence[Executor] = ()
    lists: Mapping[ListQuery, ProcessList] = field(default_factory=dict)
    assignments_paused: bool = False
    explanations: Mapping[str, Explanation] = field(default_factory=dict)
    """What the server last said about waiting processes that somebody looks at, by their ids."""
    taken_at: datetime | None = None

    def count(self, state: ProcessState) -> int | None:
        """How many processes are in a state; None when not known yet.

        A complete list taken with the statistics is counted itself, so that a tab never contradicts its rows.
        """
        known = self.lists.get(ListQuery(state))
        if known is not None and known.complete and known.taken_at == self.taken_at:
            return len(known.processes)
        if self.statistics is None:
            return None
        return _counted(self.statistics, state)

    @property
    def registered_executors(self) -> int:
        """How many executors are registered, approved or not."""
        return sum(executor.state is not ExecutorState.UNREGISTERED for executor in self.executors)

    @property
    def approved_executors(self) -> int:
        """How many executors may take processes."""
        return sum(executor.state is ExecutorState.APPROVED for executor in self.executors)


@dataclass(frozen=True)
class Update:
    """What one turn of the feed brought; None is "not asked this time"."""

    statistics: Statistics | None = None
    executors: Sequence[Executor] | None = None
    windows: Mapping[ListQuery, Sequence[Process]] = field(default_factory=dict)
    assignments_paused: bool | None = None
    processes: Mapping[str, Process | None] = field(default_factory=dict)
    """Processes that were looked up, None for those the server does not know any more."""
    explanations: Mapping[str, Explanation] = field(default_factory=dict)

    def followed_by(self, later: Update) -> Update:
        """Both as one: what the later one brought is newer."""
        return Update(
            statistics=later.statistics or self.statistics,
            executors=self.executors if later.executors is None else later.executors,
            windows={**self.windows, **later.windows},
            assignments_paused=(
                self.assignments_paused if later.assignments_paused is None else later.assignments_paused
            ),
            processes={**self.processes, **later.processes},
            explanations=later.explanations,
        )


def _counted(statistics: Statistics, state: ProcessState) -> int:
    match state:
        case ProcessState.WAITING:
            return statistics.waiting_processes
        case ProcessState.RUNNING:
            return statistics.running_processes
        case ProcessState.SUCCESS:
            return statistics.successful_processes
        case ProcessState.FAILED:
            return statistics.failed_processes
        case ProcessState.CANCELLED:
            return statistics.cancelled_processes
