"""Lists of workflows."""

from __future__ import annotations

from colonysdk.objects import ProcessState
from colonytui.commands.moments import last_change, shown_moment
from colonytui.commands.process_table import Appearance
from colonytui.commands.running import Invocation
from colonytui.commands.table import Table
from colonytui.terminal.glyphs import STATE_WORDS

_MOMENT_HEADINGS = {ProcessState.WAITING: "Submitted", ProcessState.RUNNING: "Started"}


async def list_workflows(invocation: Invocation, state: ProcessState, count: int, *, whole_ids: bool = False) -> None:
    """Print up to 100 workflows of a state, those submitted last first."""
    output = invocation.output
    workflows = await invocation.client.workflows(state, count)
    if output.as_json:
        output.json(workflows)
        return
    appearance = Appearance(output.is_terminal, whole_ids)
    rows = [
        [
            appearance.id(workflow.process_graph_id),
            shown_moment(last_change(workflow), is_terminal=output.is_terminal),
            str(len(workflow.process_ids)),
            workflow.initiator_name,
        ]
        for workflow in workflows
    ]
    headings = ["WorkflowId", _MOMENT_HEADINGS.get(state, "Ended"), "Processes", "Initiator"]
    title = f"{STATE_WORDS[state]} workflows"
    output.tables([Table(title.capitalize(), headings, rows, when_empty=f"No {title}.")])
