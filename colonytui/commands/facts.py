"""What an explanation needs to know about the colony, asked for once."""

from __future__ import annotations

import asyncio
from datetime import datetime

from colonysdk.objects import ProcessState
from colonytui.commands.running import Invocation
from colonytui.explain.findings import ColonyFacts

_MOST_PROCESSES = 100
"""wire: a getprocessesmsg reply holds at most this many processes."""


async def gather_facts(invocation: Invocation, now: datetime) -> ColonyFacts:
    """Ask the server for everything that decides where processes go; raises Unreachable and Refused."""
    client = invocation.client
    paused, executors, waiting, running = await asyncio.gather(
        client.paused(),
        client.executors(),
        client.processes(ProcessState.WAITING, _MOST_PROCESSES),
        client.processes(ProcessState.RUNNING, _MOST_PROCESSES),
    )
    return ColonyFacts(
        now=now,
        colony_name=invocation.session.colony_name,
        paused=paused,
        executors=executors,
        waiting=waiting,
        running=running,
        running_complete=len(running) < _MOST_PROCESSES,
    )
