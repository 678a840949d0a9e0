"""Counting: how many processes and workflows each colony has in each state, kept in the transactions of the changes."""

from collections import Counter
from collections.abc import Iterable

from sqlalchemy import Connection

from colonyserver.storage.driver import SERVER_NUMBER, write_rows

PROCESSES = 0
WORKFLOWS = 1


def count_changes(
    connection: Connection, changes: Iterable[tuple[str, int | None, int | None]], kind: int = PROCESSES
) -> None:
    """Note that processes or workflows went from a state to another: (colony, state before or None, after or None)."""
    amounts: dict[tuple[str, int], int] = {}
    for (colony_name, before, after), times in Counter(changes).items():
        if before is not None:
            amounts[colony_name, before] = amounts.get((colony_name, before), 0) - times
        if after is not None:
            amounts[colony_name, after] = amounts.get((colony_name, after), 0) + times
    # In order, so that servers that share a database never wait for each other in a circle.
    server = connection.info.get(SERVER_NUMBER, 0)
    # A plain number, which the driver need not look at twice.
    rows = [(name, kind, int(state), server, amount) for (name, state), amount in sorted(amounts.items())]
    write_rows(
        connection,
        "INSERT INTO counter (colony_name, kind, state, server, amount) VALUES {rows} "
        "ON CONFLICT (colony_name, kind, state, server) DO UPDATE SET amount = counter.amount + excluded.amount",
        rows,
        types="text bigint bigint bigint bigint",
    )
