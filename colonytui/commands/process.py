"""colony-tui process: look at processes, cancel them, run them again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from colonytui.commands.exit_code import ExitCode
from colonytui.commands.options import CommonOptions, FollowOption, TimeoutOption, WaitOption, with_common_options
from colonytui.commands.process_lists import add_process_lists

if TYPE_CHECKING:
    from colonytui.commands.ending import Waiting
    from colonytui.commands.running import Invocation

process = typer.Typer(help="Look at processes, cancel them, run them again.", no_args_is_help=True)

_ProcessOption = Annotated[
    str, typer.Option("--processid", "-p", metavar="ID", help="Id of the process, or its first or last digits.")
]
_ProcessesOption = Annotated[
    list[str], typer.Option("--processid", "-p", metavar="ID", help="Id, or its first or last digits; may be repeated.")
]


add_process_lists(process)


@process.command("get")
@with_common_options()
def get(
    common: CommonOptions,
    processid: _ProcessOption,
    out: Annotated[bool, typer.Option("--out", help="Print the output only.")] = False,
) -> ExitCode:
    """Show everything about a process."""
    from colonytui.commands.running import run_in_colony

    return run_in_colony(common, lambda invocation: _show(invocation, processid, only_output=out))


@process.command("explain")
@with_common_options()
def explain(common: CommonOptions, processid: _ProcessOption) -> ExitCode:
    """Explain why a process waits, what it is doing, or why it ended."""
    from colonytui.commands.explaining import explain_process
    from colonytui.commands.running import run_in_colony

    return run_in_colony(common, lambda invocation: explain_process(invocation, processid))


@process.command("cancel")
@with_common_options()
def cancel(common: CommonOptions, processid: _ProcessesOption) -> ExitCode:
    """Cancel waiting or running processes."""
    from colonytui.commands.running import run_in_colony

    return run_in_colony(common, lambda invocation: _cancel(invocation, processid))


@process.command("retry")
@with_common_options()
def retry(
    common: CommonOptions,
    processid: _ProcessOption,
    follow: FollowOption = False,
    wait: WaitOption = False,
    timeout: TimeoutOption = None,
) -> ExitCode:
    """Submit the specification of a process that has ended again, and print the id of the new process."""
    from colonytui.commands.ending import Waiting
    from colonytui.commands.running import run_in_colony

    waiting = Waiting(follow, wait, timeout_seconds=timeout)
    return run_in_colony(common, lambda invocation: _retry(invocation, processid, waiting))


async def _show(invocation: Invocation, some_digits: str, *, only_output: bool) -> None:
    from colonytui.commands.ending import output_text
    from colonytui.commands.object_ids import whole_id
    from colonytui.commands.process_details import process_tables

    found = await invocation.client.process(await whole_id(invocation.client, some_digits))
    if only_output:
        invocation.output.json(found.output) if invocation.output.as_json else invocation.output.line(
            output_text(found)
        )
    elif invocation.output.as_json:
        invocation.output.json(found)
    else:
        invocation.output.tables(process_tables(found))


async def _cancel(invocation: Invocation, some_ids: list[str]) -> ExitCode:
    from colonytui.commands.acting import act_on_each
    from colonytui.commands.object_ids import whole_id

    client = invocation.client
    process_ids = [await whole_id(client, some_digits) for some_digits in some_ids]
    return await act_on_each(invocation.output, "process", process_ids, client.cancel)


async def _retry(invocation: Invocation, some_digits: str, waiting: Waiting) -> ExitCode:
    from colonytui.commands.errors import Misuse
    from colonytui.commands.object_ids import whole_id
    from colonytui.commands.submitting import submit_in

    ended = await invocation.client.process(await whole_id(invocation.client, some_digits))
    if not ended.state.is_final:
        raise Misuse(f"process {ended.process_id} has not ended; cancel it before it is submitted again")
    return await submit_in(invocation, ended.spec, waiting)
