"""Everything about one process as tables, as `process get` prints it."""

from __future__ import annotations

import json
from collections.abc import Sequence

from colonysdk.objects import AttributeType, Process
from colonysdk.units import format_duration
from colonytui.commands.moments import exact_moment
from colonytui.commands.table import Table
from colonytui.terminal.glyphs import STATE_WORDS

_ATTRIBUTE_TYPES = {
    AttributeType.IN: "In",
    AttributeType.OUT: "Out",
    AttributeType.ERR: "Err",
    AttributeType.ENV: "Env",
}


def process_tables(process: Process) -> list[Table]:
    """Return the process, its specification, its conditions and, when it has some, its attributes."""
    tables = [_process(process), _specification(process), _conditions(process)]
    if process.attributes:
        rows = [
            [attribute.key, attribute.value, _ATTRIBUTE_TYPES[attribute.attribute_type], attribute.attribute_id]
            for attribute in process.attributes
        ]
        tables.append(Table("Attributes", ["Key", "Value", "Type", "AttributeId"], rows))
    return tables


def _process(process: Process) -> Table:
    return _facts(
        "Process",
        ("Id", process.process_id),
        ("State", STATE_WORDS[process.state]),
        ("Initiator", process.initiator_name),
        ("InitiatorId", process.initiator_id),
        ("AssignedExecutorId", process.assigned_executor_id),
        ("SubmissionTime", exact_moment(process.submission_time)),
        ("StartTime", exact_moment(process.start_time)),
        ("EndTime", exact_moment(process.end_time)),
        ("WaitDeadline", exact_moment(process.wait_deadline)),
        ("ExecDeadline", exact_moment(process.exec_deadline)),
        ("WaitingTime", _waiting_time(process)),
        ("ProcessingTime", _processing_time(process)),
        ("Retries", str(process.retries)),
        ("WorkflowId", process.process_graph_id),
        ("Input", _json(process.input)),
        ("Output", _json(process.output)),
        ("Errors", "\n".join(process.errors)),
    )


def _specification(process: Process) -> Table:
    spec = process.spec
    return _facts(
        "Function specification",
        ("Func", spec.func_name),
        ("Args", _json(spec.args)),
        ("KwArgs", _json(spec.kwargs)),
        ("MaxWaitTime", _limit(spec.max_wait_time)),
        ("MaxExecTime", _limit(spec.max_exec_time)),
        ("MaxRetries", str(spec.max_retries)),
        ("Priority", str(spec.priority)),
        ("Label", spec.label),
        ("Channels", ", ".join(spec.channels or [])),
    )


def _conditions(process: Process) -> Table:
    conditions = process.spec.conditions
    return _facts(
        "Conditions",
        ("Colony", conditions.colony_name),
        ("ExecutorNames", ", ".join(conditions.executor_names or [])),
        ("ExecutorType", conditions.executor_type),
        ("Location", conditions.location_name),
        ("Dependencies", ", ".join(conditions.dependencies)),
        ("CPU", conditions.cpu),
        ("Memory", conditions.mem),
        ("Storage", conditions.storage),
        ("Nodes", _number(conditions.nodes)),
        ("Processes", _number(conditions.processes)),
        ("ProcessesPerNode", _number(conditions.processes_per_node)),
        ("Walltime", _number(conditions.wall_time)),
        ("GPUName", conditions.gpu.name),
        ("GPUs", _number(conditions.gpu.count)),
        ("GPUPerNode", _number(conditions.gpu.node_count)),
        ("GPUMemory", conditions.gpu.mem),
    )


def _facts(title: str, *facts: tuple[str, str]) -> Table:
    """Return a table of what there is to say; what is empty goes without saying."""
    return Table(title, (), [fact for fact in facts if fact[1]])


def _waiting_time(process: Process) -> str:
    if process.submission_time is None or process.start_time is None:
        return ""
    return format_duration(process.start_time - process.submission_time)


def _processing_time(process: Process) -> str:
    if process.start_time is None or process.end_time is None or process.end_time < process.start_time:
        return ""
    return format_duration(process.end_time - process.start_time)


def _json(value: Sequence[object] | dict[str, object]) -> str:
    return json.dumps(value, ensure_ascii=False) if value else ""


def _limit(seconds: int) -> str:
    return f"{seconds} s" if seconds > 0 else "no limit"


def _number(number: int) -> str:
    return str(number) if number else ""
