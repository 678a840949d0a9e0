"""Checks inside a unit of work that what let a request in still holds."""

from collections.abc import Collection

from sqlalchemy import Connection

from colonyserver.requirements import Asker
from colonyserver.storage.driver import fetch, fetch_by_ids, fetch_rows

_APPROVED = """
    SELECT wanted.column1, colony.is_paused FROM (VALUES {rows}) AS wanted CROSS JOIN executor CROSS JOIN colony
    WHERE colony.name = wanted.column2 AND executor.colony_name = wanted.column2 AND executor.name = wanted.column3
    AND executor.executor_id = wanted.column4 AND executor.state = 1
"""


def existing_colonies(connection: Connection, names: Collection[str]) -> set[str]:
    """Those of the colonies that exist."""
    return {name for (name,) in fetch_by_ids(connection, "name", "colony", "name", names)}


def approved_askers(connection: Connection, askers: Collection[Asker]) -> dict[Asker, bool]:
    """Those of the executors that are approved and still have this identity, and whether their colony is paused."""
    wanted = [*askers]
    rows = fetch_rows(
        connection,
        _APPROVED,
        [(index, a.colony_name, a.executor_name, a.executor_id) for index, a in enumerate(wanted)],
        types="bigint text text text",
    )
    return {wanted[index]: bool(is_paused) for index, is_paused in rows}


def paused_colonies(connection: Connection) -> set[str]:
    """The colonies that hand out no processes."""
    return {name for (name,) in fetch(connection, "SELECT name FROM colony WHERE is_paused")}
