"""What an explanation needs to know about the colony, asked for once."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import TYPE_CHECKING

from colonysdk.extensions import EXPLAIN
from colonysdk.objects import Explanation, Process, ProcessState
from colonytui.commands.running import Invocation
from colonytui.explain.findings import ColonyFacts

if TYPE_CHECKING:
    from colonysdk.client import ColonyClient

_MOST_PROCESSES = 100
"""wire: a getprocessesmsg reply holds at most this many processes."""


async def gather_facts(invocation: Invocation, process: Process, now: datetime) -> ColonyFacts:
    """Ask the server for everything that decides where a process goes; raises Unreachable and Refused."""
    client = invocation.client
    paused, executors, waiting, running, explanation = await asyncio.gather(
        client.paused(),
        client.executors(),
        client.processes(ProcessState.WAITING, _MOST_PROCESSES),
        client.processes(ProcessState.RUNNING, _MOST_PROCESSES),
        _explanation(client, process),
    )
    return ColonyFacts(
        now=now,
        colony_name=invocation.session.colony_name,
        paused=paused,
        executors=executors,
        waiting=waiting,
        running=running,
        running_complete=len(running) < _MOST_PROCESSES,
        explanation=explanation,
    )


async def _explanation(client: ColonyClient, process: Process) -> Explanation | None:
    """What a server that explains says."""
    if process.state is not ProcessState.WAITING or not await client.offers(EXPLAIN):
        return None
    return await client.explain(process.process_id)
