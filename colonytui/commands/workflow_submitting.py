"""Submitting a workflow from a file or from stdin."""

from __future__ import annotations

from colonysdk.specs import build_workflow, check_workflow
from colonytui.commands.exit_code import ExitCode
from colonytui.commands.options import CommonOptions
from colonytui.commands.reporting import say
from colonytui.commands.running import Invocation, run_in_colony
from colonytui.commands.spec_file import read_spec_file
from colonytui.commands.workflow_ending import wait_for_workflow


def submit_workflow_file(common: CommonOptions, path: str, *, waits: bool, timeout_seconds: float | None) -> ExitCode:
    """Submit the workflow in a file ("-" is stdin) and wait if asked to; raises InvalidSpec and Misuse.

    The workflow is checked before a colony is looked for, so that its problems are told first.
    """
    data = read_spec_file(path)
    for problem in check_workflow(data):
        if problem.severity == "warning":
            say(f"warning: {problem}")
    build_workflow(data, colony_name="")

    async def body(invocation: Invocation) -> ExitCode:
        output, colony_name = invocation.output, invocation.session.colony_name
        spec = build_workflow(data, colony_name=colony_name)
        if spec.colony_name != colony_name:
            output.say(f'warning: $.colonyname: is "{spec.colony_name}", but the colony talked to is "{colony_name}"')
        workflow = await invocation.client.submit_workflow(spec)
        if waits:
            # Whoever waits gets the workflow's own data on stdout, so its id goes where the other sentences go.
            output.say(f"submitted workflow {workflow.process_graph_id}")
            return await wait_for_workflow(invocation, workflow.process_graph_id, timeout_seconds)
        if output.as_json:
            output.json(workflow)
        else:
            output.line(workflow.process_graph_id)
        return ExitCode.OK

    return run_in_colony(common, body, tells_runtime=True)
