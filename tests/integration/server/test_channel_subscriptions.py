"""Subscriptions to channels: nothing twice, nothing left out, and an end that readers notice."""

import asyncio
import time

import pytest

from colonysdk import messages
from colonysdk.identity import Identity
from tests.support.channels import Talk
from tests.support.server import ColonyKeys, RunningServer


@pytest.fixture
def talk(server: RunningServer, colony: ColonyKeys) -> Talk:
    return Talk.begin(server, colony)


class TestFollowing:
    async def test_what_is_there_comes_first_in_one_frame(self, talk: Talk) -> None:
        for payload in (b"1", b"2", b"3"):
            talk.say(payload)
        async with talk.follow(after=1) as follower:
            assert [entry.payload for entry in await follower.entries()] == [b"2", b"3"]

    async def test_both_sides_hear_each_other(self, talk: Talk) -> None:
        async with talk.follow() as submitter, talk.follow(talk.colony.executor) as executor:
            await asyncio.to_thread(talk.say, b"question", None, 1)
            (question,) = await executor.entries()
            assert await submitter.payloads(1) == [b"question"]
            await asyncio.to_thread(talk.say, b"answer", talk.colony.executor, 1, in_reply_to=question.sequence)
            (answer,) = await submitter.entries()
            assert (answer.payload, answer.in_reply_to) == (b"answer", 1)

    async def test_nothing_twice_and_nothing_left_out(self, talk: Talk) -> None:
        """Entries that are appended while a subscription begins are in it exactly once."""
        sayings = [b"%d" % number for number in range(60)]

        def speak() -> None:
            for saying in sayings:
                talk.say(saying)

        speaking = asyncio.create_task(asyncio.to_thread(speak))
        for _ in range(3):
            async with talk.follow() as follower:
                assert await follower.payloads(len(sayings)) == sayings
        await speaking

    async def test_a_slow_reader_gets_everything(self, talk: Talk) -> None:
        """More than sockets buffer waits in the database until it is read."""
        piece = b"x" * (4 * 1024 * 1024)
        async with talk.follow() as follower:
            for number in range(8):
                await asyncio.to_thread(talk.say, b"%d" % number + piece)
            payloads = await follower.payloads(8)
        assert [payload[:1] for payload in payloads if payload] == [b"%d" % number for number in range(8)]

    async def test_two_channels_on_one_connection(self, server: RunningServer, colony: ColonyKeys) -> None:
        talk = Talk.submit(server, colony, ["talk", "other"])
        other = Talk(server, colony, talk.process, "other")
        async with talk.follow() as follower:
            await follower.subscribe(other, colony.user)
            await asyncio.to_thread(talk.say, b"1")
            assert await follower.payloads(1) == [b"1"]
            await asyncio.to_thread(other.say, b"2")
            assert await follower.payloads(1) == [b"2"]


class TestTheEnd:
    async def test_what_is_left_then_an_empty_frame_then_a_close(self, talk: Talk) -> None:
        async with talk.follow() as follower:
            await asyncio.to_thread(talk.say, b"last words", talk.colony.executor)
            await asyncio.to_thread(talk.close)
            assert await follower.payloads(1) == [b"last words"]
            assert await follower.entries() == []
            assert await follower.is_closed_well()

    async def test_cancelling_ends_it_too(self, talk: Talk) -> None:
        async with talk.follow() as follower, talk.follow(talk.colony.executor) as executor:
            await asyncio.to_thread(talk.say, b"hi")
            assert await follower.payloads(1) == await executor.payloads(1) == [b"hi"]
            cancel = messages.CancelProcess(process_id=talk.process.process_id)
            await asyncio.to_thread(talk.server.send, cancel, talk.colony.user)
            for side in (follower, executor):
                assert await side.entries() == []
                assert await side.is_closed_well()

    async def test_removing_a_colony_ends_it(self, talk: Talk) -> None:
        async with talk.follow() as follower:
            await asyncio.to_thread(talk.say, b"hi")
            assert await follower.payloads(1) == [b"hi"]
            remove = messages.RemoveColony(colony_name=talk.colony.name)
            await asyncio.to_thread(talk.server.send, remove, talk.server.server_owner)
            assert await follower.entries() == []
            assert await follower.is_closed_well()

    async def test_the_time_is_over(self, talk: Talk) -> None:
        """wire: an empty frame, after which the connection can be used for another subscription."""
        talk.say(b"hi")
        begin = time.monotonic()
        async with talk.follow(after=1, timeout=1) as follower:
            assert await follower.entries() == []
            assert 0.9 < time.monotonic() - begin < 10
            await follower.subscribe(talk, talk.colony.user)
            assert await follower.payloads(1) == [b"hi"]

    async def test_a_time_that_was_over_before_still_reads(self, talk: Talk) -> None:
        talk.say(b"hi")
        async with talk.follow(timeout=-1) as follower:
            assert await follower.payloads(1) == [b"hi"]
            assert await follower.entries() == []


class TestRefusals:
    async def test_others_may_not(self, talk: Talk) -> None:
        other = Identity.generate()
        talk.server.add_executor(talk.colony, other, "other")
        async with talk.follow(other) as follower:
            refusal = await follower.refusal()
        assert (refusal.status, refusal.message) == (403, "Not authorized to subscribe to channel")

    async def test_outsiders_cannot_tell_what_exists(self, talk: Talk) -> None:
        nothing = Talk(talk.server, talk.colony, talk.process.model_copy(update={"process_id": "0" * 64}))
        for outsider in (Identity.generate(), talk.colony.owner, talk.server.server_owner):
            refusals = []
            for place in (talk, nothing):
                async with place.follow(outsider) as follower:
                    refusals.append(await follower.refusal())
            assert refusals[0] == refusals[1]
            assert refusals[0].status == 403

    async def test_what_does_not_exist(self, talk: Talk) -> None:
        async with Talk(talk.server, talk.colony, talk.process, "undeclared").follow() as follower:
            refusal = await follower.refusal()
        assert (refusal.status, refusal.message) == (404, "Channel not found")
        talk.close()
        async with talk.follow() as follower:
            assert (await follower.refusal()).status == 404

    async def test_who_loses_the_process_hears_no_more(self, talk: Talk) -> None:
        async with talk.follow(talk.colony.executor) as follower:
            await asyncio.to_thread(talk.say, b"hi")
            assert await follower.payloads(1) == [b"hi"]
            remove = messages.RemoveExecutor(colony_name=talk.colony.name, executor_name=talk.colony.executor_name)
            await asyncio.to_thread(talk.server.send, remove, talk.colony.owner)
            assert (await follower.refusal()).status == 403
