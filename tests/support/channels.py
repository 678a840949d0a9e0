"""Channels over a real server: a running process with a channel, and its submitter's and executor's side of it."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

from colonysdk import messages
from colonysdk.envelope import decode_reply, encode_request
from colonysdk.identity import Identity
from colonysdk.objects import ChannelEntry, Conditions, Failure, FunctionSpec, Process
from tests.support.server import ColonyKeys, RunningServer

SOON_SECONDS = 20


@dataclass(frozen=True)
class Talk:
    """The channel "talk" of one process."""

    server: RunningServer
    colony: ColonyKeys
    process: Process
    name: str = "talk"

    @classmethod
    def submit(cls, server: RunningServer, colony: ColonyKeys, channels: Sequence[str] = ("talk",)) -> "Talk":
        """Submit a process that waits."""
        conditions = Conditions(colony_name=colony.name, executor_type=colony.executor_type)
        spec = FunctionSpec(conditions=conditions, channels=[*channels])
        return cls(server, colony, server.send(messages.SubmitFunctionSpec(spec=spec), colony.user))

    @classmethod
    def begin(cls, server: RunningServer, colony: ColonyKeys) -> "Talk":
        """Submit a process and let the colony's executor run it."""
        talk = cls.submit(server, colony)
        talk.assign()
        return talk

    def assign(self) -> None:
        """Let the colony's executor run the process."""
        assign = messages.AssignProcess(colony_name=self.colony.name, timeout=-1)
        assert self.server.send(assign, self.colony.executor).process_id == self.process.process_id

    def say(self, payload: bytes, identity: Identity | None = None, sequence: int = 0, **fields: Any) -> None:
        """Append an entry, as the submitter unless said otherwise."""
        message = messages.AppendToChannel(
            process_id=self.process.process_id, name=self.name, payload=payload, sequence=sequence, **fields
        )
        self.server.send(message, identity or self.colony.user)

    def read(self, identity: Identity | None = None, after: int = 0, limit: int = 0) -> list[ChannelEntry]:
        """Read entries, as the submitter unless said otherwise."""
        message = messages.ReadChannel(process_id=self.process.process_id, name=self.name, after_seq=after, limit=limit)
        return self.server.send(message, identity or self.colony.user)

    def payloads(self, identity: Identity | None = None) -> list[bytes | None]:
        """What was said so far."""
        return [entry.payload for entry in self.read(identity)]

    def close(self) -> None:
        """End the process well."""
        self.server.send(messages.CloseSuccessful(process_id=self.process.process_id), self.colony.executor)

    @asynccontextmanager
    async def follow(
        self, identity: Identity | None = None, after: int = 0, timeout: int = 60
    ) -> AsyncIterator["Follower"]:
        """Subscribe, as the submitter unless said otherwise."""
        url = f"{self.server.url.replace('http', 'ws', 1)}/pubsub"
        async with connect(url, ping_interval=None, max_size=None) as socket:
            follower = Follower(socket)
            await follower.subscribe(self, identity or self.colony.user, after, timeout)
            yield follower


@dataclass(frozen=True)
class Follower:
    """One subscriber of a channel."""

    socket: ClientConnection

    async def subscribe(self, talk: Talk, identity: Identity, after: int = 0, timeout: int = 60) -> None:
        """Follow a channel on this connection."""
        message = messages.SubscribeChannel(
            process_id=talk.process.process_id, name=talk.name, after_seq=after, timeout=timeout
        )
        await self.socket.send(encode_request(message.payload_type, message.encode(), identity).decode())

    async def entries(self) -> list[ChannelEntry]:
        """The next frame."""
        async with asyncio.timeout(SOON_SECONDS):
            frame = await self.socket.recv(decode=False)
        reply = decode_reply(frame)
        assert (reply.payload_type, reply.error) == ("subscribechannelmsg", False)
        return messages.SubscribeChannel.decode_reply(reply.payload_json)

    async def payloads(self, count: int) -> list[bytes | None]:
        """What so many entries say, in however many frames they come."""
        payloads: list[bytes | None] = []
        while len(payloads) < count:
            payloads += [entry.payload for entry in await self.entries()]
        return payloads

    async def refusal(self) -> Failure:
        """The error that comes instead of entries."""
        async with asyncio.timeout(SOON_SECONDS):
            frame = await self.socket.recv(decode=False)
        reply = decode_reply(frame)
        assert reply.error
        return Failure.from_json(reply.payload_json)

    async def is_closed_well(self) -> bool:
        """Wait until the server closes the connection; whether it says that all is well."""
        async with asyncio.timeout(SOON_SECONDS):
            await self.socket.wait_closed()
        return self.socket.close_code == 1000
