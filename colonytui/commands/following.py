"""Waiting for a process to end, with its log as it comes, through restarts of the server."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

from colonysdk.client import ColonyClient
from colonysdk.objects import Log, Process, ProcessState
from colonytui.commands.log_reader import LogReader
from colonytui.commands.patience import Patience, pause_after

_WAITING_LONG_SECONDS = 2.0


async def follow(
    client: ColonyClient,
    process_id: str,
    patience: Patience,
    *,
    on_log: Callable[[Log], None] | None,
    on_long_wait: Callable[[Process], Awaitable[None]] | None,
) -> Process:
    """Return the process once it has ended; until then pass on its log, entry by entry.

    `on_long_wait` is called once when nobody takes the process for a while. Raises Refused when the process cannot be
    seen (any more), LocalColonyFailed.
    """
    reader = LogReader(lambda since, count: client.logs(process_id, since=since, count=count))
    begin = last_change = time.monotonic()
    last_state: ProcessState | None = None
    while True:
        # The state is read before the log: what an ended process has logged is complete.
        process = await patience.ask(lambda: client.process(process_id))
        while on_log and (entries := await patience.ask(reader.fresh)):
            for entry in entries:
                on_log(entry)
            last_change = time.monotonic()
        if process.state.is_final:
            return process
        now = time.monotonic()
        if process.state is not last_state:
            last_state, last_change = process.state, now
        if on_long_wait and process.state is ProcessState.WAITING and now - begin > _WAITING_LONG_SECONDS:
            await on_long_wait(process)
            on_long_wait = None
        await asyncio.sleep(pause_after(now - last_change))
