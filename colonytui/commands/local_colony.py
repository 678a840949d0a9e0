"""colony-tui up, down, status: the embedded local colony."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from colonytui.commands.exit_code import ExitCode
from colonytui.commands.options import CommonOptions, with_common_options

if TYPE_CHECKING:
    from colonytui.commands.output import Output
    from colonytui.local.directory import DataDirectory
    from colonytui.local.status import LocalStatus


def add_local_colony_commands(application: typer.Typer) -> None:
    """Add the commands to the program's own."""
    application.command("up")(up)
    application.command("down")(down)
    application.command("status")(status)


@with_common_options()
def up(common: CommonOptions) -> ExitCode:
    """Start the local colony, or repair it, and show it."""
    from colonytui.commands.output import Output
    from colonytui.local.colony import open_local_colony
    from colonytui.local.directory import DataDirectory

    directory = DataDirectory.locate()
    output = Output(common.as_json)
    colony = open_local_colony(directory, on_start=lambda: output.say("starting a local colony …"))
    output.say(f"local colony {'started' if colony.was_started else 'already running'}: {colony.runtime}")
    return _print_status(output, directory)


@with_common_options()
def down(
    common: CommonOptions,
    force: Annotated[bool, typer.Option("--force", help="Stop running processes without asking.")] = False,
    drain: Annotated[bool, typer.Option("--drain", help="Let running processes end first.")] = False,
) -> ExitCode:
    """Stop the local colony; what waits in its queue is kept for its next start."""
    from colonytui.commands.output import Output
    from colonytui.local.directory import DataDirectory
    from colonytui.local.stopping import stop_local_colony, unfinished_processes

    output = Output(common.as_json)
    directory = DataDirectory.locate()
    unfinished = 0 if force or drain else unfinished_processes(directory)
    if unfinished and not _is_confirmed(output, unfinished):
        output.say("left running")
        return ExitCode.OK
    was_running = stop_local_colony(directory, drain=drain)
    output.say("local colony stopped" if was_running else "the local colony was not running")
    if common.as_json:
        output.json({"stopped": was_running})
    return ExitCode.OK


@with_common_options()
def status(common: CommonOptions) -> ExitCode:
    """Show what runs of the local colony, without starting it; exit code 3 when not all of it does."""
    from colonytui.commands.output import Output
    from colonytui.local.directory import DataDirectory

    return _print_status(Output(common.as_json), DataDirectory.locate())


def _is_confirmed(output: Output, unfinished: int) -> bool:
    """Ask whether to stop in spite of unfinished processes; raises Misuse when nobody can be asked."""
    from colonytui.commands.errors import Misuse

    count = "1 process has" if unfinished == 1 else f"{unfinished} processes have"
    if not sys.stdin.isatty():
        raise Misuse(f"{count} not ended; give --drain to let running ones end, or --force to stop them")
    output.say(f"{count} not ended. Running ones are stopped, waiting ones are kept; --drain lets running ones end.")
    print("Stop the local colony? [y/N] ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def _print_status(output: Output, directory: DataDirectory) -> ExitCode:
    from colonytui.local.status import local_status

    found = local_status(directory)
    if output.as_json:
        output.json(asdict(found))
    else:
        _print_table(output, found)
    return ExitCode.OK if found.is_complete else ExitCode.UNREACHABLE


def _print_table(output: Output, found: LocalStatus) -> None:
    from colonytui.commands.table import Table

    def part(pid: int | None, *facts: str) -> str:
        return ", ".join(["running" if pid else "not running", *([f"pid {pid}"] if pid else []), *filter(None, facts)])

    if found.server.pid:
        health = "healthy" if found.is_healthy else "does not answer"
        server = part(found.server.pid, found.url, found.version, health)
    else:
        server = part(None)
    rows = [
        ("Server", server),
        ("Executor", part(found.executor.pid, found.note if found.executor.pid else "")),
        ("Data", found.directory),
        ("Logs", f"{found.server.log}, {found.executor.log}"),
    ]
    output.tables([Table("Local colony", (), rows)])
