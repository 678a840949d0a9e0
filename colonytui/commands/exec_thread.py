"""A shell beside a program for a caller whose own event loop stands still meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from colonysdk.errors import ColonyError
from colonytui.commands.exec_running import run_beside
from colonytui.commands.exec_signals import ExecSignals
from colonytui.commands.exit_code import ExitCode
from colonytui.session import Session

_SHELL = ("sh",)


def run_shell(session: Session, process_id: str, say: Callable[[str], None]) -> int:
    """Run a shell at this terminal and return its exit code; what went wrong is said. From the main thread."""
    print(f"a shell beside process {process_id}; exit comes back", flush=True)
    with ExecSignals(hears_interrupts=True) as signals, ThreadPoolExecutor(1) as threads:
        return threads.submit(lambda: asyncio.run(_run(session, process_id, signals, say))).result()


async def _run(session: Session, process_id: str, signals: ExecSignals, say: Callable[[str], None]) -> int:
    try:
        async with session.client() as client:
            return await run_beside(client, process_id, _SHELL, in_terminal=True, rank=0, signals=signals, say=say)
    except ColonyError as error:
        say(f"error: {error}")
        return ExitCode.REFUSED
    except asyncio.CancelledError:
        say("interrupted before the shell was open")
        return ExitCode.INTERRUPTED
