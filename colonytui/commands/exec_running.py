"""Running a command beside a program: what stands in the way, the session, and how it ended."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import ExitStack, aclosing, suppress
from typing import TYPE_CHECKING

from colonysdk.errors import Refused
from colonysdk.exec import Command, ExecRefused, RemoteSession, SessionLost, open_session
from colonytui.commands.exec_terminal import (
    SecondScreen,
    leave_programs,
    own_terminal,
    raw_terminal,
    show,
    terminal_size,
    typed,
)
from colonytui.commands.exit_code import ExitCode
from colonytui.processes.entering import why_not_inside
from colonytui.processes.names import short_id

if TYPE_CHECKING:
    from colonysdk.client import ColonyClient
    from colonytui.commands.exec_signals import ExecSignals


async def run_beside(
    client: ColonyClient,
    process_id: str,
    words: tuple[str, ...],
    *,
    in_terminal: bool,
    rank: int,
    signals: ExecSignals,
    say: Callable[[str], None],
) -> int:
    """Run a command beside the program of a process, at this terminal or between these pipes; its exit code.

    Without a session, the reason is said and the code is one of ExitCode. Raises Refused and Unreachable.
    """
    process = await client.process(process_id)
    if reason := why_not_inside(process):
        say(f"error: {reason}")
        return ExitCode.REFUSED
    command = Command(words, own_terminal() if in_terminal else None, rank)
    resized = signals.listen()
    try:
        async with open_session(client, process_id, command) as session:
            code = await _converse(session, resized, in_terminal=in_terminal)
    except ExecRefused as refusal:
        say(f"error: the executor refused: {refusal}")
        return ExitCode.REFUSED
    except SessionLost as lost:
        say(f"error: the session was lost: {lost}")
        return ExitCode.UNREACHABLE
    except Refused as refusal:
        if not refusal.forbidden:
            raise
        who = process.initiator_name or short_id(process.initiator_id)
        say(f"error: only who submitted process {short_id(process_id)} may open a session in it, and that was {who}")
        return ExitCode.REFUSED
    if session.reason:
        say(f"the session was ended: {session.reason}")
    return code


async def _converse(session: RemoteSession, resized: asyncio.Event, *, in_terminal: bool) -> int:
    """Carry bytes both ways until the command has ended; raises SessionLost."""
    second_screen = SecondScreen()
    with ExitStack() as stack:
        pumps = [asyncio.create_task(_send_input(session, ends=not in_terminal))]
        if in_terminal:
            stack.enter_context(raw_terminal())
            pumps.append(asyncio.create_task(_send_sizes(session, resized)))
        try:
            async with aclosing(session.output()) as pieces:
                async for stream, data in pieces:
                    second_screen.note(data)
                    await show(stream, data)
        finally:
            for pump in pumps:
                pump.cancel()
            await asyncio.gather(*pumps, return_exceptions=True)
            if in_terminal and (session.exit_code is None or session.reason):
                leave_programs(second_screen)
    assert session.exit_code is not None
    return session.exit_code


async def _send_input(session: RemoteSession, *, ends: bool) -> None:
    async with aclosing(typed()) as pieces:
        async for data in pieces:
            await session.write(data)
    if ends:
        with suppress(SessionLost):
            await session.end_input()


async def _send_sizes(session: RemoteSession, resized: asyncio.Event) -> None:
    with suppress(SessionLost):
        while await resized.wait():
            resized.clear()
            size = terminal_size()
            await session.resize(size.columns, size.lines)
