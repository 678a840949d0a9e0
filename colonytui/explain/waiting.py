"""Why a process waits: the server's rules of assignment, each checked against what is known."""

from __future__ import annotations

from collections.abc import Iterator

from colonysdk.objects import Process, ProcessState
from colonysdk.units import format_age, format_duration
from colonytui.explain.candidates import check_candidates, find_candidates
from colonytui.explain.findings import ColonyFacts, Finding, Link, Remedy, Verdict
from colonytui.explain.told import source, told_place
from colonytui.processes.names import process_name, short_id

_MOST_NODES = 127
"""wire: the reference server compares nodes, processes and processespernode with this constant."""


def explain_waiting(process: Process, facts: ColonyFacts) -> tuple[Finding, ...]:
    """Every rule of assignment with its verdict, in the order in which a reader would check them, and who says so."""
    return (*_findings(process, facts), source(facts))


def why_line(process: Process, facts: ColonyFacts) -> str:
    """The answer in one line: the first rule that fails, else what is unknown, else who is ahead and who is busy."""
    findings = [finding for finding in _findings(process, facts) if finding.short]
    for verdict in (Verdict.BAD, Verdict.UNKNOWN):
        for finding in findings:
            if finding.verdict is verdict:
                return finding.short if verdict is Verdict.BAD else f"? {finding.short}"
    # What changes from row to row first: the end may be cut off.
    return "; ".join(finding.short for finding in reversed(findings))


def _findings(process: Process, facts: ColonyFacts) -> Iterator[Finding]:
    yield _colony(facts)
    yield _parents(process, facts)
    candidates = find_candidates(process, facts)
    yield from candidates.findings
    if candidates.executors:
        yield from check_candidates(process, candidates.executors, facts)
    yield told_place(facts) or _line(process, facts)
    yield from _limits(process)
    if process.retries:
        yield _earlier_runs(process)
    yield _deadline(process, facts)


def _colony(facts: ColonyFacts) -> Finding:
    name = facts.colony_name
    if facts.paused is None:
        return Finding(Verdict.UNKNOWN, f"whether colony {name} is paused is not known")
    if facts.paused:
        return Finding(
            Verdict.BAD,
            f"colony {name} is paused: nothing is assigned",
            short="colony is paused",
            remedy=Remedy("resume", "resume the colony"),
        )
    return Finding(Verdict.OK, f"colony {name} is accepting assignments")


def _parents(process: Process, facts: ColonyFacts) -> Finding:
    if not process.wait_for_parents:
        return Finding(Verdict.OK, "no unfinished parents")
    unfinished = [parent_id for parent_id in process.parents if not _has_succeeded(parent_id, facts)]
    named = ", ".join(_parent(parent_id, facts) for parent_id in unfinished) or "not yet released by the server"
    sentence = f"waits for parents: {named}"
    return Finding(Verdict.BAD, sentence, short=sentence, link=Link("process", unfinished[0]) if unfinished else None)


def _has_succeeded(process_id: str, facts: ColonyFacts) -> bool:
    process = facts.processes.get(process_id)
    return process is not None and process.state is ProcessState.SUCCESS


def _parent(process_id: str, facts: ColonyFacts) -> str:
    process = facts.processes.get(process_id)
    if process is None:
        return f"{short_id(process_id)} (state unknown)"
    return f"{process_name(process)} ({process.state.name.lower()})"


def _line(process: Process, facts: ColonyFacts) -> Finding:
    priority, executor_type = process.spec.priority, process.spec.conditions.executor_type
    if process.wait_for_parents:
        return Finding(Verdict.NEUTRAL, f"priority {priority}: not in line before its parents have succeeded")
    if not facts.waiting:
        return Finding(Verdict.UNKNOWN, f"priority {priority}: the place in line is not known")
    place = facts.places_in_line.get(process.process_id)
    if place is None:
        ahead = f"behind the first {len(facts.waiting)}"
        return Finding(Verdict.NEUTRAL, f"priority {priority}: {ahead} in line", short=f"{ahead} in line")
    rank = f"{_ordinal(place)} in line"
    return Finding(Verdict.NEUTRAL, f"priority {priority}: {rank} for {executor_type or 'no type'}", short=rank)


def _limits(process: Process) -> Iterator[Finding]:
    conditions = process.spec.conditions
    for noun, count in (
        ("nodes", conditions.nodes),
        ("processes", conditions.processes),
        ("processes per node", conditions.processes_per_node),
    ):
        if count > _MOST_NODES:
            yield Finding(
                Verdict.UNKNOWN, f"{noun} {count}: some servers never assign a process with more than {_MOST_NODES}"
            )


def _earlier_runs(process: Process) -> Finding:
    allowed = process.spec.max_retries
    return Finding(
        Verdict.NEUTRAL,
        f"in line again: {process.retries} of {allowed if allowed >= 0 else 'any number of'} retries used,"
        " each after a run passed its time limit",
    )


def _deadline(process: Process, facts: ColonyFacts) -> Finding:
    if process.wait_deadline is None:
        return Finding(Verdict.NEUTRAL, "no wait deadline: it waits for as long as it takes")
    if process.wait_deadline <= facts.now:
        overdue = format_age(process.wait_deadline, facts.now)
        return Finding(Verdict.BAD, f"its wait deadline passed {overdue} ago: the server is about to fail it")
    left = format_duration(process.wait_deadline - facts.now)
    return Finding(Verdict.NEUTRAL, f"wait deadline in {left}, then it fails")


def _ordinal(number: int) -> str:
    if number % 100 in (11, 12, 13):
        return f"{number}th"
    return f"{number}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th') }"
