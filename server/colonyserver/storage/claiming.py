"""Claims: giving waiting processes to executors, for all that ask at the same moment at once."""

from collections.abc import Callable, Sequence

from sqlalchemy import Connection

from colonyserver.clock import Clock
from colonyserver.errors import Forbidden
from colonyserver.requirements import Asker
from colonyserver.storage.attributes import attach_attributes
from colonyserver.storage.committing import BatchOperation
from colonyserver.storage.guards import approved_askers
from colonyserver.storage.matching import Search, match, searches_for
from colonyserver.storage.process_record import ProcessRecord
from colonyserver.storage.processes import find_records
from colonyserver.storage.queue import Queue
from colonyserver.storage.transitions import assign_processes


class Claim(BatchOperation[Asker, ProcessRecord | None]):
    """Assign the best process to each asker, in the order in which they asked; None where nothing fits."""

    def __init__(self, queue: Queue, clock: Clock, give_back: Callable[[ProcessRecord], None]) -> None:
        """`give_back` is called on the event loop for a process whose asker went away meanwhile."""
        self._queue = queue
        self._clock = clock
        self._give_back = give_back

    def execute(self, connection: Connection, items: Sequence[Asker]) -> Sequence[ProcessRecord | Exception | None]:
        """Assign; an executor that is approved no more gets Forbidden instead of a process."""
        outcomes: list[ProcessRecord | Exception | None] = [None] * len(items)
        searches = searches_for(connection, self._queue, items)
        if not searches:
            return outcomes
        approved = approved_askers(connection, {search.asker for search in searches})
        for search in searches:
            if search.asker not in approved:
                colony_name = search.asker.colony_name
                outcomes[search.index] = Forbidden(f"Access denied, not a member of Colony with name <{colony_name}>")
        searches = [search for search in searches if search.asker in approved]
        while searches:
            served, searches = match(connection, self._queue, searches)
            for search, record in self._take(connection, served):
                outcomes[search.index] = record
        return outcomes

    def abandoned(self, item: Asker, outcome: ProcessRecord | Exception | None) -> None:
        """Give back what nobody waits for any more."""
        if isinstance(outcome, ProcessRecord):
            self._give_back(outcome)

    def _take(self, connection: Connection, served: Sequence[tuple[Search, str]]) -> list[tuple[Search, ProcessRecord]]:
        if not served:
            return []
        records = find_records(connection, [process_id for _, process_id in served])
        taken = [(search, records[process_id]) for search, process_id in served]
        assign_processes(connection, self._queue, [(record, s.asker, self._clock.now()) for s, record in taken])
        # Their attributes have gone into the new state with them.
        attach_attributes(connection, [record for _, record in taken])
        return taken
