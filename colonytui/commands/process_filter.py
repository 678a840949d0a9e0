"""Which processes a list shall have."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from colonysdk.messages import QueryProcesses
from colonysdk.objects import Process, ProcessState
from colonytui.commands.errors import Misuse
from colonytui.terminal.glyphs import STATE_WORDS

_STATES = {word: state for state, word in STATE_WORDS.items()}


@dataclass(frozen=True)
class ProcessFilter:
    """Conditions that all hold; "" and None are no condition."""

    states: Sequence[ProcessState] = tuple(ProcessState)
    count: int | None = 20
    """How many of each state at most; None for all."""

    executor_type: str = ""
    initiator: str = ""
    label: str = ""
    function: str = ""
    executor: str = ""
    """Name of the executor that runs it, or ran it."""

    text: str = ""
    """What occurs, in any case, in the function's name, the label, the id or the arguments."""

    since: datetime | None = None
    """The first moment at which it ended or, if it has not, was submitted."""

    until: datetime | None = None
    """The first moment that is too late."""

    @classmethod
    def of_state(cls, word: str | None) -> ProcessFilter:
        """Return the filter of one state, of every state for None; raises Misuse for a word that is no state."""
        if word is None:
            return cls()
        if word not in _STATES:
            raise Misuse(f'"{word}" is not a state of a process: use ' + ", ".join(_STATES))
        return cls((_STATES[word],))

    def query(self, state: ProcessState, count: int, cursor: str) -> QueryProcesses:
        """Return the question for a page of one state, in the order of the lists (extension `processquery/1`)."""
        times = (self.since, self.until)
        submitted, ended = ((None, None), times) if state.is_final else (times, (None, None))
        return QueryProcesses(
            states=[int(state)],
            executor_type=self.executor_type,
            executor_name=self.executor,
            func_name=self.function,
            label=self.label,
            initiator=self.initiator,
            text=self.text,
            submitted_from=submitted[0],
            submitted_before=submitted[1],
            ended_from=ended[0],
            ended_before=ended[1],
            order="newest" if state.is_final else "oldest",
            count=count,
            cursor=cursor,
        )

    def listed_condition(self) -> dict[str, str]:
        """Return the one condition that every server applies by itself, as an argument of `ColonyClient.processes`.

        wire: getprocessesmsg looks at the first of type, initiator and label that is given, and at no other.
        """
        for name in ("executor_type", "initiator", "label"):
            if value := getattr(self, name):
                return {name: value}
        return {}

    @property
    def has_other_conditions(self) -> bool:
        """Whether there is more to check than the `listed_condition`."""
        conditions = (self.executor_type, self.initiator, self.label, self.function, self.executor, self.text)
        return sum(map(bool, (*conditions, self.since, self.until))) > len(self.listed_condition())

    def admits(self, process: Process, executor_names: Mapping[str, str]) -> bool:
        """Whether a process meets every condition but the states; names of executors by their ids."""
        spec = process.spec
        return (
            self.executor_type in ("", spec.conditions.executor_type)
            and self.initiator in ("", process.initiator_name)
            and self.label in ("", spec.label)
            and self.function in ("", spec.func_name)
            and self.executor in ("", executor_names.get(process.assigned_executor_id))
            and (not self.text or _speaks_of(process, self.text))
            and self._is_in_time(process.end_time if process.state.is_final else process.submission_time)
        )

    def _is_in_time(self, moment: datetime | None) -> bool:
        if moment is None:
            return self.since is None and self.until is None
        return (self.since is None or moment >= self.since) and (self.until is None or moment < self.until)


def _speaks_of(process: Process, text: str) -> bool:
    spec = process.spec
    arguments = json.dumps([spec.args, spec.kwargs], ensure_ascii=False)
    wanted = text.casefold()
    searched = (spec.func_name, spec.label, process.process_id)
    # Inside of JSON, quotes and backslashes are escaped.
    return any(wanted in one.casefold() for one in searched) or _escaped(wanted) in arguments.casefold()


def _escaped(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)[1:-1]
