"""The events that are kept of a colony."""

import asyncio

from colonyserver.clock import Clock
from colonyserver.events import Events, EventsMissed, PauseChanged, ProcessChanged
from colonyserver.services.colony_events import ColonyEventService
from colonyserver.services.event_ring import EventRing, Followed


def _filled(count: int, floor: int = 0) -> EventRing:
    ring = EventRing(floor)
    for number in range(floor + 1, floor + count + 1):
        ring.append(Followed(number, "", b"{}"))
    return ring


def _numbers(ring: EventRing, after: int) -> list[int] | None:
    events = ring.after(after)
    return None if events is None else [event.number for event in events]


class TestRing:
    def test_what_comes_after_a_number(self) -> None:
        ring = _filled(3, floor=10)
        assert _numbers(ring, 10) == [11, 12, 13]
        assert _numbers(ring, 12) == [13]
        assert _numbers(ring, 13) == []
        assert ring.last == 13

    def test_what_is_not_kept_is_told(self) -> None:
        assert _numbers(_filled(1, floor=10), 9) is None
        ring = _filled(10_000)
        assert _numbers(ring, 0) is None
        kept = _numbers(ring, 10_000 - 4_096)
        assert kept is not None
        assert len(kept) == 4_096

    async def test_every_waiter_is_woken(self) -> None:
        ring = _filled(1)
        until = asyncio.get_running_loop().time() + 10
        waiting = [asyncio.create_task(ring.beyond(1, until)) for _ in range(3)]
        await asyncio.sleep(0)
        ring.append(Followed(2, "", b"{}"))
        assert await asyncio.gather(*waiting) == [True, True, True]
        assert await ring.beyond(1, until)
        assert not await ring.beyond(2, asyncio.get_running_loop().time() + 0.01)


class TestService:
    async def test_what_may_have_happened_unheard_is_told(self) -> None:
        events = Events()
        service = ColonyEventService(events, Clock())
        with service.follow("dev") as ring:
            begin = ring.last
            events.publish(PauseChanged("dev", is_paused=True))
            waiting = asyncio.create_task(ring.beyond(ring.last, asyncio.get_running_loop().time() + 10))
            await asyncio.sleep(0)
            events.publish(EventsMissed())
            assert await waiting
            assert ring.after(begin) is None
            assert ring.after(ring.last) == []

    def test_only_colonies_that_are_followed_are_kept(self) -> None:
        events = Events()
        service = ColonyEventService(events, Clock())
        change = ProcessChanged("p", "dev", 1, "cli", "", executor_id="e")
        events.publish(change)
        with service.follow("dev") as ring:
            assert _numbers(ring, ring.last) == []
            begin = ring.last
            events.publish(change)
            events.publish(change._replace(colony_name="other"))
            events.publish(PauseChanged("dev", is_paused=True))
            kept = ring.after(begin)
        assert kept is not None
        assert [(event.executor_id, event.event_json) for event in kept] == [
            ("e", b'{"kind":"process","processid":"p","state":1,"executortype":"cli","executorid":"e"}'),
            ("", b'{"kind":"pause"}'),
        ]

    def test_events_are_kept_for_a_while_after_the_last_follower(self) -> None:
        events = Events()
        service = ColonyEventService(events, Clock())
        with service.follow("dev") as ring:
            begin = ring.last
        events.publish(PauseChanged("dev", is_paused=True))
        with service.follow("dev") as ring:
            assert len(ring.after(begin) or ()) == 1

    def test_events_of_a_colony_that_nobody_follows_any_more_are_dropped(self) -> None:
        monotonic = [0]
        clock = Clock(lambda: monotonic[0], lambda: monotonic[0])
        events = Events()
        service = ColonyEventService(events, clock)
        with service.follow("dev") as ring:
            begin = ring.last
        monotonic[0] += 301 * 10**9
        with service.follow("other"):
            pass
        events.publish(PauseChanged("dev", is_paused=True))
        with service.follow("dev") as ring:
            assert ring.after(begin) is None

    def test_cursors_of_other_servers_are_not_taken(self) -> None:
        service, other = (ColonyEventService(Events(), Clock()) for _ in range(2))
        with service.follow("dev") as ring:
            assert service.number_of(service.cursor(ring.last)) == ring.last
        for cursor in ("", "x", other.cursor(0), service.cursor(0) + "x", service.cursor(0).replace(".", "")):
            assert service.number_of(cursor) is None
