"""What a running process is doing, as far as the colony knows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from colonysdk.objects import ExecutorState, Log, Process
from colonysdk.units import format_age, format_duration
from colonytui.explain.findings import ColonyFacts, Finding, Link, Verdict, log_tail, log_time
from colonytui.processes.names import short_id

_QUIET_AFTER = timedelta(minutes=5)
_UNHEARD_AFTER = timedelta(minutes=10)
"""semantics: servers unregister executors that are silent for this long, and put their processes back in line."""


def explain_running(process: Process, facts: ColonyFacts, log: Sequence[Log] | None = None) -> tuple[Finding, ...]:
    """Who runs it, for how long it may, and what it last said; `log` is the end of its log, None when not known."""
    return tuple(_findings(process, facts, log))


def _findings(process: Process, facts: ColonyFacts, log: Sequence[Log] | None) -> Iterator[Finding]:
    yield from _executor(process, facts)
    yield _time_limit(process, facts)
    if process.spec.max_retries or process.retries:
        yield _retries(process)
    if process.submission_time and process.start_time:
        waited = format_duration(process.start_time - process.submission_time)
        yield Finding(Verdict.NEUTRAL, f"started {waited} after it was submitted")
    yield _log(log, facts)


def _executor(process: Process, facts: ColonyFacts) -> Iterator[Finding]:
    executor = facts.executors_by_id.get(process.assigned_executor_id)
    ran = f" for {format_age(process.start_time, facts.now)}" if process.start_time else ""
    if executor is None:
        sentence = f"runs{ran} on an executor that is not known: {short_id(process.assigned_executor_id)}"
        yield Finding(Verdict.UNKNOWN, sentence)
        return
    link = Link("executor", executor.executor_name)
    yield Finding(Verdict.OK, f"{executor.executor_name} ({executor.executor_type}) has run it{ran}", link=link)
    if executor.state is not ExecutorState.APPROVED:
        state = executor.state.name.lower()
        yield Finding(Verdict.BAD, f"{executor.executor_name} is {state} and cannot report a result", link=link)
    heard = executor.last_heard_from_time
    if heard is None:
        yield Finding(Verdict.UNKNOWN, "when the executor was last heard is not known", link=link)
    elif facts.now - heard > _UNHEARD_AFTER:
        age = format_age(heard, facts.now)
        sentence = f"{executor.executor_name} last asked for work {age} ago; it may be busy with this, or gone"
        yield Finding(Verdict.UNKNOWN, sentence, link=link)
    else:
        age = format_age(heard, facts.now)
        yield Finding(Verdict.OK, f"{executor.executor_name} was heard {age} ago", link=link)


def _time_limit(process: Process, facts: ColonyFacts) -> Finding:
    if process.exec_deadline is None or process.spec.max_exec_time <= 0:
        return Finding(Verdict.NEUTRAL, "no time limit")
    limit = format_duration(timedelta(seconds=process.spec.max_exec_time))
    if process.exec_deadline <= facts.now:
        overdue = format_age(process.exec_deadline, facts.now)
        return Finding(
            Verdict.BAD, f"its time limit of {limit} passed {overdue} ago: the server is about to end this run"
        )
    left = format_duration(process.exec_deadline - facts.now)
    allowed = process.spec.max_retries
    then = "it fails" if 0 <= allowed <= process.retries else "it goes back in line"
    return Finding(Verdict.NEUTRAL, f"{left} of {limit} left, then {then}")


def _retries(process: Process) -> Finding:
    allowed = process.spec.max_retries
    return Finding(Verdict.NEUTRAL, f"retries: {process.retries} of {allowed if allowed >= 0 else 'any number'} used")


def _log(log: Sequence[Log] | None, facts: ColonyFacts) -> Finding:
    if log is None:
        return Finding(Verdict.UNKNOWN, "its log is not known")
    if not log:
        return Finding(Verdict.NEUTRAL, "it has logged nothing so far")
    said = log_time(log[-1])
    age = format_age(said, facts.now)
    if facts.now - said > _QUIET_AFTER:
        return Finding(Verdict.UNKNOWN, f"it has logged nothing for {age}; the last lines were", details=log_tail(log))
    return Finding(Verdict.OK, f"it logged {age} ago", details=log_tail(log))
