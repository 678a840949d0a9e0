"""Why is this process where it is? The answer for every state, from what is known, with unknowns marked as such."""

from __future__ import annotations

from collections.abc import Sequence

from colonysdk.objects import Log, Process, ProcessState
from colonytui.explain.ended import explain_failed, explain_finished
from colonytui.explain.findings import ColonyFacts, Finding, Link, Remedy, Verdict
from colonytui.explain.running import explain_running
from colonytui.explain.waiting import explain_waiting, why_line
from colonytui.logs.text import plain
from colonytui.processes.names import process_name, short_id

__all__ = [
    "ColonyFacts",
    "Finding",
    "Link",
    "Remedy",
    "Verdict",
    "explain",
    "explain_failed",
    "explain_finished",
    "explain_running",
    "explain_waiting",
    "explanation_text",
    "question",
    "why_line",
]

_SIGNS = {Verdict.OK: "+", Verdict.BAD: "x", Verdict.UNKNOWN: "?", Verdict.NEUTRAL: "-"}


def explain(process: Process, facts: ColonyFacts, log: Sequence[Log] | None = None) -> tuple[Finding, ...]:
    """The findings on a process in whatever state; `log` is the end of its log, None when not known."""
    match process.state:
        case ProcessState.WAITING:
            return explain_waiting(process, facts)
        case ProcessState.RUNNING:
            return explain_running(process, facts, log)
        case ProcessState.FAILED:
            return explain_failed(process, facts, log)
        case _:
            return explain_finished(process, facts)


def question(process: Process) -> str:
    """The question that the explanation answers."""
    name = f"{plain(process_name(process))} {short_id(process.process_id)}"
    match process.state:
        case ProcessState.WAITING:
            return f"Why is {name} waiting?"
        case ProcessState.RUNNING:
            return f"What is {name} doing?"
        case ProcessState.FAILED:
            return f"Why did {name} fail?"
        case _:
            return f"How did {name} end?"


def explanation_text(process: Process, findings: Sequence[Finding]) -> str:
    """The explanation as plain text, for the clipboard."""
    lines = [question(process)]
    for finding in findings:
        lines.append(f"{_SIGNS[finding.verdict]} {finding.sentence}")
        lines += [f"    {line}" for line in finding.details]
    return "\n".join(lines)
