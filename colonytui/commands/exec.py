"""colony-tui exec: a command, by default a shell, beside the program of a running process."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from colonytui.commands.options import CommonOptions, with_common_options

if TYPE_CHECKING:
    from colonytui.commands.running import Invocation

_SHELL = ("sh",)


def add_exec_command(application: typer.Typer) -> None:
    """Add the command."""
    application.command("exec")(with_common_options()(execute))


def execute(
    common: CommonOptions,
    process: Annotated[str, typer.Argument(metavar="PROCESS", help="Id of the process, or its first or last digits.")],
    command: Annotated[
        list[str] | None, typer.Argument(metavar="COMMAND", help="What to run; a shell unless said otherwise.")
    ] = None,
    tty: Annotated[
        bool | None, typer.Option("--tty/--no-tty", help="Give it a terminal; the default where there is one.")
    ] = None,
    rank: Annotated[
        int, typer.Option("--rank", metavar="NUMBER", min=0, help="Which copy of the program, when several run.")
    ] = 0,
) -> int:
    """Run a command, by default a shell, beside the program of a running process, and end with its exit code."""
    from colonytui.commands.exec_signals import ExecSignals
    from colonytui.commands.running import run_in_colony

    words = tuple(command or _SHELL)
    has_terminal = sys.stdin.isatty() and sys.stdout.isatty()
    codes: list[int] = []

    with ExecSignals() as signals:

        async def body(invocation: Invocation) -> None:
            from colonytui.commands.exec_running import run_beside
            from colonytui.commands.object_ids import whole_id

            process_id = await whole_id(invocation.client, process)
            codes.append(
                await run_beside(
                    invocation.client,
                    process_id,
                    words,
                    in_terminal=has_terminal if tty is None else tty and has_terminal,
                    rank=rank,
                    signals=signals,
                    say=invocation.output.say,
                )
            )

        return run_in_colony(common, body) or codes[0]
