"""Subscriptions on /pubsub: events of processes, for members of their colony only."""

import asyncio
import json
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from colonysdk import messages
from colonysdk.envelope import ReplyEnvelope, decode_reply, encode_request
from colonysdk.identity import Identity
from colonysdk.messages import Message
from colonysdk.objects import Failure, Process, ProcessState
from tests.support.server import ColonyKeys, RunningServer
from tests.support.specifications import submit

_SOON = 10


def _open(server: RunningServer) -> connect:
    return connect(f"{server.url.replace('http', 'ws', 1)}/pubsub", ping_interval=None)


async def _subscribe(socket: ClientConnection, message: Message[Any], identity: Identity) -> None:
    await socket.send(encode_request(message.payload_type, message.encode(), identity).decode())


async def _frame(socket: ClientConnection) -> ReplyEnvelope:
    async with asyncio.timeout(_SOON):
        frame = await socket.recv()
    return decode_reply(frame if isinstance(frame, bytes) else frame.encode())


async def _event(socket: ClientConnection) -> Process:
    reply = await _frame(socket)
    assert (reply.payload_type, reply.error) == ("subscribeprocessmsg", False)
    return Process.from_json(reply.payload_json)


async def _refusal(socket: ClientConnection) -> Failure:
    """The error frame that comes before the connection closes."""
    reply = await _frame(socket)
    assert (reply.payload_type, reply.error) == ("error", True)
    with pytest.raises(ConnectionClosed):
        async with asyncio.timeout(_SOON):
            await socket.recv()
    return Failure.from_json(reply.payload_json)


def _assign(server: RunningServer, colony: ColonyKeys) -> Process:
    return server.send(messages.AssignProcess(colony_name=colony.name, timeout=-1), colony.executor)


def _of(process: Process, state: ProcessState, timeout: int = 30) -> messages.SubscribeProcess:
    return messages.SubscribeProcess(process_id=process.process_id, state=int(state), timeout=timeout)


class TestOneProcess:
    async def test_it_is_told_when_the_state_comes(self, server: RunningServer, colony: ColonyKeys) -> None:
        process = submit(server, colony)
        async with _open(server) as socket:
            await _subscribe(socket, _of(process, ProcessState.RUNNING), colony.user)
            await _subscribe(socket, _of(process, ProcessState.SUCCESS), colony.user)
            await server.until_counted("subscriptions", 2)
            _assign(server, colony)
            assert (await _event(socket)).state is ProcessState.RUNNING
            close = messages.CloseSuccessful(process_id=process.process_id, output=[1])
            server.send(close, colony.executor)
            done = await _event(socket)
            assert (done.process_id, done.state, done.output) == (process.process_id, ProcessState.SUCCESS, [1])

    async def test_it_is_told_at_once_when_the_state_is_there(self, server: RunningServer, colony: ColonyKeys) -> None:
        process = submit(server, colony)
        async with _open(server) as socket:
            await _subscribe(socket, _of(process, ProcessState.WAITING), colony.executor)
            assert (await _event(socket)).process_id == process.process_id

    async def test_the_executor_type_does_not_matter(self, server: RunningServer, colony: ColonyKeys) -> None:
        process = submit(server, colony)
        message = _of(process, ProcessState.WAITING).model_copy(update={"executor_type": "another"})
        async with _open(server) as socket:
            await _subscribe(socket, message, colony.user)
            assert (await _event(socket)).process_id == process.process_id

    async def test_binary_frames_are_answered_by_binary_ones(self, server: RunningServer, colony: ColonyKeys) -> None:
        process = submit(server, colony)
        message = _of(process, ProcessState.WAITING)
        async with _open(server) as socket:
            await socket.send(encode_request(message.payload_type, message.encode(), colony.user))
            assert isinstance(await socket.recv(), bytes)

    @pytest.mark.parametrize("timeout", [1, 0, -5])
    async def test_the_connection_ends_with_its_time(
        self, server: RunningServer, colony: ColonyKeys, timeout: int
    ) -> None:
        process = submit(server, colony)
        begin = time.monotonic()
        async with _open(server) as socket:
            await _subscribe(socket, _of(process, ProcessState.SUCCESS, timeout), colony.user)
            with pytest.raises(ConnectionClosed):
                await socket.recv()
            assert socket.close_code == 1000
        assert max(timeout, 0) <= time.monotonic() - begin < _SOON

    async def test_every_submit_gets_its_event(self, server: RunningServer, colony: ColonyKeys) -> None:
        """Subscriptions race with what they wait for; none is missed, none told twice."""
        for _ in range(10):
            process = submit(server, colony)
            async with _open(server) as socket:
                cancel = messages.CancelProcess(process_id=process.process_id)
                await asyncio.gather(
                    _subscribe(socket, _of(process, ProcessState.CANCELLED, 2), colony.user),
                    asyncio.to_thread(server.send, cancel, colony.user),
                )
                assert (await _event(socket)).state is ProcessState.CANCELLED


