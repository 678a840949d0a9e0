"""What each column of the executor list says, and what filters can ask about an executor."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from colonysdk.objects import Executor, ExecutorState, Gpu, Hardware
from colonysdk.units import format_age, parse_cpu
from colonytui.explain.candidates import SILENT_AFTER
from colonytui.store.process_list import NEVER
from colonytui.tables.columns import Column
from colonytui.tables.filters import Field, SearchText
from colonytui.terminal.glyphs import EXECUTOR_STATE_WORDS, Glyphs
from colonytui.terminal.tones import EXECUTOR_TONES, NOTHING, Cell, Tone

_NO_AMOUNT = ("", "0", "0m", "0Mi")


@dataclass(frozen=True)
class ExecutorContext:
    """What cells need to know besides their executor."""

    glyphs: Glyphs
    now: Callable[[], datetime]
    """The server's present."""
    running: Callable[[Executor], int]
    """How many of the known running processes the executor has."""


def executor_columns(context: ExecutorContext) -> list[Column[Executor]]:
    """Return the columns of the executor list."""
    return [
        Column("glyph", "", 1, lambda executor: Cell(executor_glyph(executor, context), _tone(executor, context))),
        Column(
            "name",
            "Name",
            12,
            lambda executor: Cell(executor.executor_name, Tone.KEY),
            lambda executor: executor.executor_name,
            grow=2,
        ),
        Column(
            "type", "Type", 18, lambda executor: Cell(executor.executor_type), lambda executor: executor.executor_type
        ),
        Column(
            "state",
            "State",
            12,
            lambda executor: Cell(EXECUTOR_STATE_WORDS[executor.state], EXECUTOR_TONES[executor.state]),
            lambda executor: executor.state,
        ),
        Column(
            "heard",
            "Heard",
            8,
            lambda executor: _heard(executor, context),
            lambda executor: -(executor.last_heard_from_time or NEVER).timestamp(),
            right=True,
            moment=lambda executor: executor.last_heard_from_time,
        ),
        Column(
            "location",
            "Location",
            10,
            lambda executor: Cell(executor.location_name) if executor.location_name else NOTHING,
            lambda executor: executor.location_name,
            drop=2,
            grow=1,
        ),
        Column(
            "running",
            "Running",
            7,
            lambda executor: Cell(str(context.running(executor))),
            context.running,
            right=True,
            drop=6,
        ),
        Column("cpu", "CPU", 5, lambda executor: _amount(executor, _cores), right=True, drop=5),
        Column("mem", "Mem", 6, lambda executor: _amount(executor, lambda hardware: hardware.mem), right=True, drop=4),
        Column("gpu", "GPU", 8, lambda executor: _amount(executor, lambda hardware: _gpu(hardware.gpu)), drop=3),
        Column("version", "Version", 8, _version, drop=1),
        Column("platform", "Platform", 14, lambda executor: _amount(executor, _platform), wide=True),
        Column(
            "added",
            "Added",
            8,
            lambda executor: Cell(format_age(executor.commission_time, context.now())),
            lambda executor: -(executor.commission_time or NEVER).timestamp(),
            wide=True,
            moment=lambda executor: executor.commission_time,
        ),
        Column("full_id", "ID", 64, lambda executor: Cell(executor.executor_id, Tone.MUTED), wide=True),
    ]


def executor_fields(context: ExecutorContext) -> Mapping[str, Field[Executor]]:
    """Return what filters can ask about an executor, by name."""
    fields: list[Field[Executor]] = [
        Field("name", "the name", lambda executor: executor.executor_name),
        Field("type", "the executor type", lambda executor: executor.executor_type),
        Field("state", "pending, approved, rejected, unregistered", lambda one: EXECUTOR_STATE_WORDS[one.state]),
        Field("at", "the location", lambda executor: executor.location_name),
        Field("id", "the id", lambda executor: executor.executor_id),
        Field("running", "how many processes it runs", lambda executor: float(context.running(executor)), float),
        Field("heard", "time since it was last heard", lambda executor: silence(executor, context.now()), timedelta),
    ]
    return {field.name: field for field in fields}


def executor_text(executor: Executor) -> SearchText:
    """What plain text in a filter is looked for in."""
    return SearchText.of(
        " ".join(
            (
                executor.executor_name,
                executor.executor_type,
                EXECUTOR_STATE_WORDS[executor.state],
                executor.location_name,
                executor.executor_id,
            )
        )
    )


def silence(executor: Executor, now: datetime) -> timedelta | None:
    """How long the executor has not been heard; None when it never was."""
    heard = executor.last_heard_from_time
    return None if heard is None else max(timedelta(), now - heard)


def is_silent(executor: Executor, now: datetime) -> bool:
    """Whether an approved executor has not been heard for so long that it is probably gone."""
    unheard = silence(executor, now)
    return executor.state is ExecutorState.APPROVED and (unheard is None or unheard > SILENT_AFTER)


def executor_glyph(executor: Executor, context: ExecutorContext) -> str:
    """The sign of an executor's state; a silent one has its own."""
    if is_silent(executor, context.now()):
        return context.glyphs.executor_silent
    return context.glyphs.executor[executor.state]


def _tone(executor: Executor, context: ExecutorContext) -> Tone:
    return Tone.WARN if is_silent(executor, context.now()) else EXECUTOR_TONES[executor.state]


def _heard(executor: Executor, context: ExecutorContext) -> Cell:
    if executor.last_heard_from_time is None:
        return Cell("never", Tone.MUTED)
    age = format_age(executor.last_heard_from_time, context.now())
    return Cell(f"{age} !", Tone.WARN) if is_silent(executor, context.now()) else Cell(age)


def _amount(executor: Executor, of: Callable[[Hardware], str]) -> Cell:
    amounts = [of(hardware) for hardware in executor.capabilities.hardware or ()]
    known = [amount for amount in amounts if amount not in _NO_AMOUNT]
    return Cell(", ".join(dict.fromkeys(known))) if known else NOTHING


def _cores(hardware: Hardware) -> str:
    """Cores as people count them: "32c" of "32000m"; what is written otherwise stays as it is."""
    try:
        cores = parse_cpu(hardware.cpu) / 1000
    except ValueError:
        return hardware.cpu
    return f"{cores:g}c" if cores else ""


def _gpu(gpu: Gpu) -> str:
    return f"{gpu.count}×{gpu.name}" if gpu.count else ""


def _platform(hardware: Hardware) -> str:
    return "/".join(part for part in (hardware.platform, hardware.architecture) if part)


def _version(executor: Executor) -> Cell:
    software = executor.capabilities.software or ()
    return Cell(software[0].version) if software and software[0].version else NOTHING
