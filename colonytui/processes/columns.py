"""What each column of the process list says."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from colonysdk.objects import Process, ProcessState
from colonysdk.units import format_age
from colonytui.logs.text import plain
from colonytui.processes.names import process_name, short_id
from colonytui.processes.tabs import WIDE_COLUMNS, ProcessTab
from colonytui.store.process_list import NEVER
from colonytui.tables.columns import Column
from colonytui.terminal.glyphs import STATE_WORDS, Glyphs
from colonytui.terminal.tones import NOTHING, STATE_TONES, Cell, Tone


@dataclass(frozen=True)
class CellContext:
    """What cells need to know besides their process."""

    glyphs: Glyphs
    now: Callable[[], datetime]
    """The server's present."""
    executor_name: Callable[[str], str]
    """The name that goes with an executor's id, or a short form of the id."""
    why: Callable[[Process], str]
    """Why a process waits, in one line."""


def process_columns(tab: ProcessTab, context: CellContext) -> list[Column[Process]]:
    """Return the columns of a tab, followed by those that only show when wide columns are on."""
    known = {column.id: column for column in _columns(context)}
    further = [column_id for column_id in WIDE_COLUMNS if column_id not in tab.columns]
    return [known[name] for name in tab.columns] + [replace(known[name], wide=True) for name in further]


def wants(process: Process) -> str:
    """What a process asks of an executor, such as "gpu@lumi 500m 8Gi"."""
    conditions = process.spec.conditions
    place = f"@{conditions.location_name}" if conditions.location_name else ""
    amounts = [amount for amount in (conditions.cpu, conditions.mem) if amount.strip("0miM")]
    names = ",".join(conditions.executor_names or ())
    return " ".join(part for part in (f"{conditions.executor_type}{place}", names, *amounts) if part)


def run_time(process: Process, now: datetime) -> timedelta | None:
    """How long the last attempt has run or ran; None when it never started."""
    if process.start_time is None:
        return None
    end = process.end_time if process.state.is_final else now
    return max(timedelta(), (end or now) - process.start_time)


def submitted_time(process: Process) -> datetime:
    """When it was submitted, for sorting."""
    return process.submission_time or NEVER


def first_line(values: list[object]) -> str:
    """The values of an output on one line."""
    return " ".join(value if isinstance(value, str) else json.dumps(value) for value in values)


