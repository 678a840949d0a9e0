"""colony-tui process: look at processes, cancel them, run them again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from colonytui.commands.exit_code import ExitCode
from colonytui.commands.options import CommonOptions, FollowOption, TimeoutOption, WaitOption, with_common_options

if TYPE_CHECKING:
    from colonytui.commands.ending import Waiting
    from colonytui.commands.running import Invocation

process = typer.Typer(help="Look at processes, cancel them, run them again.", no_args_is_help=True)

_CountOption = Annotated[int, typer.Option("--count", metavar="NUMBER", min=1, help="How many at most.")]
_IdsOption = Annotated[bool, typer.Option("--ids", "-i", help="Show whole ids.")]
_TypeOption = Annotated[
    str, typer.Option("--executortype", metavar="TYPE", help="Only those for this type of executor.")
]
_LabelOption = Annotated[str, typer.Option("--label", metavar="LABEL", help="Only those with this label.")]
_InitiatorOption = Annotated[
    str, typer.Option("--initiator", metavar="NAME", help="Only those that this user submitted.")
]
_ProcessOption = Annotated[
    str, typer.Option("--processid", "-p", metavar="ID", help="Id of the process, or its first or last digits.")
]
_ProcessesOption = Annotated[
    list[str], typer.Option("--processid", "-p", metavar="ID", help="Id, or its first or last digits; may be repeated.")
]


def _add_list(name: str, state_name: str, sentence: str) -> None:
    def command(
        common: CommonOptions,
        count: _CountOption = 20,
        ids: _IdsOption = False,
        executortype: _TypeOption = "",
        label: _LabelOption = "",
        initiator: _InitiatorOption = "",
    ) -> ExitCode:
        from colonytui.commands.process_list import ProcessFilter, list_processes
        from colonytui.commands.running import run_in_colony

        wanted = ProcessFilter((state_name,), count, executortype, label, initiator)
        return run_in_colony(common, lambda invocation: list_processes(invocation, wanted, whole_ids=ids))

    command.__doc__ = sentence
    process.command(name)(with_common_options()(command))


_add_list("psw", "waiting", "List waiting processes, the next one first.")
_add_list("ps", "running", "List running processes.")
_add_list("pss", "successful", "List successful processes, the newest end first.")
_add_list("psf", "failed", "List failed processes, the newest end first.")
_add_list("psc", "cancelled", "List cancelled processes, the newest end first.")


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


@process.command("why")
@with_common_options()
def why(common: CommonOptions, processid: _ProcessOption) -> ExitCode:
    """Explain why a process waits, what it is doing, or why it ended."""
    from colonytui.commands.running import run_in_colony

    return run_in_colony(common, lambda invocation: _explain(invocation, processid))


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
    from colonytui.commands.process_details import process_tables
    from colonytui.commands.process_ids import whole_id

    found = await invocation.client.process(await whole_id(invocation.client, some_digits))
    if only_output:
        invocation.output.json(found.output) if invocation.output.as_json else invocation.output.line(
            output_text(found)
        )
    elif invocation.output.as_json:
        invocation.output.json(found)
    else:
        invocation.output.tables(process_tables(found))


async def _explain(invocation: Invocation, some_digits: str) -> None:
    from datetime import UTC, datetime

    from colonytui.commands.facts import gather_facts
    from colonytui.commands.process_ids import whole_id
    from colonytui.explain.explanation import explain, explanation_text

    client = invocation.client
    found = await client.process(await whole_id(client, some_digits))
    log = await client.logs(found.process_id, latest=True, count=20)
    findings = explain(found, await gather_facts(invocation, found, datetime.now(UTC)), log)
    if invocation.output.as_json:
        invocation.output.json([{"verdict": one.verdict.value, "sentence": one.sentence} for one in findings])
    else:
        invocation.output.line(explanation_text(found, findings))


async def _cancel(invocation: Invocation, some_ids: list[str]) -> ExitCode:
    from colonysdk.errors import Refused
    from colonytui.commands.process_ids import whole_id

    code = ExitCode.OK
    cancelled = []
    for some_digits in some_ids:
        process_id = await whole_id(invocation.client, some_digits)
        try:
            await invocation.client.cancel(process_id)
        except Refused as refusal:
            invocation.output.say(f"error: process {process_id}: {refusal}")
            code = ExitCode.REFUSED
        else:
            cancelled.append(process_id)
    if invocation.output.as_json:
        invocation.output.json(cancelled)
    else:
        for process_id in cancelled:
            invocation.output.line(process_id)
    return code


async def _retry(invocation: Invocation, some_digits: str, waiting: Waiting) -> ExitCode:
    from colonytui.commands.errors import Misuse
    from colonytui.commands.process_ids import whole_id
    from colonytui.commands.submitting import submit_in

    ended = await invocation.client.process(await whole_id(invocation.client, some_digits))
    if not ended.state.is_final:
        raise Misuse(f"process {ended.process_id} has not ended; cancel it before it is submitted again")
    return await submit_in(invocation, ended.spec, waiting)
