"""What filters can ask about a process."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from colonysdk.objects import Process, ProcessState
from colonytui.processes.columns import run_time
from colonytui.processes.names import command_of
from colonytui.tables.filters import Field
from colonytui.terminal.glyphs import STATE_WORDS


def process_fields(now: Callable[[], datetime], executor_name: Callable[[str], str]) -> Mapping[str, Field[Process]]:
    """Return the fields by name; `executor_name` turns an executor's id into its name."""
    return {field.name: field for field in _fields(now, executor_name)}


def process_text(process: Process, executor_name: Callable[[str], str]) -> str:
    """What plain text in a filter is looked for in: everything a row shows that does not tick."""
    spec = process.spec
    return " ".join(
        (
            process.process_id,
            STATE_WORDS[process.state],
            spec.func_name,
            spec.node_name,
            command_of(spec),
            spec.conditions.executor_type,
            spec.conditions.location_name,
            executor_name(process.assigned_executor_id),
            process.initiator_name,
            spec.label,
            *process.errors,
        )
    )


def _fields(now: Callable[[], datetime], executor_name: Callable[[str], str]) -> list[Field[Process]]:
    return [
        Field("id", "the id, such as id:a91f*", lambda process: process.process_id),
        Field("state", "waiting, running, successful, failed or cancelled", lambda process: STATE_WORDS[process.state]),
        Field("func", "the function", lambda process: process.spec.func_name),
        Field("node", "the name in a workflow", lambda process: process.spec.node_name),
        Field("type", "the executor type, asked of the server", lambda process: process.spec.conditions.executor_type),
        Field("exec", "the executor", lambda process: executor_name(process.assigned_executor_id)),
        Field("at", "the location asked for", lambda process: process.spec.conditions.location_name),
        Field("label", "the label, asked of the server", lambda process: process.spec.label),
        Field("by", "who submitted it, asked of the server", lambda process: process.initiator_name),
        Field("workflow", "the workflow's id", lambda process: process.process_graph_id),
        Field("error", "the errors", lambda process: " ".join(process.errors)),
        Field("prio", "the priority", lambda process: float(process.spec.priority), float),
        Field("retries", "how often it was tried again", lambda process: float(process.retries), float),
        Field(
            "age",
            "time since it was submitted",
            lambda process: now() - process.submission_time if process.submission_time else None,
            timedelta,
        ),
        Field("run", "how long it has run", lambda process: run_time(process, now()), timedelta),
        Field("wait", "how long it waited or waits", lambda process: _wait(process, now()), timedelta),
    ]


def _wait(process: Process, now: datetime) -> timedelta | None:
    if process.submission_time is None:
        return None
    until = now if process.state is ProcessState.WAITING else process.start_time or process.end_time or now
    return until - process.submission_time
