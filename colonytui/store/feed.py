"""Keeps the store fresh: one turn asks for everything that is visible and publishes it as one picture.

1. A turn asks for statistics and for whatever the visible screen is interested in, at the same time.
2. After a good turn the feed rests as `pace` says, after a bad one for 1, 2, 4 … 30 s, and never stops trying. The data
   stays and ages.
3. `refresh` ends the rest, or gives up a turn under way, and starts a new turn at once.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol, TypeVar, runtime_checkable

from colonysdk.errors import ColonyError, Refused, Unreachable
from colonysdk.extensions import EXPLAIN
from colonysdk.following import Follower
from colonysdk.objects import ColonyEvents, Executor, Explanation, Process
from colonytui import garbage
from colonytui.store.pace import Pace
from colonytui.store.process_list import ListQuery
from colonytui.store.snapshot import Update
from colonytui.store.store import Store

if TYPE_CHECKING:
    from colonysdk.client import ColonyClient

EXECUTORS_SECONDS = 5.0
"""How often executors are asked for while no visible row depends on them."""
TURN_SECONDS = 10.0
"""A server that answers later than this counts as unreachable."""
LONGEST_BACK_OFF_SECONDS = 30.0

KeyT = TypeVar("KeyT")
ResultT = TypeVar("ResultT")


@dataclass(frozen=True)
class Interest:
    """What the visible screen shows."""

    queries: frozenset[ListQuery] = field(default_factory=frozenset)
    executors: bool = False
    process_ids: frozenset[str] = field(default_factory=frozenset)
    """Processes to look up one by one."""
    explained_id: str = ""
    """A waiting process that the server is asked about, if it explains; empty for none."""


@runtime_checkable
class Interested(Protocol):
    """A screen that says what the feed should ask for while it is on top."""

    def interest(self) -> Interest:
        """What the screen shows."""


class Feed:
    """Asks the server for what `interest` says, over and over, and publishes to the store.

    Arguments: `connect` returns the client, always the same; `interest` is asked at every turn; `chance` is random
    from 0 to 1.
    """

    def __init__(
        self,
        connect: Callable[[], ColonyClient],
        store: Store,
        interest: Callable[[], Interest],
        *,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self.focused = True
        self._connect = connect
        self._store = store
        self._interest = interest
        self._pace = Pace(chance)
        self._follower = Follower(connect, self._hear)
        self._turn_task: asyncio.Task[None] | None = None
        self._executors_at: float | None = None
        self._asked = Interest()

    async def run(self) -> None:
        """Take turns for ever; ends only by cancellation."""
        # Making a client loads libraries, during which the keyboard must not wait.
        await asyncio.to_thread(self._connect)
        garbage.end_loading()
        following = asyncio.create_task(self._follower.run())
        try:
            await self._take_turns()
        finally:
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)

    async def _take_turns(self) -> None:
        while True:
            self._pace.begin_turn()
            self._turn_task = asyncio.create_task(self.turn())
            try:
                await asyncio.wait({self._turn_task})
            finally:
                self._turn_task.cancel()
            if not self._turn_task.cancelled():
                self._turn_task.result()
            if not self._pace.is_woken:
                await self._rest()

    @property
    def is_told(self) -> bool:
        """Whether the server tells what happens, so that resting is no waiting."""
        return self._follower.is_live

    def refresh(self) -> None:
        """Start a new turn now."""
        self._pace.wake()
        if self._turn_task is not None:
            self._turn_task.cancel()

    def set_paused(self, paused: bool) -> None:
        """Stop taking turns after the present one, or go on at once."""
        self._store.set_paused(paused)
        if not paused:
            self.refresh()

    def set_focused(self, focused: bool) -> None:
        """Go slower while nobody looks; a look refreshes at once."""
        self.focused = focused
        if focused and not self._store.connection.paused:
            self.refresh()

    async def load_history(self, query: ListQuery, span: timedelta) -> int:
        """Load processes submitted within `span` into a list and return how many came; raises ColonyError."""
        with garbage.many_kept():
            older = await self._client.process_history(int(span.total_seconds()), query.state)
            self._store.put_history(query, older, span)
        return len(older)

    async def turn(self) -> None:
        """Ask once and publish; a failure is noted in the store, never raised."""
        try:
            async with asyncio.timeout(TURN_SECONDS):
                update = await self._ask(self._interest())
        except TimeoutError:
            self._failed(Unreachable(f"no answer within {TURN_SECONDS:.0f} s"))
        except ColonyError as error:
            self._failed(error)
        else:
            self._store.answered()
            self._store.publish(update)

    @property
    def _client(self) -> ColonyClient:
        return self._connect()

    async def _ask(self, interest: Interest) -> Update:
        self._asked = interest
        wants_executors = interest.executors or self._executors_due()
        try:
            async with asyncio.TaskGroup() as group:
                statistics = group.create_task(self._client.statistics())
                paused = group.create_task(self._client.paused())
                executors = group.create_task(self._client.executors()) if wants_executors else None
                windows = {query: group.create_task(self._window(query)) for query in interest.queries}
                explanation = group.create_task(self._explanation(interest.explained_id))
                processes = {key: group.create_task(self._process(key)) for key in interest.process_ids}
        except* ColonyError as failures:
            raise failures.exceptions[0] from None
        if executors is not None:
            self._executors_at = self._store.clock.monotonic()
        return Update(
            statistics=statistics.result(),
            executors=_result_of(executors),
            windows=_results_of(windows),
            processes=_results_of(processes),
            assignments_paused=paused.result(),
            explanations=explanation.result(),
        )

    async def _window(self, query: ListQuery) -> list[Process]:
        return await self._client.processes(
            query.state, executor_type=query.executor_type, label=query.label, initiator=query.initiator
        )

    async def _process(self, process_id: str) -> Process | None:
        try:
            return await self._client.process(process_id)
        except Refused as refusal:
            if refusal.not_found:
                return None
            raise

    async def _explanation(self, process_id: str) -> Mapping[str, Explanation]:
        if not process_id or not await self._client.offers(EXPLAIN):
            return {}
        try:
            return {process_id: await self._client.explain(process_id)}
        except Refused:
            # The rest of the turn is as good without it, and what is known here explains as well as it can.
            return {}

    def _executors_due(self) -> bool:
        asked_at = self._executors_at
        return asked_at is None or self._store.clock.monotonic() - asked_at >= EXECUTORS_SECONDS

    def _failed(self, error: ColonyError) -> None:
        if isinstance(error, Refused):
            self._store.failed(error.message, LONGEST_BACK_OFF_SECONDS, forbidden=error.forbidden)
            return
        # 2 to the power of five is already beyond the longest.
        back_off = min(LONGEST_BACK_OFF_SECONDS, 2.0 ** min(self._store.connection.failures, 5))
        self._store.failed(str(error), self._pace.jittered(back_off))

    async def _rest(self) -> None:
        connection = self._store.connection
        if connection.paused:
            await self._pace.rest_for(None)
        elif connection.failures:
            await self._pace.rest_for(connection.retry_in(self._store.clock.monotonic()))
        elif self.is_told:
            # An answer can make a screen want to know more, about relatives for example.
            if self._interest() == self._asked:
                await self._pace.rest_until_news(focused=self.focused)
            else:
                await self._pace.rest(focused=self.focused)
        else:
            await self._pace.rest(focused=self.focused)

    def _hear(self, frame: ColonyEvents) -> None:
        if frame.events or frame.missed:
            self._pace.note_news()


def _result_of(task: asyncio.Task[list[Executor]] | None) -> Sequence[Executor] | None:
    return None if task is None else task.result()


def _results_of(tasks: Mapping[KeyT, asyncio.Task[ResultT]]) -> dict[KeyT, ResultT]:
    return {key: task.result() for key, task in tasks.items()}
