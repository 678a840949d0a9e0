"""Channels on two servers over one PostgreSQL: one log, and followers that hear of what was said at the other."""

import asyncio
from dataclasses import replace

import pytest

from tests.support.channels import Talk
from tests.support.server import RunningServer

pytestmark = pytest.mark.postgresql


@pytest.fixture
def here(servers: tuple[RunningServer, RunningServer]) -> Talk:
    """A channel, seen from the first server."""
    return Talk.begin(servers[0], servers[0].new_colony())


@pytest.fixture
def there(servers: tuple[RunningServer, RunningServer], here: Talk) -> Talk:
    """The same channel, seen from the second server."""
    return replace(here, server=servers[1])


async def test_followers_hear_of_what_is_said_at_the_other_server(here: Talk, there: Talk) -> None:
    async with here.follow() as follower:
        for number in range(5):
            await asyncio.to_thread(there.say, b"%d" % number, there.colony.executor)
            assert await follower.payloads(1) == [b"%d" % number]
        await asyncio.to_thread(there.close)
        assert await follower.entries() == []
        assert await follower.is_closed_well()


async def test_both_servers_append_to_one_log(here: Talk, there: Talk) -> None:
    """Positions are given out in the transaction: none is given twice, none left out."""

    def speak(talk: Talk, name: str) -> None:
        for number in range(40):
            talk.say(f"{name}{number}".encode())

    await asyncio.gather(asyncio.to_thread(speak, here, "a"), asyncio.to_thread(speak, there, "b"))
    payloads = here.payloads()
    assert payloads == there.payloads()
    for name in (b"a", b"b"):
        of_one = [payload for payload in payloads if payload and payload.startswith(name)]
        assert of_one == [b"%b%d" % (name, number) for number in range(40)]
