"""What a subscriber has not been told yet."""

import asyncio

import pytest

from colonyserver.errors import Unavailable
from colonyserver.gateway.sources import Inbox, end_after


def _now() -> float:
    return asyncio.get_running_loop().time()


async def test_items_come_in_order() -> None:
    inbox: Inbox[int] = Inbox()
    inbox.put(1)
    inbox.put(2)
    assert [await inbox.take(_now() + 10), await inbox.take(_now() + 10)] == [1, 2]
    assert not inbox


async def test_who_waits_is_woken() -> None:
    inbox: Inbox[int] = Inbox()
    taking = asyncio.create_task(inbox.take(_now() + 10))
    await asyncio.sleep(0)
    inbox.put(7)
    assert await taking == 7


async def test_the_time_is_over() -> None:
    assert await Inbox[int]().take(_now() + 0.01) is None


async def test_what_is_there_is_told_also_when_the_time_is_over() -> None:
    inbox: Inbox[int] = Inbox()
    inbox.put(1)
    assert await inbox.take(_now() - 1) == 1


async def test_a_subscriber_that_does_not_read_is_dropped() -> None:
    inbox: Inbox[int] = Inbox()
    for number in range(10_001):
        inbox.put(number)
    with pytest.raises(Unavailable, match="subscriber disconnected: buffer full"):
        await inbox.take(_now() + 10)


async def test_durations_are_bounded() -> None:
    assert end_after(-5) - _now() < 1
    assert end_after(2**62) - _now() < 2 * 365 * 24 * 3600
