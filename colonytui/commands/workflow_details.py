"""Everything about one workflow as tables, as `workflow get` prints it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from colonysdk.objects import ProcessGraph, WorkflowMember
from colonysdk.units import format_duration
from colonytui.commands.moments import exact_moment
from colonytui.commands.object_ids import whole_workflow_id
from colonytui.commands.process_table import Appearance, shortened
from colonytui.commands.running import Invocation
from colonytui.commands.table import Table
from colonytui.commands.workflow_members import workflow_members
from colonytui.terminal.glyphs import STATE_WORDS

_MEMBER_HEADINGS = ("ID", "NodeName", "State", "Parents", "Executor name", "Executor type", "Duration")


async def show_workflow(invocation: Invocation, some_digits: str, *, whole_ids: bool = False) -> None:
    """Print a workflow and its members; as JSON, the wire's workflow with `members` besides."""
    client, output = invocation.client, invocation.output
    workflow = await client.workflow(await whole_workflow_id(client, some_digits))
    members = await workflow_members(client, workflow)
    if output.as_json:
        output.json(workflow.to_wire() | {"members": [member.to_wire() for member in members]})
    else:
        output.tables(workflow_tables(workflow, members, Appearance(output.is_terminal, whole_ids), datetime.now(UTC)))


def workflow_tables(
    workflow: ProcessGraph, members: Sequence[WorkflowMember], appearance: Appearance, now: datetime
) -> list[Table]:
    """Return the workflow, and its members one in a row."""
    names = {member.process_id: member.node_name or appearance.id(member.process_id) for member in members}
    rows = [_row(member, names, appearance, now) for member in members]
    return [_workflow(workflow, members), Table("Processes", _MEMBER_HEADINGS, rows)]


def _workflow(workflow: ProcessGraph, members: Sequence[WorkflowMember]) -> Table:
    counts = Counter(member.state for member in members)
    counted = ", ".join(f"{counts[state]} {STATE_WORDS[state]}" for state in sorted(counts))
    facts = [
        ("WorkflowId", workflow.process_graph_id),
        ("State", STATE_WORDS[workflow.state]),
        ("Initiator", workflow.initiator_name),
        ("InitiatorId", workflow.initiator_id),
        ("SubmissionTime", exact_moment(workflow.submission_time)),
        ("StartTime", exact_moment(workflow.start_time)),
        ("EndTime", exact_moment(workflow.end_time)),
        ("Processes", f"{len(members)}: {counted}"),
    ]
    return Table("Workflow", (), [fact for fact in facts if fact[1]])


def _row(member: WorkflowMember, names: Mapping[str, str], appearance: Appearance, now: datetime) -> list[str]:
    parents = ", ".join(names.get(parent_id) or appearance.id(parent_id) for parent_id in member.parents)
    return [
        appearance.id(member.process_id),
        member.node_name,
        appearance.state(member.state),
        shortened(parents) if appearance.is_terminal else parents,
        member.assigned_executor_name,
        member.executor_type,
        _duration(member, now),
    ]


def _duration(member: WorkflowMember, now: datetime) -> str:
    if member.start_time is None:
        return ""
    return format_duration(max((member.end_time or now) - member.start_time, timedelta(0)))
