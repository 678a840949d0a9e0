"""Removing processes, with what belongs to them but not their logs."""

from collections.abc import Sequence

from sqlalchemy import Connection

from colonysdk.objects import ProcessState
from colonyserver.storage.attributes import remove_attributes
from colonyserver.storage.channels import remove_channels
from colonyserver.storage.counters import count_changes
from colonyserver.storage.driver import delete_rows, fetch
from colonyserver.storage.log_volumes import remove_log_volumes
from colonyserver.storage.processes import ProcessStatus, find_statuses
from colonyserver.storage.queue import Queue, QueueKey

_IN_STATE = "SELECT process_id FROM process WHERE colony_name = ? AND state = ? AND workflow_id IS NULL LIMIT ?"


def remove_processes(connection: Connection, queue: Queue, statuses: Sequence[ProcessStatus]) -> None:
    """Delete processes in any state."""
    waiting = [status for status in statuses if status.state == ProcessState.WAITING]
    queue.dequeue(connection, [QueueKey(s.shape_ids_json, s.priority_time, s.process_id) for s in waiting])
    remove_unqueued(connection, statuses)


def remove_unqueued(connection: Connection, statuses: Sequence[ProcessStatus]) -> None:
    """Delete processes that are not in the queue, as those that have ended."""
    if not statuses:
        return
    delete_rows(connection, "process", ("process_id",), [(status.process_id,) for status in statuses], "text")
    remove_attributes(connection, [status.process_id for status in statuses if status.attribute_count])
    process_ids = [status.process_id for status in statuses]
    remove_channels(connection, process_ids)
    remove_log_volumes(connection, process_ids)
    count_changes(connection, [(status.colony_name, status.state, None) for status in statuses])


def remove_some_in_state(
    connection: Connection, queue: Queue, colony_name: str, state: ProcessState, limit: int
) -> int:
    """Delete up to `limit` single processes of a colony that are in a state; how many they were."""
    found = fetch(connection, _IN_STATE, (colony_name, int(state), limit))
    statuses = find_statuses(connection, [process_id for (process_id,) in found])
    remove_processes(connection, queue, [*statuses.values()])
    return len(statuses)
