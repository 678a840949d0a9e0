"""How a command gets to work: session, client and output, for as long as it runs."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from colonysdk.client import ColonyClient
from colonytui.commands.exit_code import ExitCode
from colonytui.commands.options import CommonOptions
from colonytui.commands.output import Output
from colonytui.commands.patience import Patience
from colonytui.configuration import open_session
from colonytui.session import Session


@dataclass(frozen=True)
class Invocation:
    """What a command works with."""

    session: Session
    client: ColonyClient
    output: Output

    def patience(self) -> Patience:
        """For a command that asks again and again; it looks after the local colony, if that is the one in use."""
        local = self.session.local
        return Patience(self.output.say, local.directory if local else None)


def run_in_colony(
    common: CommonOptions,
    body: Callable[[Invocation], Awaitable[ExitCode | None]],
    *,
    tells_runtime: bool = False,
) -> ExitCode:
    """Run the body of a command in the colony that options and environment name.

    What runs the jobs of a local colony is said on stderr when it has been started for this command, and always with
    `tells_runtime`.
    """
    output = Output(as_json=common.as_json)
    session = open_session(common.connection, on_start=lambda: output.say("starting a local colony …"))
    if session.local is not None and (session.local.was_started or tells_runtime):
        output.say(session.note)

    async def run() -> ExitCode | None:
        async with session.client() as client:
            return await body(Invocation(session, client, output))

    return asyncio.run(run()) or ExitCode.OK
