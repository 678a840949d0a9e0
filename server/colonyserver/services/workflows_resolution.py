"""What the end of a member means for its workflow: children are released or fail, and the state follows."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import Connection

from colonysdk.objects import ProcessState
from colonyserver.clock import NANOSECONDS, Clock
from colonyserver.events import ProcessChanged
from colonyserver.services.changes import changed, ended, requirement_of
from colonyserver.storage.json_text import json_string
from colonyserver.storage.processes import ProcessStatus, find_statuses
from colonyserver.storage.queue import Queue
from colonyserver.storage.transitions import Finish, finish_processes
from colonyserver.storage.workflows import WorkflowRecord, joined_json, lock_workflows, update_workflows
from colonyserver.storage.workflows_release import (
    Release,
    count_unfinished,
    find_outputs,
    release_processes,
    remove_holds,
    take_free,
)


class Resolution:
    """Carries the end of members on to their descendants and their workflows, in the unit of work that ended them.

    The work depends on how many children the members have, not on the size of their workflows; only a failure reaches
    further, and it reaches every descendant once.
    """

    def __init__(self, queue: Queue, clock: Clock) -> None:
        self._queue = queue
        self._clock = clock

    def resolve(self, connection: Connection, finishes: Iterable[Finish]) -> list[ProcessChanged]:
        """Draw the consequences of processes that have ended well or failed; single processes have none.

        Returns what must be published after the commit, without the ends themselves.
        """
        ends = [finish for finish in finishes if finish.status.workflow_id]
        if not ends:
            return []
        workflows = lock_workflows(connection, [end.status.workflow_id or "" for end in ends])
        released = self._release(connection, [end.status for end in ends if end.state == ProcessState.SUCCESS])
        failed = self._fail_descendants(connection, [end.status for end in ends if end.state == ProcessState.FAILED])
        _settle(connection, workflows, [*ends, *failed])
        return [*[ended(finish.status, finish.state) for finish in failed], *released]

    def _release(self, connection: Connection, parents: Sequence[ProcessStatus]) -> list[ProcessChanged]:
        """Let the children wait for an executor whose last unfinished parents these were.

        Their time to wait begins now.
        """
        counts = Counter(child for parent in parents for child in _children(parent))
        count_unfinished(connection, {child: -amount for child, amount in counts.items()})
        records = take_free(connection, counts)
        parents_of = {record.process_id: json.loads(record.parents_json) for record in records}
        outputs = find_outputs(connection, [parent for ids in parents_of.values() for parent in ids])
        now = self._clock.now()
        releases = []
        for record in records:
            record.wait_for_parents = False
            record.input_json = joined_json(outputs.get(parent, "[]") for parent in parents_of[record.process_id])
            record.wait_deadline = now + record.max_wait_time * NANOSECONDS if record.max_wait_time > 0 else None
            releases.append(Release(record, requirement_of(record)))
        release_processes(connection, self._queue, releases)
        return [changed(release.record, release.requirement) for release in releases]

    def _fail_descendants(self, connection: Connection, failed: Sequence[ProcessStatus]) -> list[Finish]:
        """Fail all that wait for these, level by level; what runs or has ended does not depend on them."""
        finishes: dict[str, Finish] = {}
        level = [_Blame(_name(parent), _name(parent), _children(parent)) for parent in failed]
        while level:
            blames: dict[str, _Blame] = {}
            for blame in level:
                for child in blame.children:
                    blames.setdefault(child, blame)
            unseen = [process_id for process_id in blames if process_id not in finishes]
            found = find_statuses(connection, unseen).values()
            statuses = [status for status in found if status.state == ProcessState.WAITING]
            for status in statuses:
                errors_json = f"[{json_string(blames[status.process_id].reason)}]"
                finishes[status.process_id] = Finish(
                    status, ProcessState.FAILED, self._clock.now(), errors_json=errors_json
                )
            level = [_Blame(_name(status), blames[status.process_id].origin, _children(status)) for status in statuses]
        finish_processes(connection, self._queue, [*finishes.values()])
        remove_holds(connection, finishes)
        return [*finishes.values()]


class _Blame(NamedTuple):
    """A failed process: its name, the name of the one that failed first, and the ids of those that fail with it."""

    name: str
    origin: str
    children: Sequence[str]

    @property
    def reason(self) -> str:
        """What its children say about it."""
        reason = f"parent {self.name} failed"
        return reason if self.name == self.origin else f"{reason} because {self.origin} failed"


def _settle(connection: Connection, workflows: dict[str, WorkflowRecord], ends: Sequence[Finish]) -> None:
    """Count the ends, and let the states of the workflows follow."""
    states_before = {workflow_id: workflow.state for workflow_id, workflow in workflows.items()}
    for end in ends:
        workflow = workflows[end.status.workflow_id or ""]
        workflow.started_at = workflow.started_at or end.status.started_at
        workflow.successful += end.state == ProcessState.SUCCESS
        workflow.failed += end.state == ProcessState.FAILED
        workflow.state = _state(workflow)
        if ProcessState(workflow.state).is_final:
            workflow.ended_at = end.ended_at
    update_workflows(
        connection, [(states_before[workflow_id], workflow) for workflow_id, workflow in workflows.items()]
    )


def _state(workflow: WorkflowRecord) -> ProcessState:
    if workflow.failed:
        return ProcessState.FAILED
    if workflow.cancelled:
        return ProcessState.CANCELLED
    if workflow.successful == workflow.members:
        return ProcessState.SUCCESS
    # Once begun it goes on, also while its only running member is back in the queue.
    return ProcessState.WAITING if workflow.started_at is None else ProcessState.RUNNING


def _name(status: ProcessStatus) -> str:
    return status.node_name or status.process_id


def _children(status: ProcessStatus) -> list[str]:
    children: list[str] = json.loads(status.children_json)
    return children
