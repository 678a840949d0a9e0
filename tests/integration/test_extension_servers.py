"""The extensions on two servers over one PostgreSQL: what was done at one holds at the other."""

import asyncio
import time
from contextlib import aclosing

import pytest

from colonysdk import messages
from colonysdk.envelope import decode_reply, encode_request
from colonysdk.freshness import stamp
from colonysdk.objects import ColonyEvent, Failure, ProcessState
from tests.support.server import ColonyKeys, RunningServer
from tests.support.specifications import specification

pytestmark = pytest.mark.postgresql

_SOON = 15


async def test_followers_hear_of_what_happens_at_the_other_server(here: ColonyKeys, there: ColonyKeys) -> None:
    heard: list[ColonyEvent] = []
    async with (
        here.client() as alice,
        there.client() as listener,
        aclosing(listener.events(timeout_seconds=60)) as frames,
        asyncio.timeout(_SOON),
    ):
        await anext(frames)
        process = await alice.submit(specification(here))
        while process.process_id not in {event.process_id for event in heard}:
            heard += (await anext(frames)).events


async def test_followers_learn_regularly_that_something_may_be_lost(there: ColonyKeys) -> None:
    async with (
        there.client() as listener,
        aclosing(listener.events(timeout_seconds=60)) as frames,
        asyncio.timeout(2 * _SOON),
    ):
        while not (await anext(frames)).missed:
            continue


async def test_a_key_counts_at_both(here: ColonyKeys, there: ColonyKeys) -> None:
    async with here.client() as one, there.client() as other:
        sent = [
            client.send(messages.SubmitFunctionSpec(spec=specification(here), submit_key=f"k{number % 5}"))
            for number in range(40)
            for client in (one, other)
        ]
        processes = await asyncio.gather(*sent)
        assert len({process.process_id for process in processes}) == 5
        assert (await one.statistics()).waiting_processes == 5


class TestFreshness:
    def test_a_message_passes_at_one_of_them(
        self, servers: tuple[RunningServer, RunningServer], here: ColonyKeys
    ) -> None:
        first, second = servers
        setting = messages.SetFreshness(colony_name=here.name, policy="required")
        first.send(setting, here.owner)
        asking = messages.GetColonyStatistics(colony_name=here.name)
        deadline = time.monotonic() + _SOON
        while "requires" not in self._reason(second, asking.encode(), here):
            assert time.monotonic() < deadline, "the policy did not reach the second server"
            time.sleep(0.05)
        recorded = stamp(asking.encode())
        assert self._reason(first, recorded, here) == ""
        assert "received before" in self._reason(second, recorded, here)

    def _reason(self, server: RunningServer, message_json: bytes, colony: ColonyKeys) -> str:
        body = encode_request("getcolonystatsmsg", message_json, colony.user)
        reply = decode_reply(server.post(body).content)
        return Failure.from_json(reply.payload_json).message if reply.error else ""


async def test_a_lease_is_renewed_at_either(here: ColonyKeys, there: ColonyKeys) -> None:
    async with here.client() as alice, here.client(here.executor) as one, there.client(there.executor) as other:
        process = await alice.submit(specification(here, max_exec_time=2, max_lease_time=60))
        await one.assign(_SOON)
        for client in (other, one, other):
            await asyncio.sleep(1)
            await client.renew_lease(process.process_id)
        assert (await alice.process(process.process_id)).state is ProcessState.RUNNING
