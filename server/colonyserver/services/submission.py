"""Submission: specifications become waiting processes."""

import os
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection

from colonysdk.objects import PRIORITY_STEP_NANOSECONDS, AttributeType, FunctionSpec, ProcessState, attribute_id
from colonyserver.clock import NANOSECONDS, Clock
from colonyserver.errors import Forbidden
from colonyserver.events import Events
from colonyserver.requirements import Requirement
from colonyserver.services.changes import changed
from colonyserver.services.specification import normalise
from colonyserver.services.waiters import Waiters
from colonyserver.storage.attributes import AttributeRecord, insert_attributes
from colonyserver.storage.committing import BatchOperation
from colonyserver.storage.counters import count_changes
from colonyserver.storage.database import Database
from colonyserver.storage.guards import existing_colonies
from colonyserver.storage.json_text import json_list_of
from colonyserver.storage.process_record import ProcessRecord
from colonyserver.storage.processes import insert_processes
from colonyserver.storage.queue import Entry, Queue
from colonyserver.storage.workflows_release import insert_holds

_LONGEST_TIME = 10**9
"""Limits in seconds are counted up to this (31 years), so that deadlines stay within 64-bit nanoseconds."""


class Submitted(NamedTuple):
    """A process that is ready to be stored."""

    record: ProcessRecord
    requirement: Requirement
    attributes: Sequence[AttributeRecord]
    unfinished_parents: int


class Membership(NamedTuple):
    """The place of a process in a workflow; with parents it is held back until they have ended well."""

    workflow_id: str
    process_id: str
    submitted_at: int
    parents: Sequence[str] = ()
    children: Sequence[str] = ()
    input_json: str = "[]"


class SubmissionService:
    """Accepts specifications."""

    def __init__(self, database: Database, queue: Queue, events: Events, clock: Clock, waiters: Waiters) -> None:
        self._database = database
        self._events = events
        self._clock = clock
        self._queue = queue
        self._waiters = waiters
        self._insert = _Insert(self)

    async def submit(self, spec: FunctionSpec, *, initiator_id: str, initiator_name: str) -> ProcessRecord:
        """Store a process that waits for an executor, and tell those that could take it.

        The specification is brought into its stored form in place.
        Raises Invalid for a specification that cannot be stored, Forbidden when its colony is gone.
        """
        submitted = self.prepare(spec, initiator_id, initiator_name)
        stored = self._database.write_batched(self._insert, submitted)
        self.announce_early(submitted)
        await stored
        self.announce(submitted)
        return submitted.record

    def prepare(
        self, spec: FunctionSpec, initiator_id: str, initiator_name: str, membership: Membership | None = None
    ) -> Submitted:
        """Make a process of a specification, which is brought into its stored form in place; raises Invalid."""
        requirement = normalise(spec)
        place = membership or _alone(self._clock.now())
        now = place.submitted_at
        process_id = place.process_id
        attributes = _environment(place, spec)
        max_wait_time = min(spec.max_wait_time, _LONGEST_TIME)
        is_held_back = bool(place.parents)
        record = ProcessRecord(
            process_id=process_id,
            colony_name=requirement.colony_name,
            state=ProcessState.WAITING,
            executor_type=requirement.executor_type,
            initiator_id=initiator_id,
            initiator_name=initiator_name,
            label=spec.label or None,
            func_name=spec.func_name,
            location_name=requirement.location_name,
            priority_time=now - spec.priority * PRIORITY_STEP_NANOSECONDS,
            submitted_at=now,
            wait_deadline=now + max_wait_time * NANOSECONDS if max_wait_time > 0 and not is_held_back else None,
            max_wait_time=max_wait_time,
            max_exec_time=min(spec.max_exec_time, _LONGEST_TIME),
            max_retries=spec.max_retries,
            cpu=requirement.cpu,
            mem=requirement.mem,
            spec_json=spec.model_dump_json(),
            wait_for_parents=is_held_back,
            workflow_id=place.workflow_id or None,
            node_name=spec.node_name if place.workflow_id else "",
            parents_json=json_list_of(place.parents),
            children_json=json_list_of(place.children),
            input_json=place.input_json,
            attribute_count=len(attributes),
            attributes_json=f"[{','.join([attribute.to_json_text() for attribute in attributes])}]",
        )
        return Submitted(record, requirement, attributes, len(place.parents))

    def store(self, connection: Connection, items: Sequence[Submitted]) -> None:
        """Store processes and queue those that are not held back, inside a unit of work."""
        free = [item for item in items if not item.record.wait_for_parents]
        entries = [Entry(item.record.process_id, item.record.priority_time, item.requirement) for item in free]
        for item, shape_ids_json in zip(free, self._queue.enqueue(connection, entries), strict=True):
            item.record.shape_ids_json = shape_ids_json
        insert_processes(connection, [item.record for item in items])
        insert_holds(connection, [(item.record, item.unfinished_parents) for item in items])
        insert_attributes(connection, [attribute for item in items for attribute in item.attributes])
        count_changes(connection, [(item.record.colony_name, None, ProcessState.WAITING) for item in items])

    def announce_early(self, submitted: Submitted) -> None:
        """Let somebody who waits for such a process ask for it in the transaction that is to store it.

        Call it when that is on its way. Should nothing come of it, nothing is found; `announce` has to follow anyway.
        """
        if not submitted.record.wait_for_parents:
            self._waiters.offer(submitted.record.process_id, submitted.requirement)

    def announce(self, submitted: Submitted) -> None:
        """Tell of a process, and those that could take it, after the commit that stored it."""
        is_held_back = submitted.record.wait_for_parents
        self._events.publish(changed(submitted.record, None if is_held_back else submitted.requirement))


class _Insert(BatchOperation[Submitted, None]):
    runs_alone = False

    def __init__(self, submission: SubmissionService) -> None:
        self._submission = submission

    def execute(self, connection: Connection, items: Sequence[Submitted]) -> Sequence[Exception | None]:
        # A colony may have been removed since its member was let in.
        colonies = existing_colonies(connection, {item.record.colony_name for item in items})
        accepted = [item for item in items if item.record.colony_name in colonies]
        if accepted:
            self._submission.store(connection, accepted)
        return [
            None
            if item.record.colony_name in colonies
            else Forbidden(f"Colony with name <{item.record.colony_name}> does not exists")
            for item in items
        ]


def new_process_id(now: int) -> str:
    """A new id: 16 hex digits of time, so that rows of one time lie together on disk, and 48 at random."""
    return f"{now:016x}{os.urandom(24).hex()}"


def _alone(now: int) -> Membership:
    return Membership("", new_process_id(now), now)


def _environment(place: Membership, spec: FunctionSpec) -> list[AttributeRecord]:
    """wire: every environment variable is an attribute of type ENV."""
    return [
        AttributeRecord(
            attribute_id=attribute_id(place.process_id, key, AttributeType.ENV),
            target_id=place.process_id,
            colony_name=spec.conditions.colony_name,
            workflow_id=place.workflow_id,
            state=ProcessState.WAITING,
            attribute_type=AttributeType.ENV,
            key=key,
            value=value,
        )
        for key, value in spec.env.items()
    ]
