"""Explanations of where a process is, with what the server itself says where it does."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from colonysdk.objects import Process
from colonytui.commands.facts import gather_facts
from colonytui.commands.object_ids import whole_id
from colonytui.commands.output import Output
from colonytui.commands.printable import printable
from colonytui.commands.running import Invocation
from colonytui.commands.table import Table
from colonytui.explain.explanation import Finding, explain, explanation_text, question

_LOG_ENTRIES = 20


async def explain_process(invocation: Invocation, some_digits: str) -> None:
    """Print why a process waits, what it is doing, or how it ended; raises Misuse, Unreachable and Refused."""
    client, output = invocation.client, invocation.output
    process = await client.process(await whole_id(client, some_digits))
    log = await client.logs(process.process_id, latest=True, count=_LOG_ENTRIES)
    findings = explain(process, await gather_facts(invocation, process, datetime.now(UTC)), log)
    if output.as_json:
        output.json([{"verdict": finding.verdict.value, "sentence": finding.sentence} for finding in findings])
    else:
        _print(output, process, findings)


def _print(output: Output, process: Process, findings: Sequence[Finding]) -> None:
    if output.is_terminal:
        rows = [[finding.verdict.value, finding.sentence] for finding in findings]
        output.tables([Table(question(process), ("Verdict", "Finding"), rows)])
        _print_details(output, findings)
    else:
        output.line(explanation_text(process, findings))


def _print_details(output: Output, findings: Sequence[Finding]) -> None:
    for finding in findings:
        if finding.details:
            output.line(f"\n{printable(finding.sentence)}:")
        for line in finding.details:
            output.line(f"    {printable(line)}")
