"""Channels through clients: our own, and the unmodified pycolonies."""

import asyncio
from contextlib import aclosing
from typing import Any

import pytest
from pycolonies import Colonies, ColoniesError

from colonysdk.errors import Refused
from tests.support.channels import Talk
from tests.support.server import ColonyKeys, RunningServer


@pytest.fixture
def talk(server: RunningServer, colony: ColonyKeys) -> Talk:
    return Talk.begin(server, colony)


class TestOurs:
    async def test_both_sides(self, talk: Talk) -> None:
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

    async def test_the_time_is_over(self, talk: Talk) -> None:
        async with talk.colony.client() as client:
            entries = [entry async for entry in client.follow_channel(talk.process.process_id, "talk", 1)]
        assert entries == []

    async def test_refusals(self, talk: Talk) -> None:
        async with talk.colony.client() as client:
            with pytest.raises(Refused, match="Channel not found"):
                await anext(client.follow_channel(talk.process.process_id, "undeclared", 60))


class TestPycolonies:
    def test_append_and_read(self, talk: Talk) -> None:
        client, user, executor = _pycolonies(talk)
        process_id = talk.process.process_id
        client.channel_append(process_id, "talk", 1, "question", user)
        (question,) = client.channel_read(process_id, "talk", 0, 0, executor)
        assert (question["sequence"], question["payload"], question["type"]) == (1, b"question", "data")
        client.channel_append(process_id, "talk", 1, b"\x00\xff", executor, in_reply_to=1, payload_type="end")
        (answer,) = client.channel_read(process_id, "talk", 1, 10, user)
        assert (answer["inreplyto"], answer["payload"], answer["type"]) == (1, b"\x00\xff", "end")
        assert answer["senderid"] == talk.colony.executor.id

    def test_third_parties(self, talk: Talk) -> None:
        client, _, _ = _pycolonies(talk)
        with pytest.raises(Exception, match="Access denied"):
            client.channel_read(talk.process.process_id, "talk", 0, 0, talk.colony.owner.private_hex())

    async def test_subscribing_ends_with_the_process(self, talk: Talk) -> None:
        client, user, executor = _pycolonies(talk)
        process_id = talk.process.process_id
        client.channel_append(process_id, "talk", 1, "early", executor)
        heard = asyncio.Event()
        loop = asyncio.get_running_loop()
        payloads: list[bytes] = []

        def hear(entries: list[dict[str, Any]]) -> bool:
            payloads.extend(entry["payload"] for entry in entries)
            loop.call_soon_threadsafe(heard.set)
            return True

        subscribing = asyncio.to_thread(client.subscribe_channel, process_id, "talk", user, 0, 60, hear)
        subscription = asyncio.create_task(subscribing)
        await asyncio.wait_for(heard.wait(), 20)
        await asyncio.to_thread(client.channel_append, process_id, "talk", 2, "late", executor)
        await asyncio.to_thread(client.close, process_id, [], executor)
        await asyncio.wait_for(subscription, 20)
        assert payloads == [b"early", b"late"]

    def test_subscribing_ends_with_its_time(self, talk: Talk) -> None:
        client, user, executor = _pycolonies(talk)
        client.channel_append(talk.process.process_id, "talk", 1, "hi", executor)
        entries = client.subscribe_channel(talk.process.process_id, "talk", user, timeout=1)
        assert [entry["payload"] for entry in entries] == [b"hi"]

    def test_subscribing_to_nothing(self, talk: Talk) -> None:
        client, user, _ = _pycolonies(talk)
        with pytest.raises(ColoniesError, match="Channel not found"):
            client.subscribe_channel(talk.process.process_id, "undeclared", user)


def _pycolonies(talk: Talk) -> tuple[Colonies, str, str]:
    """The client, and the keys of submitter and executor."""
    client = Colonies("127.0.0.1", talk.server.port)
    return client, talk.colony.user.private_hex(), talk.colony.executor.private_hex()
