"""What an explanation is made of: findings with a verdict, and the facts about a colony that they are drawn from."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from functools import cached_property
from typing import Literal

from colonysdk.objects import Executor, ExecutorState, Explanation, Log, Process, Reason
from colonytui.logs.text import plain, split_lines


class Verdict(Enum):
    """How a finding bears on the question; the value is a word for text output."""

    OK = "ok"
    BAD = "no"
    UNKNOWN = "unknown"
    NEUTRAL = "note"


@dataclass(frozen=True)
class Link:
    """An object that a finding is about."""

    kind: Literal["process", "executor"]
    id: str
    """A process id, or an executor's name."""


@dataclass(frozen=True)
class Remedy:
    """Something the reader can do about a finding."""

    kind: Literal["approve", "resume"]
    label: str
    target: str = ""
    """The executor's name, for `approve`."""


@dataclass(frozen=True)
class Finding:
    """One sentence of an explanation."""

    verdict: Verdict
    sentence: str
    short: str = ""
    """The reason in a few words for a table cell; empty when the finding is no reason."""

    link: Link | None = None
    remedy: Remedy | None = None
    field: str = "$"
    """The part of the specification that it comes from, as a JSON path."""

    details: tuple[str, ...] = ()
    """Lines that belong to the sentence, such as the end of a log."""


@dataclass(frozen=True)
class ColonyFacts:
    """What is known about a colony at one moment; None stands for what is not known."""

    now: datetime
    colony_name: str
    paused: bool | None = None
    executors: Sequence[Executor] | None = None
    waiting: Sequence[Process] | None = None
    """The waiting processes, or as many of them as the server lists: those that are next."""

    running: Sequence[Process] | None = None
    processes: Mapping[str, Process] = dataclasses.field(default_factory=dict)
    """Other processes by id, such as parents."""

    running_complete: bool = False
    """Whether `running` holds every running process of the colony."""

    explanation: Explanation | None = None
    """What the server itself says about the one process that is explained; None where it does not."""

    @cached_property
    def told(self) -> Mapping[str, Reason]:
        """The server's reasons by the names of their conditions."""
        return {reason.condition: reason for reason in (self.explanation.reasons if self.explanation else ())}

    @cached_property
    def executors_by_type(self) -> Mapping[str, Sequence[Executor]]:
        """Registered executors, in whatever state of approval."""
        by_type: dict[str, list[Executor]] = {}
        for executor in self.executors or ():
            if executor.state is not ExecutorState.UNREGISTERED:
                by_type.setdefault(executor.executor_type, []).append(executor)
        return by_type

    @cached_property
    def executors_by_id(self) -> Mapping[str, Executor]:
        """All executors by id."""
        return {executor.executor_id: executor for executor in self.executors or ()}

    @cached_property
    def busy_executor_ids(self) -> frozenset[str]:
        """Ids of the executors that run something, among the processes that are known."""
        return frozenset(process.assigned_executor_id for process in self.running or ())

    @cached_property
    def places_in_line(self) -> Mapping[str, int]:
        """Each waiting process's place, from 1, among the released ones of its executor type."""
        ahead: dict[str, int] = {}
        places: dict[str, int] = {}
        for process in sorted(self.waiting or (), key=lambda process: process.priority_time):
            if process.wait_for_parents:
                continue
            executor_type = process.spec.conditions.executor_type
            ahead[executor_type] = ahead.get(executor_type, 0) + 1
            places[process.process_id] = ahead[executor_type]
        return places

    def take_over(self, before: ColonyFacts) -> None:
        """Keep the places in line when the very same processes wait: for thousands they take long to find."""
        if self.waiting is before.waiting and "places_in_line" in before.__dict__:
            self.__dict__["places_in_line"] = before.places_in_line


def plural(count: int, noun: str) -> str:
    """A count with its noun: "1 executor", "2 executors"."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def log_time(entry: Log) -> datetime:
    """When a log entry reached the server."""
    return datetime.fromtimestamp(entry.timestamp / 1e9, UTC)


def log_tail(log: Sequence[Log], count: int = 20) -> tuple[str, ...]:
    """The last lines of a log as plain text."""
    lines = [plain(line) for entry in log[-count:] for line in split_lines(entry.message)]
    return tuple(lines[-count:])
