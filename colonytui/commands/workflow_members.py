"""The processes of a workflow: in one call where the server offers that, else one by one."""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Mapping, Sequence

from colonysdk.client import ColonyClient
from colonysdk.extensions import WORKFLOW_MEMBERS
from colonysdk.objects import Process, ProcessGraph, WorkflowMember

_CALLS_AT_ONCE = 8


async def workflow_members(client: ColonyClient, workflow: ProcessGraph) -> list[WorkflowMember]:
    """Return all members of a workflow, each after its parents and else as they were submitted."""
    if await client.offers(WORKFLOW_MEMBERS):
        return in_order(await _in_pages(client, workflow.process_graph_id))
    return in_order(await _one_by_one(client, workflow.process_ids))


def in_order(members: Sequence[WorkflowMember]) -> list[WorkflowMember]:
    """Return the members with parents before their children, otherwise as they are."""
    places = {member.process_id: place for place, member in enumerate(members)}
    children: dict[str, list[int]] = {process_id: [] for process_id in places}
    unplaced_parents = [0] * len(members)
    for place, member in enumerate(members):
        for parent_id in member.parents:
            if parent_id in children:
                children[parent_id].append(place)
                unplaced_parents[place] += 1
    ready = [place for place, count in enumerate(unplaced_parents) if not count]
    ordered = []
    while ready:
        member = members[heapq.heappop(ready)]
        ordered.append(member)
        for place in children[member.process_id]:
            unplaced_parents[place] -= 1
            if not unplaced_parents[place]:
                heapq.heappush(ready, place)
    return ordered if len(ordered) == len(members) else list(members)


async def _in_pages(client: ColonyClient, workflow_id: str) -> list[WorkflowMember]:
    page = await client.workflow_members(workflow_id)
    members = page.members
    while page.cursor:
        page = await client.workflow_members(workflow_id, page.cursor)
        members += page.members
    return members


async def _one_by_one(client: ColonyClient, process_ids: Sequence[str]) -> list[WorkflowMember]:
    executors = await client.executors()
    names = {executor.executor_id: executor.executor_name for executor in executors}
    lines = asyncio.Semaphore(_CALLS_AT_ONCE)

    async def look_up(process_id: str) -> WorkflowMember:
        async with lines:
            return _as_member(await client.process(process_id), names)

    return await asyncio.gather(*map(look_up, process_ids))


def _as_member(process: Process, executor_names: Mapping[str, str]) -> WorkflowMember:
    return WorkflowMember(
        process_id=process.process_id,
        node_name=process.spec.node_name,
        func_name=process.spec.func_name,
        executor_type=process.spec.conditions.executor_type,
        assigned_executor_id=process.assigned_executor_id,
        assigned_executor_name=executor_names.get(process.assigned_executor_id, ""),
        state=process.state,
        wait_for_parents=process.wait_for_parents,
        parents=process.parents,
        children=process.children,
        submission_time=process.submission_time,
        start_time=process.start_time,
        end_time=process.end_time,
        exec_deadline=process.exec_deadline,
        retries=process.retries,
    )
