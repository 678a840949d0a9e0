"""What bears on the wait of one process, as far as this server knows it."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from colonysdk.objects import Executor, ExecutorState
from colonyserver.requirements import Requirement
from colonyserver.services.offers import Offer
from colonyserver.storage.process_record import ProcessRecord


class Parent(NamedTuple):
    """A parent that has not succeeded; `state` is a `ProcessState` as int."""

    name: str
    state: int


class WaitingFacts(NamedTuple):
    """The facts about a WAITING process at one moment; `now` in Unix nanoseconds.

    `executors` are all of the colony that are registered; `offers` and `running` are by executor name. `ahead` is how
    many processes of its type come before it, or the bound to which they were counted.
    """

    now: int
    record: ProcessRecord
    requirement: Requirement
    is_paused: bool
    parents: Sequence[Parent]
    executors: Sequence[Executor]
    offers: Mapping[str, Offer]
    running: Mapping[str, int]
    ahead: int
    is_ahead_exact: bool


def matching_executors(executors: Sequence[Executor], requirement: Requirement) -> list[Executor]:
    """Those that are approved and have the type, a name and the location that a process asks for."""
    return [
        executor
        for executor in executors
        if executor.executor_type == requirement.executor_type
        and executor.state is ExecutorState.APPROVED
        and (not requirement.targets or executor.executor_name in requirement.targets)
        and requirement.location_name in ("", executor.location_name.lower())
    ]
