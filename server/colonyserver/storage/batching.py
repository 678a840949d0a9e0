"""The writer: one thread with one connection, where concurrent units of work share a transaction and its commit.

Work waits for more of it as long as more comes at once, while a transaction is being committed, and for a moment after
that for those who were just answered: many of them come back with their next request. So batches grow with the load by
themselves, and whoever is alone never waits. Each caller is answered after the commit that holds its work.
"""

import asyncio
import threading
from collections.abc import Callable, Sequence
from queue import SimpleQueue
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine

from colonyserver.errors import Unavailable
from colonyserver.storage.committing import BatchOperation, Committer, Group

_QUIET_TURNS = 2
"""A request is read in one turn of the event loop and asks for its write in the next one."""

_RETURN_SECONDS = 0.002
"""For so long after an answer, its caller is expected back."""

_MOST_GATHERED = 64
"""From so many items on, a transaction costs hardly less for each of them."""

Item = TypeVar("Item")
Result = TypeVar("Result")
T = TypeVar("T")


class _Unit(BatchOperation[None, T]):
    """A single function as an operation of its own; it runs alone, so it need not mind other servers."""

    def __init__(self, function: Callable[[Connection], T]) -> None:
        self._function = function

    def execute(self, connection: Connection, items: Sequence[None]) -> Sequence[T | Exception]:
        return [self._function(connection) for _ in items]


class Writer:
    """Runs units of work on its thread; every public method belongs to the event loop it was made on."""

    def __init__(self, engine: Engine) -> None:
        self._loop = asyncio.get_running_loop()
        self._committer = Committer(engine)
        self._pending: dict[BatchOperation[Any, Any], Group] = {}
        self._pending_count = 0
        self._is_busy = False
        self._expected = 0
        self._expected_until = 0.0
        self._patience: asyncio.TimerHandle | None = None
        self._is_closed = False
        self._idle = asyncio.Event()
        self._idle.set()
        self._batches: SimpleQueue[list[Group] | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="database-writer", daemon=True)
        self._thread.start()

    def on_rollback(self, listener: Callable[[], None]) -> None:
        """Call `listener`, on the writer thread, whenever work was undone."""
        self._committer.rollback_listeners.append(listener)

    def write(self, function: Callable[[Connection], T]) -> "asyncio.Future[T]":
        """Queue one function; the future holds its result once that is committed."""
        return self.write_batched(_Unit(function), None)

    def write_batched(self, operation: BatchOperation[Item, Result], item: Item) -> "asyncio.Future[Result]":
        """Queue one item of an operation; the future holds its result once that is committed.

        Raises `Unavailable` after `close`.
        """
        if self._is_closed:
            raise Unavailable("The server is stopping; try again in a moment")
        future: asyncio.Future[Result] = self._loop.create_future()
        group = self._pending.get(operation)
        if group is None:
            group = self._pending[operation] = Group(operation)
        group.items.append(item)
        group.futures.append(future)
        self._pending_count += 1
        if not self._is_busy:
            self._is_busy = True
            self._idle.clear()
            self._loop.call_soon(self._gather, 0, 0)
        elif self._patience is not None and self._pending_count >= self._expected:
            self._patience.cancel()
            self._gather(self._pending_count, 0)
        return future

    async def close(self) -> None:
        """Refuse new work, commit what was accepted, end the thread."""
        self._is_closed = True
        await self._idle.wait()
        self._batches.put(None)
        await asyncio.to_thread(self._thread.join)

    def _gather(self, known: int, quiet_turns: int) -> None:
        """Hand over what is pending when nothing has come to it lately, or enough; else look again next turn.

        `known` is how many items there were in the last turn. What is gathered costs a fraction of what it would cost
        in transactions of its own, and the writer works while the event loop has nothing to do.
        """
        self._patience = None
        pending = self._pending_count
        quiet_turns = 0 if pending > known else quiet_turns + 1
        if pending >= _MOST_GATHERED:
            self._dispatch()
        elif quiet_turns < _QUIET_TURNS:
            self._loop.call_soon(self._gather, pending, quiet_turns)
        elif pending < self._expected and self._loop.time() < self._expected_until:
            self._patience = self._loop.call_at(self._expected_until, self._gather, pending, quiet_turns)
        else:
            self._dispatch()

    def _dispatch(self) -> None:
        groups = sorted(self._pending.values(), key=lambda group: group.operation.runs_last)
        self._pending = {}
        self._pending_count = 0
        self._batches.put(groups)

    def _run(self) -> None:
        while self._commit_next():
            pass
        self._committer.close()

    def _commit_next(self) -> bool:
        """Commit the next batch, if there is one to come; nothing of it is kept while the one after is waited for."""
        groups = self._batches.get()
        if groups is None:
            return False
        self._committer.commit(groups)
        self._loop.call_soon_threadsafe(self._deliver, groups)
        return True

    def _deliver(self, groups: list[Group]) -> None:
        for group in groups:
            group.deliver()
        self._expected = sum([len(group.items) for group in groups]) + self._pending_count
        self._expected_until = self._loop.time() + _RETURN_SECONDS
        if self._pending:
            self._gather(0, 0)
        else:
            self._is_busy = False
            self._idle.set()
