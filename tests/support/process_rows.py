"""Many processes at once, put into the table as they are: for tests of what it costs to find some of them."""

from sqlalchemy import Connection

from colonyserver.storage.driver import execute_rows
from tests.support.core import COLONY


def add_ended_processes(connection: Connection, count: int) -> None:
    """Add processes in all final states, ranked from 0 on, of one type, one executor and 100 functions."""
    columns = "process_id, colony_name, state, rank, executor_type, initiator_name, initiator_id, label, func_name, "
    columns += "executor_name, location_name, executor_id, is_assigned, priority_time, submitted_at, retries, "
    columns += "max_wait_time, max_exec_time, max_retries, cpu, mem, shape_ids_json, attribute_count, "
    columns += "wait_for_parents, parents_json, children_json, spec_json, input_json, output_json, errors_json"
    fixed = ("", "", False, 0, 1, 0, 0, 0, 0, 0, 0, "[]", 0, False, "[]", "[]", '{"args":[]}', "[]", "[]", "[]")
    rows = [
        (f"{n:064x}", COLONY, 2 + n % 3, n, "t", "alice", "", "l" if n % 2 else None, f"f{n % 100}", "one", *fixed)
        for n in range(count)
    ]
    execute_rows(connection, f"INSERT INTO process ({columns}) VALUES {{rows}}", rows)
