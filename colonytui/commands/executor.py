"""colony-tui executor: look at executors, let them work or not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from colonytui.commands.exit_code import ExitCode
from colonytui.commands.options import CommonOptions, with_common_options

if TYPE_CHECKING:
    from colonytui.commands.running import Invocation

executor = typer.Typer(help="Look at executors, let them work or not.", no_args_is_help=True)

_NameOption = Annotated[str, typer.Option("--name", metavar="NAME", help="Name of the executor.")]


@executor.command("ls")
@with_common_options()
def ls(
    common: CommonOptions,
    full: Annotated[bool, typer.Option("--full", help="Everything about each of them.")] = False,
    every: Annotated[bool, typer.Option("--all", help="Unregistered executors too.")] = False,
    executortype: Annotated[str, typer.Option("--type", metavar="TYPE", help="Only those of this type.")] = "",
    location: Annotated[str, typer.Option("--location", metavar="NAME", help="Only those at this location.")] = "",
    text: Annotated[
        str, typer.Option("--filter", "-f", metavar="TEXT", help="Only those with this in their name or type.")
    ] = "",
) -> ExitCode:
    """List the colony's executors."""
    from colonytui.commands.executor_list import ExecutorFilter, list_executors
    from colonytui.commands.running import run_in_colony

    wanted = ExecutorFilter(every, executortype, location, text)
    return run_in_colony(common, lambda invocation: list_executors(invocation, wanted, in_full=full))


@executor.command("get")
@with_common_options()
def get(common: CommonOptions, name: _NameOption) -> ExitCode:
    """Show everything about an executor, and its functions."""
    from colonytui.commands.running import run_in_colony

    async def body(invocation: Invocation) -> None:
        from colonytui.commands.executor_tables import executor_tables

        found = await invocation.client.executor(name)
        if invocation.output.as_json:
            invocation.output.json(found)
            return
        functions = await invocation.client.functions(name)
        invocation.output.tables(executor_tables(found, functions))

    return run_in_colony(common, body)


@executor.command("approve")
@with_common_options()
def approve(common: CommonOptions, name: _NameOption) -> ExitCode:
    """Let an executor work; needs the colony owner's key."""
    from colonytui.commands.running import run_in_colony

    async def body(invocation: Invocation) -> None:
        await invocation.client.approve_executor(name)
        invocation.output.say(f"executor {name} is approved")

    return run_in_colony(common, body)


@executor.command("reject")
@with_common_options()
def reject(common: CommonOptions, name: _NameOption) -> ExitCode:
    """Keep an executor from working; needs the colony owner's key."""
    from colonytui.commands.running import run_in_colony

    async def body(invocation: Invocation) -> None:
        await invocation.client.reject_executor(name)
        invocation.output.say(f"executor {name} is rejected")

    return run_in_colony(common, body)
