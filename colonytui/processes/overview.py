"""The overview of a process: what it is, where it is, and a bar for the time it has waited and run."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from textwrap import wrap

from colonysdk.objects import Process, ProcessState
from colonysdk.units import format_age, format_duration
from colonytui.explain.explanation import why_line
from colonytui.explain.findings import ColonyFacts
from colonytui.jsontext.secret_values import masked
from colonytui.logs.text import plain
from colonytui.processes.columns import first_line
from colonytui.processes.names import command_of, process_name, short_id
from colonytui.processes.usage_lines import usage_lines
from colonytui.terminal.glyphs import STATE_WORDS, Glyphs
from colonytui.terminal.tones import STATE_TONES, Cell, Tone

LABEL_CELLS = 11
_MOST_ERRORS = 3
_MOST_LINES = 4

Line = tuple[Cell, ...]


@dataclass(frozen=True)
class OverviewContext:
    """What the overview needs to know besides the process."""

    facts: ColonyFacts
    glyphs: Glyphs
    width: int
    """Cells of a line; bars are drawn to fit."""


def process_title(process: Process, now: datetime, glyphs: Glyphs) -> list[Cell]:
    """Id, state with its time, and name: the title of everything about one process."""
    state = process.state
    span = run_span(process, now)
    limit = process.spec.max_exec_time
    time = "" if span is None else f" {_span_text(span, process)}"
    if state is ProcessState.RUNNING and limit > 0:
        time += f" of {format_duration(timedelta(seconds=limit))}"
    if state is ProcessState.WAITING:
        time = f" {format_age(process.submission_time, now)}"
    return [
        Cell(f"{short_id(process.process_id)}  ", Tone.KEY),
        Cell(f"{glyphs.process[state]} {STATE_WORDS[state].upper()}{time}  ", STATE_TONES[state]),
        Cell(plain(process_name(process))),
    ]


def process_overview(process: Process, context: OverviewContext) -> list[Line]:
    """The lines of the overview."""
    return list(_lines(process, context))


def run_span(process: Process, now: datetime) -> timedelta | None:
    """How long the present or last run has taken; None when it never ran or waits to run again."""
    if process.start_time is None or process.state is ProcessState.WAITING:
        return None
    return max(
        timedelta(), (process.end_time if process.state.is_final and process.end_time else now) - process.start_time
    )


def clock_time(moment: datetime | None, now: datetime) -> str:
    """A moment as local time of day, with the date when that is another one; "–" for never."""
    if moment is None:
        return "–"
    local = moment.astimezone()
    return f"{local:%H:%M:%S}" if local.date() == now.astimezone().date() else f"{local:%Y-%m-%d %H:%M:%S}"


def _lines(process: Process, context: OverviewContext) -> Iterator[Line]:
    yield from _state_reason(process, context)
    yield from _job(process, context)
    now = context.facts.now
    initiator = process.initiator_name or short_id(process.initiator_id) or "–"
    yield _line("submitted", Cell(f"{clock_time(process.submission_time, now)}  by {plain(initiator)}"))
    yield from _timeline(process, context)
    yield from _limits(process)
    yield from _executor(process, context.facts)
    yield from _usage(process, context)
    yield from _relatives(process, context)
    if process.output:
        yield from _wrapped("output", first_line(process.output), context)
    yield _line("id", Cell(process.process_id, Tone.MUTED))


def _line(label: str, *cells: Cell) -> Line:
    return (Cell(f"{label:<{LABEL_CELLS}}", Tone.MUTED), *cells)


def _wrapped(label: str, text: str, context: OverviewContext, tone: Tone = Tone.PLAIN) -> Iterator[Line]:
    """A text on as many lines as it needs, a few at most."""
    lines = wrap(
        plain(text), max(context.width - LABEL_CELLS, 20), max_lines=_MOST_LINES, placeholder=context.glyphs.ellipsis
    )
    for number, line in enumerate(lines or ["–"]):
        yield _line("" if number else label, Cell(line, tone))


def _state_reason(process: Process, context: OverviewContext) -> Iterator[Line]:
    if process.state is ProcessState.WAITING:
        yield from _wrapped("why", f"{why_line(process, context.facts)}  [i] explain", context, Tone.WARN)
    for error in process.errors[:_MOST_ERRORS]:
        yield from _wrapped("error", error, context, Tone.BAD)
    if len(process.errors) > _MOST_ERRORS:
        yield _line("", Cell(f"and {len(process.errors) - _MOST_ERRORS} more, on the tab Output", Tone.BAD))
    if process.state is ProcessState.FAILED and not process.errors:
        yield _line("error", Cell("none was reported", Tone.BAD), Cell("  [i] explain", Tone.MUTED))


def _job(process: Process, context: OverviewContext) -> Iterator[Line]:
    spec = process.spec
    image = spec.kwargs.get("docker-image")
    if command := command_of(spec):
        yield from _wrapped("runs", command, context)
        if isinstance(image, str):
            yield _line("image", Cell(plain(image)))
    elif spec.args or spec.kwargs:
        given = [json.dumps(value, ensure_ascii=False) for value in spec.args]
        given += [f"{name}={json.dumps(value, ensure_ascii=False)}" for name, value in masked(spec.kwargs).items()]
        yield from _wrapped("arguments", " ".join(given), context)


def _timeline(process: Process, context: OverviewContext) -> Iterator[Line]:
    now = context.facts.now
    submitted = process.submission_time or now
    ran = run_span(process, now)
    waited = max(
        timedelta(),
        (process.start_time if ran is not None and process.start_time else process.end_time or now) - submitted,
    )
    # Of a run that has ended, its limit is of no interest.
    limit = timedelta(seconds=0 if process.state.is_final else max(process.spec.max_exec_time, 0))
    scale = _Scale(waited, max(ran or timedelta(), limit), context)
    verb = "waiting" if process.state is ProcessState.WAITING else "waited"
    waited_text = format_age(submitted, now) if ran is None and not process.state.is_final else format_duration(waited)
    yield _line(verb, Cell(f"{waited_text:>8}  "), scale.bar(timedelta(), waited, Tone.MUTED))
    if ran is None:
        return
    share = f" {ran / limit:.0%}" if limit and process.state is ProcessState.RUNNING else ""
    yield _line(
        "running" if process.state is ProcessState.RUNNING else "ran",
        Cell(f"{_span_text(ran, process):>8}  "),
        scale.bar(waited, ran, STATE_TONES[process.state]),
        Cell(scale.rest(waited + ran, limit - ran), Tone.MUTED),
        Cell(f"{share}", Tone.MUTED),
    )
    if process.state is ProcessState.RUNNING and process.exec_deadline:
        yield _line("deadline", Cell(clock_time(process.exec_deadline, now)))
    if process.state.is_final:
        yield _line("ended", Cell(f"{clock_time(process.end_time, now)}  {format_age(process.end_time, now)} ago"))


def _span_text(span: timedelta, process: Process) -> str:
    """How long a run took, or has taken so far in whole seconds, so that it ticks evenly."""
    if process.state.is_final:
        return format_duration(span)
    return format_duration(timedelta(seconds=int(span.total_seconds())))


class _Scale:
    """Bars of one length scale, from submission to the end or the time limit, whichever is later."""

    def __init__(self, waited: timedelta, run: timedelta, context: OverviewContext) -> None:
        self._cells = max(10, min(60, context.width - LABEL_CELLS - 18))
        self._whole = max(waited + run, timedelta(milliseconds=1))
        self._glyphs = context.glyphs

    def bar(self, start: timedelta, length: timedelta, tone: Tone) -> Cell:
        before = self._place(start)
        return Cell(" " * before + self._glyphs.bar_full * max(1, self._place(start + length) - before), tone)

    def rest(self, start: timedelta, length: timedelta) -> str:
        if length <= timedelta():
            return ""
        return self._glyphs.bar_empty * (self._place(start + length) - max(self._place(start), 1))

    def _place(self, moment: timedelta) -> int:
        return round(self._cells * (moment / self._whole))


def _limits(process: Process) -> Iterator[Line]:
    spec = process.spec
    retries = spec.max_retries if spec.max_retries >= 0 else "any number"
    parts = [f"{process.retries} of {retries}", f"priority {spec.priority}"]
    parts += [f"label {plain(spec.label)}"] if spec.label else []
    yield _line("retries", Cell("   ".join(parts)))


def _executor(process: Process, facts: ColonyFacts) -> Iterator[Line]:
    if not process.assigned_executor_id:
        wanted = process.spec.conditions
        names = f" {', '.join(wanted.executor_names)}" if wanted.executor_names else ""
        place = f" at {wanted.location_name}" if wanted.location_name else ""
        yield _line("wants", Cell(plain(f"{wanted.executor_type or 'no executor type'}{names}{place}")))
        return
    executor = facts.executors_by_id.get(process.assigned_executor_id)
    if executor is None:
        yield _line("executor", Cell(f"{short_id(process.assigned_executor_id)} (not known)"))
        return
    heard = format_age(executor.last_heard_from_time, facts.now)
    yield _line(
        "executor",
        Cell(f"{executor.executor_name} ({executor.executor_type})"),
        Cell(f"  heard {heard} ago  [x] open" if heard else "  never heard  [x] open", Tone.MUTED),
    )


def _usage(process: Process, context: OverviewContext) -> Iterator[Line]:
    for line in usage_lines(process, context.glyphs, context.width - LABEL_CELLS):
        yield _line(line.label, *line.cells)


def _relatives(process: Process, context: OverviewContext) -> Iterator[Line]:
    if process.process_graph_id:
        yield _line("workflow", Cell(short_id(process.process_graph_id)))
    for label, ids in (("parents", process.parents), ("children", process.children)):
        if ids:
            yield _line(label, *_named(ids, context))


def _named(ids: Sequence[str], context: OverviewContext) -> Iterator[Cell]:
    for process_id in ids:
        relative = context.facts.processes.get(process_id)
        if relative is None:
            yield Cell(f"{short_id(process_id)}  ")
        else:
            glyph = context.glyphs.process[relative.state]
            yield Cell(f"{plain(process_name(relative))} {glyph}  ", STATE_TONES[relative.state])
