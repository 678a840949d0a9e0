"""Channels through our client."""

from contextlib import aclosing

import pytest

from colonysdk.errors import Refused
from tests.support.channels import Talk
from tests.support.server import ColonyKeys, RunningServer


@pytest.fixture
def talk(server: RunningServer, colony: ColonyKeys) -> Talk:
    return Talk.begin(server, colony)


async def test_both_sides(talk: Talk) -> None:
    process_id, colony = talk.process.process_id, talk.colony
    async with colony.client() as submitter, colony.client(colony.executor) as executor:
        await submitter.append_to_channel(process_id, "talk", b"question", sequence=1)
        (question,) = await executor.read_channel(process_id, "talk")
        async with aclosing(executor.follow_channel(process_id, "talk", 60, after=1)) as heard:
            await submitter.append_to_channel(process_id, "talk", b"more", sequence=2)
            assert (await anext(heard)).payload == b"more"
        following = submitter.follow_channel(process_id, "talk", 60)
        assert [(await anext(following)).payload for _ in range(2)] == [b"question", b"more"]
        await executor.append_to_channel(
            process_id, "talk", b"answer", sequence=1, in_reply_to=question.sequence, entry_type="end"
        )
        await executor.close(process_id)
        assert [entry.payload async for entry in following] == [b"answer"]


async def test_the_time_is_over(talk: Talk) -> None:
    async with talk.colony.client() as client:
        entries = [entry async for entry in client.follow_channel(talk.process.process_id, "talk", 1)]
    assert entries == []


async def test_refusals(talk: Talk) -> None:
    async with talk.colony.client() as client:
        with pytest.raises(Refused, match="Channel not found"):
            await anext(client.follow_channel(talk.process.process_id, "undeclared", 60))
