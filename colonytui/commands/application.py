"""The command line of colony-tui: the terminal interface, --submit, --once, and the commands."""

from __future__ import annotations

from typing import Annotated

import typer

from colonytui.commands.colony import colony
from colonytui.commands.config import config
from colonytui.commands.exec import add_exec_command
from colonytui.commands.executor import executor
from colonytui.commands.exit_code import ExitCode
from colonytui.commands.fs import fs
from colonytui.commands.function import function
from colonytui.commands.interface import open_interface
from colonytui.commands.local_colony import add_local_colony_commands
from colonytui.commands.log import log
from colonytui.commands.options import (
    CommonOptions,
    ExecOption,
    FollowOption,
    TimeoutOption,
    WaitOption,
    with_common_options,
)
from colonytui.commands.process import process
from colonytui.commands.workflow import workflow
from colonytui.ui_settings import UiSettings, needs_ascii

# Plain help: rich would triple the time that --help takes.
application = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False, invoke_without_command=True)
application.add_typer(process, name="process")
application.add_typer(workflow, name="workflow")
application.add_typer(function, name="function")
application.add_typer(log, name="log")
application.add_typer(executor, name="executor")
application.add_typer(fs, name="fs")
application.add_typer(colony, name="colony")
application.add_typer(config, name="config")
add_exec_command(application)
add_local_colony_commands(application)


@application.callback()
@with_common_options(is_root=True)
def root(
    common: CommonOptions,
    submit: Annotated[
        str | None, typer.Option("--submit", metavar="FILE", help="Submit a specification, JSON or YAML; - is stdin.")
    ] = None,
    follow: FollowOption = False,
    wait: WaitOption = False,
    timeout: TimeoutOption = None,
    lets_in: ExecOption = False,
    once: Annotated[
        str | None, typer.Option("--once", metavar="VIEW", help="Print processes or executors as a table, and end.")
    ] = None,
    state: Annotated[
        str | None, typer.Option("--state", metavar="STATE", help="With --once processes: only those in this state.")
    ] = None,
    readonly: Annotated[bool, typer.Option("--readonly", help="Open the terminal interface for looking only.")] = False,
    theme: Annotated[
        str, typer.Option("--theme", metavar="NAME", help="Colours of the terminal interface: colony-light, …")
    ] = "colony-dark",
    ascii_only: Annotated[
        bool, typer.Option("--ascii", help="Draw the terminal interface in ASCII; the default where UTF-8 is missing.")
    ] = False,
    no_animation: Annotated[
        bool, typer.Option("--no-animation", help="Let nothing move smoothly in the terminal interface.")
    ] = False,
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> int:
    """Run containers anywhere from one terminal.

    Without a command this opens the terminal interface. Without flags or COLONIES_* variables that name a colony, a
    local colony is started and used.
    """
    if version:
        return _print_version()
    if submit is not None:
        return _submit(common, submit, follow=follow, wait=wait, timeout=timeout, lets_in=lets_in)
    if once is not None:
        return _print_once(common, once, state)
    settings = UiSettings(theme=theme, ascii=ascii_only or needs_ascii(), animation=not no_animation)
    return open_interface(common.connection, settings, read_only=readonly)


def _print_version() -> ExitCode:
    from importlib.metadata import version

    print(version("colony-tui"))
    return ExitCode.OK


def _submit(
    common: CommonOptions, path: str, *, follow: bool, wait: bool, timeout: float | None, lets_in: bool
) -> ExitCode:
    from colonytui.commands.ending import Waiting
    from colonytui.commands.submitting import submit_file

    return submit_file(common, path, Waiting(follow, wait, timeout_seconds=timeout), lets_in=lets_in)


def _print_once(common: CommonOptions, view: str, state: str | None) -> ExitCode:
    from colonytui.commands.errors import Misuse
    from colonytui.commands.executor_list import list_executors
    from colonytui.commands.process_filter import ProcessFilter
    from colonytui.commands.process_list import list_processes
    from colonytui.commands.running import run_in_colony

    match view:
        case "processes":
            wanted = ProcessFilter.of_state(state)
            return run_in_colony(common, lambda invocation: list_processes(invocation, wanted))
        case "executors":
            return run_in_colony(common, list_executors)
        case _:
            raise Misuse(f'there is no view "{view}" to print; there are processes and executors')
