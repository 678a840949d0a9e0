"""colony-tui workflow: submit workflows, look at them, cancel and remove them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from colonytui.commands.exit_code import ExitCode
from colonytui.commands.options import CommonOptions, TimeoutOption, with_common_options

if TYPE_CHECKING:
    from colonytui.commands.running import Invocation

workflow = typer.Typer(help="Submit workflows, look at them, cancel and remove them.", no_args_is_help=True)

_CountOption = Annotated[int, typer.Option("--count", metavar="NUMBER", min=1, max=100, help="How many at most.")]
_IdsOption = Annotated[bool, typer.Option("--ids", "-i", help="Show whole ids.")]
_WorkflowOption = Annotated[
    str, typer.Option("--workflowid", "-w", metavar="ID", help="Id of the workflow, or its first or last digits.")
]
_WorkflowsOption = Annotated[
    list[str],
    typer.Option("--workflowid", "-w", metavar="ID", help="Id, or its first or last digits; may be repeated."),
]


@workflow.command("submit")
@with_common_options()
def submit(
    common: CommonOptions,
    spec: Annotated[
        str, typer.Option("--spec", metavar="FILE", help="List of specifications, JSON or YAML; - is stdin.")
    ],
    wait: Annotated[bool, typer.Option("--wait", help="Wait until the workflow ends.")] = False,
    timeout: TimeoutOption = None,
) -> ExitCode:
    """Submit a workflow and print its id."""
    from colonytui.commands.workflow_submitting import submit_workflow_file

    return submit_workflow_file(common, spec, waits=wait, timeout_seconds=timeout)


def _add_list(name: str, state_name: str, sentence: str) -> None:
    def command(common: CommonOptions, count: _CountOption = 20, ids: _IdsOption = False) -> ExitCode:
        from colonysdk.objects import ProcessState
        from colonytui.commands.running import run_in_colony
        from colonytui.commands.workflow_list import list_workflows

        state = ProcessState[state_name]
        return run_in_colony(common, lambda invocation: list_workflows(invocation, state, count, whole_ids=ids))

    command.__doc__ = sentence
    workflow.command(name)(with_common_options()(command))


_add_list("psw", "WAITING", "List waiting workflows, the newest first.")
_add_list("ps", "RUNNING", "List running workflows, the newest first.")
_add_list("pss", "SUCCESS", "List successful workflows, the newest first.")
_add_list("psf", "FAILED", "List failed workflows, the newest first.")
_add_list("psc", "CANCELLED", "List cancelled workflows, the newest first.")


@workflow.command("get")
@with_common_options()
def get(common: CommonOptions, workflowid: _WorkflowOption, ids: _IdsOption = False) -> ExitCode:
    """Show a workflow and its processes, each after those that it waits for."""
    from colonytui.commands.running import run_in_colony
    from colonytui.commands.workflow_details import show_workflow

    return run_in_colony(common, lambda invocation: show_workflow(invocation, workflowid, whole_ids=ids))


@workflow.command("cancel")
@with_common_options()
def cancel(common: CommonOptions, workflowid: _WorkflowsOption) -> ExitCode:
    """Cancel every process of workflows that has not ended."""
    from colonytui.commands.running import run_in_colony

    async def body(invocation: Invocation) -> ExitCode:
        return await _act(invocation, workflowid, removes=False)

    return run_in_colony(common, body)


@workflow.command("remove")
@with_common_options()
def remove(common: CommonOptions, workflowid: _WorkflowsOption) -> ExitCode:
    """Remove the records of workflows that are not running, with all their processes."""
    from colonytui.commands.running import run_in_colony

    async def body(invocation: Invocation) -> ExitCode:
        return await _act(invocation, workflowid, removes=True)

    return run_in_colony(common, body)


async def _act(invocation: Invocation, some_ids: list[str], *, removes: bool) -> ExitCode:
    from colonytui.commands.acting import act_on_each
    from colonytui.commands.object_ids import whole_workflow_id

    client = invocation.client
    workflow_ids = [await whole_workflow_id(client, some_digits) for some_digits in some_ids]
    act = client.remove_workflow if removes else client.cancel_workflow
    return await act_on_each(invocation.output, "workflow", workflow_ids, act)
