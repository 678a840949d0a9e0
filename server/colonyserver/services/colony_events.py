"""What happens in each colony, numbered and kept for a while, for those who follow it (extension `events`).

Events are kept in memory, only of colonies that somebody follows or has followed lately, and each server numbers its
own. Who comes back with a cursor hears what it missed; where that is not known, because it is too long ago, because
another server gave the cursor or may have done something unheard, it is told so, and reads again what it shows. So
nothing depends on what is kept here.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from colonysdk.objects import ProcessState
from colonyserver.clock import NANOSECONDS, Clock
from colonyserver.events import (
    ColonyRemoved,
    Events,
    EventsMissed,
    LeaseRenewed,
    MembershipChanged,
    PauseChanged,
    ProcessChanged,
)
from colonyserver.services.event_ring import EventRing, Followed
from colonyserver.storage.json_text import json_string

_KEPT_SECONDS = 300
_MOST_RINGS = 1_000


class ColonyEventService:
    """Collects the events of the colonies that are followed."""

    def __init__(self, events: Events, clock: Clock) -> None:
        self._clock = clock
        self._rings: dict[str, EventRing] = {}
        # Numbers go on from ring to ring, so that a cursor of one that was dropped lies before all that is kept.
        self._number = 0
        self._name = os.urandom(6).hex()
        events.subscribe(ProcessChanged, self._on_process)
        events.subscribe(LeaseRenewed, self._on_lease)
        events.subscribe(EventsMissed, lambda _missed: self._lose())
        events.subscribe(MembershipChanged, lambda change: self._add(change.colony_name, "members"))
        events.subscribe(PauseChanged, lambda change: self._add(change.colony_name, "pause"))
        events.subscribe(ColonyRemoved, lambda change: self._add(change.colony_name, "members"))

    @contextmanager
    def follow(self, colony_name: str) -> Iterator[EventRing]:
        """The events of a colony, which are kept at least for as long as the block lasts."""
        ring = self._rings.get(colony_name)
        if ring is None:
            self._drop_unused()
            # Nobody has counted what happened in this colony before.
            self._number += 1
            ring = self._rings[colony_name] = EventRing(self._number)
        ring.followers += 1
        try:
            yield ring
        finally:
            ring.followers -= 1
            ring.left_at = self._clock.now()

    def cursor(self, number: int) -> str:
        """The cursor of a place in the events."""
        return f"{self._name}.{number}"

    def number_of(self, cursor: str) -> int | None:
        """The place that a cursor stands for; None when this server did not give it."""
        name, _, digits = cursor.partition(".")
        if name != self._name or not digits.isascii() or not digits.isdigit() or len(digits) > 18:
            return None
        return min(int(digits), self._number)

    def _on_process(self, change: ProcessChanged) -> None:
        self._add_process(change, change.state)

    def _on_lease(self, change: LeaseRenewed) -> None:
        self._add_process(change, ProcessState.RUNNING)

    def _add_process(self, change: ProcessChanged | LeaseRenewed, state: int) -> None:
        ring = self._rings.get(change.colony_name)
        if ring is None:
            return
        event = (
            f'{{"kind":"process","processid":"{change.process_id}","state":{state:d},'
            f'"executortype":{json_string(change.executor_type)},"executorid":{json_string(change.executor_id)}}}'
        )
        self._number += 1
        ring.append(Followed(self._number, change.executor_id, event.encode()))

    def _add(self, colony_name: str, kind: str) -> None:
        ring = self._rings.get(colony_name)
        if ring is not None:
            self._number += 1
            ring.append(Followed(self._number, "", f'{{"kind":"{kind}"}}'.encode()))

    def _lose(self) -> None:
        self._number += 1
        for ring in self._rings.values():
            ring.lose(self._number)

    def _drop_unused(self) -> None:
        oldest = self._clock.now() - _KEPT_SECONDS * NANOSECONDS
        unused = sorted((ring.left_at, colony_name) for colony_name, ring in self._rings.items() if not ring.followers)
        too_many = len(self._rings) - _MOST_RINGS
        for index, (left_at, colony_name) in enumerate(unused):
            if left_at < oldest or index < too_many:
                del self._rings[colony_name]
