"""Claims: giving waiting processes to executors, for all that ask at the same moment at once."""

from collections.abc import Callable, Sequence
from enum import Enum

from sqlalchemy import Connection

from colonyserver.clock import Clock
from colonyserver.errors import Forbidden
from colonyserver.requirements import Asker
from colonyserver.storage.attributes import attach_attributes
from colonyserver.storage.committing import BatchOperation
from colonyserver.storage.guards import approved_askers
from colonyserver.storage.matching import Search, match, searches_for
from colonyserver.storage.process_record import ProcessRecord
from colonyserver.storage.processes import lock_waiting
from colonyserver.storage.queue import Queue
from colonyserver.storage.transitions import assign_processes

_MOST_LOST = 64
"""After so many processes that other servers were about to take, a claim had better begin anew."""


class Missed(Enum):
    """Why an asker got no process."""

    NOTHING = "nothing it could take is waiting"
    CONTESTED = "another server is about to take what there is, and may yet leave it"


Outcome = ProcessRecord | Missed


class Claim(BatchOperation[Asker, Outcome]):
    """Assign the best process to each asker, in the order in which they asked.

    Servers that claim at the same time lock the processes that they take, and leave out what is locked.
    """

    runs_alone = False
    runs_last = True

    def __init__(self, queue: Queue, clock: Clock, give_back: Callable[[ProcessRecord], None]) -> None:
        """`give_back` is called on the event loop for a process whose asker does not learn of it."""
        self._queue = queue
        self._clock = clock
        self._give_back = give_back

    def execute(self, connection: Connection, items: Sequence[Asker]) -> Sequence[Outcome | Exception]:
        """Assign; an executor that is approved no more gets Forbidden, one of a paused colony nothing."""
        outcomes: list[Outcome | Exception] = [Missed.NOTHING] * len(items)
        self._search(connection, items, outcomes)
        # What is waiting may have requirements that were never met on this server.
        if Missed.NOTHING in outcomes and self._queue.learn(connection):
            self._search(connection, items, outcomes)
        return outcomes

    def abandoned(self, item: Asker, outcome: Outcome | Exception) -> None:
        """Give back what nobody waits for any more."""
        if isinstance(outcome, ProcessRecord):
            self._give_back(outcome)

    def _search(self, connection: Connection, items: Sequence[Asker], outcomes: list[Outcome | Exception]) -> None:
        """Find a process for everybody who has none yet."""
        searches = [
            search
            for search in searches_for(connection, self._queue, items)
            if outcomes[search.index] is Missed.NOTHING
        ]
        if not searches:
            return
        lost: set[str] = set()
        searches = _admitted(connection, searches, outcomes)
        while searches:
            matches = match(connection, self._queue, searches, lost)
            taken = self._take(connection, matches.served)
            searches = list(matches.unserved)
            for search, process_id in matches.served:
                if process_id in taken:
                    outcomes[search.index] = taken[process_id]
                else:
                    lost.add(process_id)
                    searches.append(search)
            contested = matches.contested
            if len(lost) > _MOST_LOST:
                contested, searches = contested + searches, []
            for search in contested:
                outcomes[search.index] = Missed.CONTESTED
            searches.sort(key=lambda search: search.index)

    def _take(self, connection: Connection, served: Sequence[tuple[Search, str]]) -> dict[str, ProcessRecord]:
        if not served:
            return {}
        records = lock_waiting(connection, [process_id for _, process_id in served])
        assignments = [
            (records[process_id], search.asker, self._clock.now())
            for search, process_id in served
            if process_id in records
        ]
        assign_processes(connection, self._queue, assignments)
        # Their attributes have gone into the new state with them.
        attach_attributes(connection, records.values())
        return records


def _admitted(connection: Connection, searches: Sequence[Search], outcomes: list[Outcome | Exception]) -> list[Search]:
    """The searches of executors that may have a process now."""
    approved = approved_askers(connection, {search.asker for search in searches})
    for search in searches:
        if search.asker not in approved:
            colony_name = search.asker.colony_name
            outcomes[search.index] = Forbidden(f"Access denied, not a member of Colony with name <{colony_name}>")
    return [search for search in searches if search.asker in approved and not approved[search.asker]]
