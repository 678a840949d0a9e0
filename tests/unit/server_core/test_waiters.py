"""Offers: to one who can take the process, in turn, and on to the next when that one does not."""

import asyncio

from colonyserver.requirements import Asker, Requirement
from colonyserver.services.waiters import Waiter, Waiters

ANYTHING = Requirement("dev", "cli", (), "", 0, 0)


def asker(name: str, location: str = "", mem: int = 100) -> Asker:
    return Asker("dev", "cli", name, name, location, 1000, mem)


def join(waiters: Waiters, *askers: Asker) -> list[Waiter]:
    joined = [waiters.join(one).__enter__() for one in askers]
    for waiter in joined:
        waiter.begin_look()
        waiter.found_nothing()
    return joined


def told(waiters: list[Waiter]) -> list[str]:
    return [waiter.asker.executor_name for waiter in waiters if waiter.has_reason_to_look]


def test_only_one_is_told_and_they_take_turns() -> None:
    waiters = Waiters()
    parked = join(waiters, asker("a"), asker("b"), asker("c"))
    waiters.offer("p1", ANYTHING)
    assert told(parked) == ["a"]
    waiters.offer("p2", ANYTHING)
    assert told(parked) == ["a", "b"]
    for waiter in parked:
        waiter.begin_look()
        waiter.found_nothing()
    waiters.offer("p3", ANYTHING)
    assert told(parked) == ["c"]


def test_who_was_told_before_is_told_again() -> None:
    waiters = Waiters()
    first, second = join(waiters, asker("a"), asker("b"))
    waiters.offer("p1", ANYTHING)
    first.begin_look()
    waiters.offer("p1", ANYTHING)
    first.found_nothing()
    assert told([first, second]) == ["a"]
    waiters.gone("p1")
    assert told([first, second]) == []


def test_who_cannot_take_it_is_not_told() -> None:
    waiters = Waiters()
    parked = join(waiters, asker("small", mem=1), asker("elsewhere", "desy"), asker("here", "cern"), asker("named"))
    waiters.offer("p1", ANYTHING._replace(mem=50, location_name="cern"))
    assert told(parked) == ["here"]
    waiters.offer("p2", ANYTHING._replace(targets=("nobody", "named")))
    assert told(parked) == ["here", "named"]
    waiters.offer("p3", ANYTHING._replace(colony_name="other"))
    waiters.offer("p4", ANYTHING._replace(mem=101))
    assert told(parked) == ["here", "named"]


def test_who_gets_something_else_passes_it_on() -> None:
    waiters = Waiters()
    first, second = join(waiters, asker("a"), asker("b"))
    waiters.offer("p1", ANYTHING)
    first.begin_look()
    waiters.gone("better")
    first.__exit__()
    assert second.has_reason_to_look


def test_who_goes_away_passes_it_on() -> None:
    waiters = Waiters()
    first, second = join(waiters, asker("a"), asker("b"))
    waiters.offer("p1", ANYTHING)
    first.__exit__()
    assert second.has_reason_to_look
    assert len(waiters) == 1


def test_what_is_taken_is_not_passed_on() -> None:
    waiters = Waiters()
    first, second = join(waiters, asker("a"), asker("b"))
    waiters.offer("p1", ANYTHING)
    first.begin_look()
    waiters.gone("p1")
    first.__exit__()
    assert not second.has_reason_to_look


def test_an_offer_during_a_look_is_followed_by_another_look() -> None:
    waiters = Waiters()
    (only,) = join(waiters, asker("a"))
    waiters.offer("p1", ANYTHING)
    only.begin_look()
    waiters.offer("p2", ANYTHING)
    only.found_nothing()
    assert only.has_reason_to_look
    only.begin_look()
    only.found_nothing()
    assert not only.has_reason_to_look


def test_when_all_are_busy_one_of_them_remembers() -> None:
    waiters = Waiters()
    busy, late = join(waiters, asker("a"), asker("b", mem=1))
    waiters.offer("p1", ANYTHING._replace(mem=50))
    waiters.offer("p2", ANYTHING._replace(mem=50))
    assert told([busy, late]) == ["a"]
    (fresh,) = join(waiters, asker("c"))
    busy.begin_look()
    waiters.gone("p1")
    busy.__exit__()
    assert fresh.has_reason_to_look


async def test_waiting_ends_with_an_offer_or_in_time() -> None:
    waiters = Waiters()
    (waiter,) = join(waiters, asker("a"))
    loop = asyncio.get_running_loop()
    await waiter.wait(loop.time())
    assert not waiter.has_reason_to_look
    waiting = asyncio.ensure_future(waiter.wait(loop.time() + 60))
    await asyncio.sleep(0)
    waiters.offer("p1", ANYTHING)
    await asyncio.wait_for(waiting, 1)
    await waiter.wait(loop.time() + 60)


async def test_waking_a_colony() -> None:
    waiters = Waiters()
    mine, other = join(waiters, asker("a"), asker("b")._replace(colony_name="other"))
    waiters.wake("dev")
    assert mine.has_reason_to_look
    assert not other.has_reason_to_look
    waiters.wake()
    assert other.has_reason_to_look
