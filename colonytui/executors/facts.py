"""What the detail of an executor says, as lines of name and value."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from colonysdk.objects import Executor, Function, Gpu, Process
from colonysdk.units import format_age, format_duration
from colonytui.executors.columns import is_silent
from colonytui.processes.names import short_id
from colonytui.terminal.glyphs import EXECUTOR_STATE_WORDS
from colonytui.terminal.tones import EXECUTOR_TONES, Cell, Tone

Line = tuple[str, Cell]
"""A name on the left, a value on the right; an empty name continues the line above."""


def overview(executor: Executor, now: datetime) -> list[Line]:
    """State, type, location, ages."""
    heard = format_age(executor.last_heard_from_time, now)
    lines = [
        ("state", Cell(EXECUTOR_STATE_WORDS[executor.state], EXECUTOR_TONES[executor.state])),
        ("type", Cell(executor.executor_type)),
        ("id", Cell(executor.executor_id, Tone.MUTED)),
        ("location", Cell(executor.location_name or "–")),
        (
            "last heard",
            Cell(f"{heard} ago" if heard else "never", Tone.WARN if is_silent(executor, now) else Tone.PLAIN),
        ),
        ("added", Cell(f"{format_age(executor.commission_time, now)} ago" if executor.commission_time else "–")),
    ]
    if executor.require_func_reg:
        lines.append(("functions", Cell("must be registered")))
    return lines


def capabilities(executor: Executor) -> list[Line]:
    """Hardware and software as the executor announced them."""
    lines = []
    for hardware in executor.capabilities.hardware or ():
        amounts = {
            "nodes": str(hardware.nodes) if hardware.nodes else "",
            "cpu": hardware.cpu,
            "cores": str(hardware.cores) if hardware.cores else "",
            "memory": hardware.mem,
            "storage": hardware.storage,
            "gpu": _gpu(hardware.gpu),
            "platform": "/".join(part for part in (hardware.platform, hardware.architecture) if part),
            "network": " ".join(hardware.network or ()),
        }
        lines += [(name, Cell(value)) for name, value in {"hardware": hardware.model, **amounts}.items() if value]
    for software in executor.capabilities.software or ():
        lines.append(("software", Cell(" ".join(part for part in (software.name, software.version) if part))))
    return lines or [("", Cell("none announced", Tone.MUTED))]


def allocations(executor: Executor) -> list[Line]:
    """What projects were given and have used, in whatever unit the executor reports."""
    return [
        (
            name,
            Cell(
                f"cpu {project.used_cpu:,} of {project.allocated_cpu:,}  "
                f"gpu {project.used_gpu:,} of {project.allocated_gpu:,}  "
                f"storage {project.used_storage:,} of {project.allocated_storage:,}"
            ),
        )
        for name, project in sorted((executor.allocations.projects or {}).items())
    ]


def functions(registered: Sequence[Function]) -> list[Line]:
    """Registered functions with how often and how long they ran."""
    lines = [(function.func_name, Cell(_function(function))) for function in registered]
    return lines or [("", Cell("none registered", Tone.MUTED))]


def running(processes: Sequence[Process], now: datetime) -> list[Line]:
    """What the executor runs at the moment."""
    lines = [
        (
            short_id(process.process_id),
            Cell(f"{process.spec.func_name}  {format_age(process.start_time, now)}", Tone.BUSY),
        )
        for process in processes
    ]
    return lines or [("", Cell("nothing", Tone.MUTED))]


def _gpu(gpu: Gpu) -> str:
    return f"{gpu.count} × {gpu.name} {gpu.mem}".strip() if gpu.count else ""


def _function(function: Function) -> str:
    if not function.counter:
        return "not called yet"
    waits = _times(function.min_wait_time, function.avg_wait_time, function.max_wait_time)
    runs = _times(function.min_exec_time, function.avg_exec_time, function.max_exec_time)
    return f"{function.counter:,} calls  wait {waits}  run {runs}"


def _times(*seconds: float) -> str:
    return "/".join(format_duration(timedelta(seconds=value)) for value in seconds)
