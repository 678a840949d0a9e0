"""Checks inside a unit of work that what let a request in still holds."""

import json
from collections.abc import Collection

from sqlalchemy import Connection

from colonyserver.requirements import Asker
from colonyserver.storage.driver import fetch


def existing_colonies(connection: Connection, names: Collection[str]) -> set[str]:
    """Those of the colonies that exist."""
    rows = fetch(
        connection,
        "SELECT name FROM json_each(?) AS wanted CROSS JOIN colony WHERE colony.name = wanted.value",
        (json.dumps([*names]),),
    )
    return {name for (name,) in rows}


def approved_askers(connection: Connection, askers: Collection[Asker]) -> set[Asker]:
    """Those of the executors that are approved and still have this identity."""
    wanted = [*askers]
    rows = fetch(
        connection,
        "SELECT wanted.key FROM json_each(?) AS wanted CROSS JOIN executor "
        "WHERE executor.colony_name = json_extract(wanted.value, '$[0]') "
        "AND executor.name = json_extract(wanted.value, '$[2]') "
        "AND executor.executor_id = json_extract(wanted.value, '$[3]') AND executor.state = 1",
        (json.dumps(wanted),),
    )
    return {wanted[index] for (index,) in rows}


def paused_colonies(connection: Connection) -> set[str]:
    """The colonies that hand out no processes."""
    return {name for (name,) in fetch(connection, "SELECT name FROM colony WHERE is_paused")}
