"""Why a process failed, and how the others ended."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from colonysdk.objects import AttributeType, Log, Process, ProcessState
from colonysdk.units import format_age, format_duration
from colonytui.explain.findings import ColonyFacts, Finding, Link, Verdict, log_tail, plural
from colonytui.logs.text import plain
from colonytui.processes.names import process_name, short_id

_MOST_ERRORS = 5
_OUT_OF_TIME = "Maximum execution time limit exceeded"
_NOT_TAKEN = "Maximum waiting time limit exceeded"
"""wire: the errors that the server itself gives (semantics.md)."""

_EXIT_CODE = re.compile(r"exit(?:ed)?(?: with)?(?: a| an)?(?: code| status)?\D{0,12}?(\d{1,3})\b", re.IGNORECASE)
_SIGNALS = {2: "interrupt", 6: "abort", 9: "kill, often for want of memory", 11: "bad memory access", 15: "terminate"}


def explain_failed(process: Process, facts: ColonyFacts, log: Sequence[Log] | None = None) -> tuple[Finding, ...]:
    """What ended it, what its program said, and what had gone before; `log` is the end of its log, None if unknown."""
    return tuple(_failure(process, facts, log))


def explain_finished(process: Process, facts: ColonyFacts) -> tuple[Finding, ...]:
    """How a successful or cancelled process went."""
    return tuple(_finish(process, facts))


def _failure(process: Process, facts: ColonyFacts, log: Sequence[Log] | None) -> Iterator[Finding]:
    yield from _errors(process)
    yield from _failed_parents(process, facts)
    yield from _exit_codes(process)
    yield _run(process)
    yield from _retries(process)
    yield from _executor(process, facts)
    yield _log(process, log)


def _errors(process: Process) -> Iterator[Finding]:
    for error in process.errors[:_MOST_ERRORS]:
        yield Finding(Verdict.BAD, _error_sentence(error, process))
    if len(process.errors) > _MOST_ERRORS:
        yield Finding(Verdict.BAD, f"and {plural(len(process.errors) - _MOST_ERRORS, 'more error')}")
    if not process.errors:
        yield Finding(Verdict.UNKNOWN, "no error was reported")


def _error_sentence(error: str, process: Process) -> str:
    if error == _OUT_OF_TIME:
        return f"it ran into its time limit of {format_duration(timedelta(seconds=process.spec.max_exec_time))}"
    if error == _NOT_TAKEN:
        limit = format_duration(timedelta(seconds=process.spec.max_wait_time))
        return f"nobody took it within its longest wait of {limit}"
    return plain(" ".join(error.split())) or "an empty error was reported"


def _failed_parents(process: Process, facts: ColonyFacts) -> Iterator[Finding]:
    for parent_id in process.parents:
        parent = facts.processes.get(parent_id)
        if parent is None:
            yield Finding(
                Verdict.UNKNOWN,
                f"parent {short_id(parent_id)}: its state is not known",
                link=Link("process", parent_id),
            )
        elif parent.state in (ProcessState.FAILED, ProcessState.CANCELLED):
            sentence = f"parent {process_name(parent)} {parent.state.name.lower()}"
            yield Finding(Verdict.BAD, sentence, link=Link("process", parent_id))


def _exit_codes(process: Process) -> Iterator[Finding]:
    codes = [int(found[1]) for error in process.errors if (found := _EXIT_CODE.search(error))]
    for attribute in process.attributes:
        is_result = attribute.attribute_type in (AttributeType.OUT, AttributeType.ERR)
        if is_result and "exit" in attribute.key.lower():
            yield Finding(Verdict.BAD, f"{plain(attribute.key)}: {plain(attribute.value)}")
            codes += [int(attribute.value)] if re.fullmatch("[0-9]{1,3}", attribute.value) else []
    for code in sorted(set(codes)):
        if meaning := _exit_code_meaning(code):
            yield Finding(Verdict.UNKNOWN, f"exit code {code}: by convention, {meaning}")


def _exit_code_meaning(code: int) -> str:
    if code == 126:
        return "the command could not be executed"
    if code == 127:
        return "the command was not found"
    if 128 < code < 160:
        signal = code - 128
        return f"ended by signal {signal}" + (f" ({_SIGNALS[signal]})" if signal in _SIGNALS else "")
    return ""


def _run(process: Process) -> Finding:
    if process.start_time is None:
        waited = _span(process.submission_time, process.end_time)
        return Finding(Verdict.NEUTRAL, f"it never ran{f', and waited {waited}' if waited else ''}")
    ran = _span(process.start_time, process.end_time)
    return Finding(Verdict.NEUTRAL, f"it ran for {ran}" if ran else "it ran, for a time that is not known")


def _retries(process: Process) -> Iterator[Finding]:
    allowed = process.spec.max_retries
    if allowed or process.retries:
        limit = allowed if allowed >= 0 else "any number"
        yield Finding(
            Verdict.NEUTRAL,
            f"retries: {process.retries} of {limit} used (only a run that passes its time limit is retried)",
        )


def _executor(process: Process, facts: ColonyFacts) -> Iterator[Finding]:
    if not process.assigned_executor_id:
        return
    executor = facts.executors_by_id.get(process.assigned_executor_id)
    if executor is None:
        yield Finding(Verdict.UNKNOWN, f"its executor is not known: {short_id(process.assigned_executor_id)}")
        return
    heard = format_age(executor.last_heard_from_time, facts.now)
    sentence = f"last run by {executor.executor_name} ({executor.executor_type}), {executor.state.name.lower()}"
    sentence += f", heard {heard} ago" if heard else ", never heard"
    yield Finding(Verdict.NEUTRAL, sentence, link=Link("executor", executor.executor_name))


def _log(process: Process, log: Sequence[Log] | None) -> Finding:
    if log is None:
        return Finding(Verdict.UNKNOWN, "its log is not known")
    if not log:
        return Finding(Verdict.NEUTRAL, "it logged nothing")
    return Finding(Verdict.NEUTRAL, "the end of its log:", details=log_tail(log))


def _finish(process: Process, facts: ColonyFacts) -> Iterator[Finding]:
    ended = format_age(process.end_time, facts.now)
    when = f" {ended} ago" if ended else ""
    if process.state is ProcessState.SUCCESS:
        yield Finding(Verdict.OK, f"finished{when}")
    else:
        yield Finding(Verdict.NEUTRAL, f"cancelled{when}")
    yield _run(process)
    if process.submission_time and process.start_time:
        waited = format_duration(process.start_time - process.submission_time)
        yield Finding(Verdict.NEUTRAL, f"started {waited} after it was submitted")
    yield from _retries(process)
    yield from _executor(process, facts)
    if process.output:
        yield Finding(Verdict.NEUTRAL, f"it gave {plural(len(process.output), 'output value')}")


def _span(start: datetime | None, end: datetime | None) -> str:
    return format_duration(end - start) if start and end else ""
