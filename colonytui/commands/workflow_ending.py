"""Waiting for a workflow to end, and telling how it ended."""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta

from colonysdk.client import ColonyClient
from colonysdk.objects import ProcessGraph, ProcessState
from colonysdk.units import format_duration
from colonytui.commands.ending import ENDING_CODES
from colonytui.commands.exit_code import ExitCode
from colonytui.commands.patience import Patience, pause_after
from colonytui.commands.running import Invocation
from colonytui.commands.workflow_members import workflow_members

_REST_PER_ANSWER = 10.0
"""How many times as long to wait for the next answer as the last one took, for workflows that are long to tell."""

_MOST_FAILURES = 5


async def wait_for_workflow(invocation: Invocation, workflow_id: str, timeout_seconds: float | None) -> ExitCode:
    """Wait for a workflow and say how it ended; it goes on when the waiting is broken off."""
    output = invocation.output
    patience = invocation.patience()
    how_to_see = f"see it with: colony-tui workflow get -w {workflow_id}"
    try:
        async with asyncio.timeout(timeout_seconds):
            workflow = await _ended(invocation.client, workflow_id, patience)
    except TimeoutError:
        output.say(f"the workflow goes on; the waiting ended after {timeout_seconds:g} s")
        output.say(how_to_see)
        return ExitCode.TIMED_OUT
    except asyncio.CancelledError:
        output.say(f"the workflow goes on; {how_to_see}")
        raise
    if output.as_json:
        output.json(workflow)
    for sentence in await patience.ask(lambda: _ending(invocation.client, workflow)):
        output.say(sentence)
    return ENDING_CODES[workflow.state]


async def _ended(client: ColonyClient, workflow_id: str, patience: Patience) -> ProcessGraph:
    last_change = time.monotonic()
    last_state: ProcessState | None = None
    while True:
        begin = time.monotonic()
        workflow = await patience.ask(lambda: client.workflow(workflow_id))
        if workflow.state.is_final:
            return workflow
        now = time.monotonic()
        if workflow.state is not last_state:
            last_state, last_change = workflow.state, now
        await asyncio.sleep(max(pause_after(now - last_change), (now - begin) * _REST_PER_ANSWER))


async def _ending(client: ColonyClient, workflow: ProcessGraph) -> list[str]:
    name = f"workflow {workflow.process_graph_id}"
    match workflow.state:
        case ProcessState.SUCCESS:
            return [f"{name} was successful{_run_time(workflow)}"]
        case ProcessState.FAILED:
            return [f"{name} failed{_run_time(workflow)}:", *await _failures(client, workflow)]
        case _:
            return [f"{name} was cancelled"]


def _run_time(workflow: ProcessGraph) -> str:
    if workflow.start_time is None or workflow.end_time is None:
        return ""
    return f" after {format_duration(max(workflow.end_time - workflow.start_time, timedelta(0)))}"


async def _failures(client: ColonyClient, workflow: ProcessGraph) -> list[str]:
    members = await workflow_members(client, workflow)
    failed = [member for member in members if member.state is ProcessState.FAILED]
    sentences = []
    for member in failed[:_MOST_FAILURES]:
        errors = (await client.process(member.process_id)).errors or ["no reason was given"]
        sentences.append(f"  {member.node_name or member.process_id}: {'; '.join(errors)}")
    others = len(failed) - len(sentences)
    return [*sentences, f"  and {others} more"] if others else sentences
