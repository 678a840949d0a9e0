"""Processes as rows of a table."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from colonysdk.objects import Process, ProcessState
from colonytui.commands.moments import last_change, shown_moment
from colonytui.commands.table import wants_ascii
from colonytui.processes.names import short_id
from colonytui.terminal.glyphs import ASCII, STATE_WORDS, UNICODE

Column = tuple[str, Callable[[Process], str]]
"""A heading, and what stands below it for a process."""

_MOMENT_HEADINGS = {ProcessState.WAITING: "Submitted", ProcessState.RUNNING: "Started"}
_SHORT_VALUE = 40


@dataclass(frozen=True)
class Appearance:
    """How rows look: ids whole or short, moments and signs for people on a terminal or for programs."""

    is_terminal: bool
    whole_ids: bool

    def id(self, object_id: str) -> str:
        """Return an id as it is to be shown; programs get whole ones."""
        return object_id if self.whole_ids or not self.is_terminal else short_id(object_id)

    def state(self, state: ProcessState) -> str:
        """Return the word of a state, with its sign for people."""
        glyphs = ASCII if wants_ascii() else UNICODE
        return f"{glyphs.process[state] if self.is_terminal else ''} {STATE_WORDS[state]}".lstrip()


def process_columns(
    states: Sequence[ProcessState], executor_names: Mapping[str, str], appearance: Appearance
) -> list[Column]:
    """Return the columns of a list of processes in these states; names of executors by their ids."""
    moment_heading = _MOMENT_HEADINGS.get(states[0], "Ended") if len(states) == 1 else "Since"
    columns: list[Column] = [
        ("ID", lambda process: appearance.id(process.process_id)),
        ("State", lambda process: appearance.state(process.state)),
        ("FuncName", lambda process: process.spec.func_name),
        ("Args", lambda process: shortened(" ".join(map(_text, process.spec.args)))),
        ("KwArgs", lambda process: shortened(_keyword_arguments(process))),
        (moment_heading, lambda process: shown_moment(last_change(process), is_terminal=appearance.is_terminal)),
        ("Executor name", lambda process: executor_names.get(process.assigned_executor_id) or _wanted_names(process)),
        ("Executor type", lambda process: process.spec.conditions.executor_type),
        ("Initiator", lambda process: process.initiator_name),
        ("Label", lambda process: process.spec.label),
    ]
    return [column for column in columns if column[0] != "State" or len(states) > 1]


def shortened(text: str) -> str:
    """Return a text with what people need not see cut off."""
    return text if len(text) <= _SHORT_VALUE else text[: _SHORT_VALUE - 1] + "…"


def _keyword_arguments(process: Process) -> str:
    return " ".join(f"{key}:{_text(value)}" for key, value in process.spec.kwargs.items())


def _wanted_names(process: Process) -> str:
    return " ".join(process.spec.conditions.executor_names or [])


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