class TestAllOfAColony:
    async def test_members_hear_of_every_process(self, server: RunningServer, colony: ColonyKeys) -> None:
        message = messages.SubscribeProcesses(
            colony_name=colony.name, executor_type=colony.executor_type, state=0, timeout=30
        )
        elsewhere = server.new_colony()
        async with _open(server) as first, _open(server) as second:
            await _subscribe(first, message, colony.user)
            await _subscribe(second, message, colony.executor)
            await server.until_counted("subscriptions", 2)
            submit(server, elsewhere)
            submit(server, colony, executor_type="another-type")
            submitted = [submit(server, colony).process_id for _ in range(3)]
            for socket in (first, second):
                assert [(await _event(socket)).process_id for _ in range(3)] == submitted

    async def test_listeners_take_nothing_from_executors(self, server: RunningServer, colony: ColonyKeys) -> None:
        message = messages.SubscribeProcesses(
            colony_name=colony.name, executor_type=colony.executor_type, state=0, timeout=30
        )
        async with _open(server) as socket, colony.client(colony.executor) as worker:
            await _subscribe(socket, message, colony.user)
            await server.until_counted("subscriptions", 1)
            assigning = asyncio.create_task(worker.assign(10))
            process = await asyncio.to_thread(submit, server, colony)
            assigned = await assigning
            assert assigned is not None
            assert assigned.process_id == process.process_id
            assert (await _event(socket)).process_id == process.process_id

    async def test_who_is_removed_hears_no_more(self, server: RunningServer, colony: ColonyKeys) -> None:
        message = messages.SubscribeProcesses(colony_name=colony.name, state=0, timeout=30)
        async with _open(server) as socket:
            await _subscribe(socket, message, colony.executor)
            await server.until_counted("subscriptions", 1)
            rejection = messages.RejectExecutor(colony_name=colony.name, executor_name="worker")
            server.send(rejection, colony.owner)
            submit(server, colony)
            assert (await _refusal(socket)).status == 403


class TestRefusals:
    async def test_outsiders_cannot_tell_what_exists(self, server: RunningServer, colony: ColonyKeys) -> None:
        process = submit(server, colony)
        outsiders = [server.new_colony().user, colony.owner, server.server_owner, Identity.generate()]
        for process_id in (process.process_id, "0" * 64):
            for outsider in outsiders:
                message = messages.SubscribeProcess(process_id=process_id, state=0, timeout=5)
                async with _open(server) as socket:
                    await _subscribe(socket, message, outsider)
                    failure = await _refusal(socket)
                assert (failure.status, failure.message) == (403, f"Invalid process with Id <{process_id}>")

    async def test_a_colony_is_for_its_members(self, server: RunningServer, colony: ColonyKeys) -> None:
        message = messages.SubscribeProcesses(colony_name=colony.name, state=0, timeout=5)
        for outsider in (server.new_colony().executor, colony.owner, Identity.generate()):
            async with _open(server) as socket:
                await _subscribe(socket, message, outsider)
                failure = await _refusal(socket)
            assert failure.message == f"Access denied, not a member of Colony with name <{colony.name}>"

    @pytest.mark.parametrize(
        ("frame", "status"),
        [
            (lambda _key: "", 400),
            (lambda _key: "null", 400),
            (lambda _key: "{}", 403),
            (lambda key: encode_request("getprocessmsg", b"{}", key), 403),
            (lambda key: encode_request("channelreadmsg", b"{}", key), 403),
            (lambda key: encode_request("subscribeprocessmsg", b"[]", key), 400),
            (lambda key: encode_request("subscribeprocessmsg", b'{"msgtype":"subscribeprocessesmsg"}', key), 400),
            (lambda key: _message({"state": "2"}, key), 400),
            (lambda key: _message({"state": 7}, key), 403),
            (lambda key: _message({"timeout": 2**70}, key), 400),
            (lambda key: json.dumps(json.loads(_message({}, key)) | {"signature": "ab"}), 403),
        ],
    )
    async def test_what_cannot_be_accepted(
        self,
        server: RunningServer,
        colony: ColonyKeys,
        frame: Callable[[Identity], str | bytes],
        status: int,
    ) -> None:
        async with _open(server) as socket:
            await socket.send(frame(colony.user))
            assert (await _refusal(socket)).status == status

    async def test_frames_are_small(self, server: RunningServer) -> None:
        async with _open(server) as socket:
            # The server may hang up before it has taken all of it.
            with suppress(ConnectionClosed):
                await socket.send("x" * 1_000_000)
            with pytest.raises(ConnectionClosed):
                await socket.recv()
            assert socket.close_code == 1009

    async def test_text_that_is_no_text(self, server: RunningServer) -> None:
        async with _open(server) as socket:
            await socket.send(b"\xff\xfe", text=True)
            with pytest.raises(ConnectionClosed):
                await socket.recv()
            assert socket.close_code == 1007

    async def test_a_connection_has_so_many_subscriptions(self, server: RunningServer, colony: ColonyKeys) -> None:
        process = submit(server, colony)
        async with _open(server) as socket:
            for _ in range(101):
                await _subscribe(socket, _of(process, ProcessState.SUCCESS), colony.user)
            assert (await _refusal(socket)).status == 403


def _message(fields: dict[str, object], identity: Identity) -> bytes:
    message = json.dumps({"msgtype": "subscribeprocessmsg", **fields}).encode()
    return encode_request("subscribeprocessmsg", message, identity)
