"""What the colony thinks of a specification before it is submitted: warnings, as executors may still come."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from colonysdk.errors import Problem
from colonysdk.objects import Function, FunctionSpec, Process
from colonytui.explain.candidates import check_candidates, find_candidates
from colonytui.explain.findings import ColonyFacts, Finding, Verdict, plural


def colony_problems(spec: FunctionSpec, facts: ColonyFacts, functions: Sequence[Function] | None) -> list[Problem]:
    """Why the process would wait at present; `functions` are the registered ones, None when not known."""
    return [*_waiting_problems(spec, facts), *_function_problems(spec, functions)]


def matching_executors(spec: FunctionSpec, facts: ColonyFacts) -> str:
    """How many executors may take it, in a few words; empty when that is not known."""
    if facts.executors is None or not spec.conditions.executor_type:
        return ""
    count = len(find_candidates(Process(spec=spec), facts).executors)
    return f"{plural(count, 'executor')} match{'es' if count == 1 else ''}"


def _waiting_problems(spec: FunctionSpec, facts: ColonyFacts) -> Iterator[Problem]:
    process = Process(spec=spec)
    candidates = find_candidates(process, facts)
    findings: list[Finding] = list(candidates.findings)
    if candidates.executors:
        findings += check_candidates(process, candidates.executors, facts)
    for finding in findings:
        # An executor type that is missing is a problem that the specification has without any colony.
        if finding.verdict is Verdict.BAD and spec.conditions.executor_type:
            yield Problem(finding.field, f"it would wait: {finding.sentence}", severity="warning")


def _function_problems(spec: FunctionSpec, functions: Sequence[Function] | None) -> Iterator[Problem]:
    registered = sorted(
        {function.func_name for function in functions or () if function.executor_type == spec.conditions.executor_type}
    )
    if registered and spec.func_name not in registered:
        yield Problem(
            "$.funcname",
            f'no executor of type "{spec.conditions.executor_type}" has registered {spec.func_name}',
            ", ".join(registered),
            severity="warning",
        )