def _columns(context: CellContext) -> list[Column[Process]]:
    glyphs, now = context.glyphs, context.now
    return [
        Column("glyph", "", 1, lambda process: Cell(glyphs.process[process.state], STATE_TONES[process.state])),
        Column("id", "ID", 8, lambda process: Cell(short_id(process.process_id), Tone.KEY), _id_of),
        Column(
            "state",
            "State",
            10,
            lambda process: Cell(STATE_WORDS[process.state], STATE_TONES[process.state]),
            lambda process: process.state,
            drop=9,
        ),
        Column("function", "Function", 12, _function, lambda process: _function(process).text, grow=1),
        Column("wants", "Wants", 14, lambda process: Cell(wants(process)), wants, grow=1, drop=2),
        Column(
            "waiting",
            "Waiting",
            7,
            lambda process: Cell(format_age(process.submission_time, now())),
            submitted_time,
            right=True,
            moment=lambda process: process.submission_time,
            drop=3,
        ),
        Column("prio", "Prio", 4, _priority, lambda process: -process.spec.priority, right=True, drop=1),
        Column("why", "Why", 36, lambda process: Cell(context.why(process)), grow=6),
        Column("type", "Executor type", 18, _executor_type, lambda process: _executor_type(process).text, drop=2),
        Column(
            "executor",
            "Executor",
            12,
            lambda process: _or_nothing(context.executor_name(process.assigned_executor_id)),
            lambda process: context.executor_name(process.assigned_executor_id),
            drop=7,
        ),
        Column(
            "started",
            "Started",
            8,
            lambda process: _moment(process.start_time, now()),
            lambda process: process.start_time or NEVER,
            moment=lambda process: process.start_time,
            drop=3,
        ),
        Column(
            "run",
            "Run",
            7,
            lambda process: _span(run_time(process, now())),
            lambda process: run_time(process, now()) or timedelta(),
            right=True,
            drop=8,
        ),
        Column(
            "left",
            "Left",
            7,
            lambda process: _left(process, now()),
            _left_key,
            right=True,
            drop=1,
            moment=lambda process: process.exec_deadline,
        ),
        Column(
            "ended",
            "Ended",
            8,
            lambda process: _moment(process.end_time, now()),
            lambda process: process.end_time or NEVER,
            moment=lambda process: process.end_time,
            drop=4,
        ),
        Column("output", "Output", 20, _output, lambda process: _output(process).text, grow=4, drop=6),
        Column("error", "Error", 24, _error, lambda process: _error(process).text, grow=4),
        Column("detail", "Detail", 24, lambda process: _detail(process, context), None, grow=4, drop=4),
        Column("by", "By", 10, lambda process: _or_nothing(process.initiator_name), lambda p: p.initiator_name, drop=1),
        Column(
            "submitted",
            "Submitted",
            9,
            lambda process: _moment(process.submission_time, now()),
            submitted_time,
            moment=lambda process: process.submission_time,
            drop=3,
        ),
        Column(
            "label", "Label", 20, lambda process: _or_nothing(process.spec.label), lambda p: p.spec.label, wide=True
        ),
        Column(
            "retries",
            "Retries",
            7,
            lambda process: Cell(f"{process.retries}/{_limit(process.spec.max_retries)}"),
            lambda process: process.retries,
            right=True,
        ),
        Column(
            "limits",
            "Max run",
            7,
            lambda process: _seconds(process.spec.max_exec_time),
            lambda process: process.spec.max_exec_time,
            right=True,
        ),
        Column("workflow", "Workflow", 8, lambda process: _or_nothing(short_id(process.process_graph_id)), None),
        Column("full_id", "Full ID", 64, lambda process: Cell(process.process_id, Tone.MUTED), None),
    ]


def _id_of(process: Process) -> str:
    return process.process_id


def _function(process: Process) -> Cell:
    return Cell(plain(process_name(process)))


def _executor_type(process: Process) -> Cell:
    return _or_nothing(process.spec.conditions.executor_type)


def _priority(process: Process) -> Cell:
    return Cell(str(process.spec.priority), Tone.PLAIN if process.spec.priority else Tone.MUTED)


def _output(process: Process) -> Cell:
    return _or_nothing(first_line(process.output))


def _error(process: Process) -> Cell:
    return Cell(process.errors[0], Tone.BAD) if process.errors else NOTHING


def _detail(process: Process, context: CellContext) -> Cell:
    match process.state:
        case ProcessState.WAITING:
            return Cell(context.why(process))
        case ProcessState.FAILED:
            return _error(process)
        case ProcessState.SUCCESS:
            return _output(process)
        case _:
            return NOTHING


def _left(process: Process, now: datetime) -> Cell:
    if process.exec_deadline is None:
        return NOTHING
    left = process.exec_deadline - now
    if left <= timedelta():
        return Cell("over", Tone.BAD)
    return Cell(format_age(now - left, now), Tone.WARN if left < timedelta(minutes=1) else Tone.PLAIN)


def _left_key(process: Process) -> datetime:
    return process.exec_deadline or datetime.max.replace(tzinfo=NEVER.tzinfo)


def _span(span: timedelta | None) -> Cell:
    return NOTHING if span is None else Cell(format_age(NEVER, NEVER + span))


def _moment(moment: datetime | None, now: datetime) -> Cell:
    if moment is None:
        return NOTHING
    local, today = moment.astimezone(), now.astimezone().date()
    return Cell(f"{local:%H:%M:%S}" if local.date() == today else f"{local:%d %b}")


def _seconds(seconds: int) -> Cell:
    return Cell(format_age(NEVER, NEVER + timedelta(seconds=seconds))) if seconds > 0 else NOTHING


def _limit(retries: int) -> str:
    return "∞" if retries < 0 else str(retries)


def _or_nothing(text: str) -> Cell:
    return Cell(text) if text else NOTHING
