"""Lists of processes as tables."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from colonysdk.objects import Process, ProcessState
from colonytui.commands.errors import Misuse
from colonytui.commands.moments import shown_moment
from colonytui.commands.running import Invocation
from colonytui.commands.table import Table, wants_ascii
from colonytui.processes.names import short_id
from colonytui.terminal.glyphs import ASCII, STATE_WORDS, UNICODE

Column = tuple[str, Callable[[Process], str]]
"""A heading, and what stands below it for a process."""

_STATES = {word: state for state, word in STATE_WORDS.items()}
_MOMENT_HEADINGS = {"waiting": "Submitted", "running": "Started"}
_SHORT_VALUE = 40


@dataclass(frozen=True)
class ProcessFilter:
    """Which processes to list; `states` by their words, no limit by "" in the others."""

    states: Sequence[str] = tuple(_STATES)
    count: int = 20
    executor_type: str = ""
    label: str = ""
    initiator: str = ""

    @classmethod
    def of_state(cls, word: str | None) -> ProcessFilter:
        """Return the filter of one state, of every state for None; raises Misuse for a word that is no state."""
        if word is None:
            return cls()
        if word not in _STATES:
            raise Misuse(f'"{word}" is not a state of a process: use ' + ", ".join(_STATES))
        return cls((word,))


async def list_processes(invocation: Invocation, wanted: ProcessFilter, *, whole_ids: bool = False) -> None:
    """Print the processes of one or more states, each state at most `count`."""
    client, output = invocation.client, invocation.output
    lists = await asyncio.gather(
        *(
            client.processes(
                _STATES[state],
                wanted.count,
                executor_type=wanted.executor_type,
                label=wanted.label,
                initiator=wanted.initiator,
            )
            for state in wanted.states
        )
    )
    processes = [process for listed in lists for process in listed]
    if output.as_json:
        output.json(processes)
        return
    names = {}
    if any(process.assigned_executor_id for process in processes):
        names = {executor.executor_id: executor.executor_name for executor in await client.executors()}
    columns = _columns(wanted.states, names, whole_ids=whole_ids, is_terminal=output.is_terminal)
    rows = [[cell(process) for _, cell in columns] for process in processes]
    kind = wanted.states[0] if len(wanted.states) == 1 else ""
    title = f"{kind} processes".strip()
    headings = [heading for heading, _ in columns]
    output.tables([Table(title.capitalize(), headings, rows, when_empty=f"No {title}.")])


def _columns(
    states: Sequence[str], executor_names: Mapping[str, str], *, whole_ids: bool, is_terminal: bool
) -> list[Column]:
    shows_whole_ids = whole_ids or not is_terminal
    moment_heading = _MOMENT_HEADINGS.get(states[0], "Ended") if len(states) == 1 else "Since"
    columns: list[Column] = [
        ("ID", lambda process: process.process_id if shows_whole_ids else short_id(process.process_id)),
        ("State", lambda process: _shown_state(process, is_terminal=is_terminal)),
        ("FuncName", lambda process: process.spec.func_name),
        ("Args", lambda process: _shortened(" ".join(map(_text, process.spec.args)))),
        ("KwArgs", lambda process: _shortened(_keyword_arguments(process))),
        (moment_heading, lambda process: shown_moment(_moment(process), is_terminal=is_terminal)),
        ("Executor name", lambda process: executor_names.get(process.assigned_executor_id) or _wanted_names(process)),
        ("Executor type", lambda process: process.spec.conditions.executor_type),
        ("Initiator", lambda process: process.initiator_name),
        ("Label", lambda process: process.spec.label),
    ]
    return [column for column in columns if column[0] != "State" or len(states) > 1]


def _moment(process: Process) -> datetime | None:
    """When the process came into its state."""
    match process.state:
        case ProcessState.WAITING:
            return process.submission_time
        case ProcessState.RUNNING:
            return process.start_time
        case _:
            return process.end_time


def _keyword_arguments(process: Process) -> str:
    return " ".join(f"{key}:{_text(value)}" for key, value in process.spec.kwargs.items())


def _wanted_names(process: Process) -> str:
    return " ".join(process.spec.conditions.executor_names or [])


def _shown_state(process: Process, *, is_terminal: bool) -> str:
    glyphs = ASCII if wants_ascii() else UNICODE
    return f"{glyphs.process[process.state] if is_terminal else ''} {STATE_WORDS[process.state]}".lstrip()


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _shortened(text: str) -> str:
    return text if len(text) <= _SHORT_VALUE else text[: _SHORT_VALUE - 1] + "…"
