"""Limits: each has a refusal of its own, and who ends something can begin again."""

import asyncio
from collections.abc import Iterator

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from colonysdk import messages
from colonysdk.envelope import decode_reply, encode_request
from colonysdk.errors import Refused
from colonysdk.identity import Identity
from colonysdk.objects import Failure
from tests.support.server import ColonyKeys, RunningServer, running_server
from tests.support.specifications import specification, start, submit

_SOON_SECONDS = 20
_LIMITS = {
    "COLONIES_SERVER_REQUEST_LIMIT": "2000000",
    "COLONIES_SERVER_POLLS": "3",
    "COLONIES_SERVER_POLLS_PER_IDENTITY": "2",
    "COLONIES_SERVER_SOCKETS": "3",
    "COLONIES_SERVER_SOCKETS_PER_IDENTITY": "2",
    "COLONIES_SERVER_SUBSCRIPTIONS_PER_SOCKET": "2",
    "COLONIES_SERVER_PROCESS_LOG_ENTRIES": "3",
    "COLONIES_SERVER_PROCESS_LOG_SIZE": "1024",
}


@pytest.fixture(scope="module")
def narrow_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """A server with room for very little."""
    with running_server(tmp_path_factory.mktemp("narrow"), **_LIMITS) as running:
        yield running


@pytest.fixture
async def narrow(narrow_server: RunningServer) -> RunningServer:
    """The server when nobody waits there any more."""
    for gauge in ("parked_polls", "subscriptions"):
        await narrow_server.until_counted(gauge, 0)
    return narrow_server


@pytest.fixture
def colony(narrow: RunningServer) -> ColonyKeys:
    return narrow.new_colony()


class TestRequests:
    def test_large_ones(self, narrow: RunningServer, colony: ColonyKeys) -> None:
        assert narrow.send(_large(colony, 1_000_000), colony.user).process_id
        refusal = narrow.refusal(_large(colony, 2_000_000), colony.user)
        assert refusal == (413, "The request body is larger than 2000000 bytes")

    def test_large_ones_of_strangers(self, narrow: RunningServer, colony: ColonyKeys) -> None:
        assert narrow.refusal(_large(colony, 1_100_000), Identity.generate())[0] == 413
        assert narrow.refusal(_large(colony, 900_000), Identity.generate())[0] == 403


class TestLogs:
    _BOUNDS = "the log of a process holds at most 3 entries and 1024 bytes"

    @pytest.mark.parametrize("messages_that_fit", [["1", "2", "3"], ["x" * 1000], ["å" * 500, "x" * 24]])
    def test_a_full_log_says_so(self, narrow: RunningServer, colony: ColonyKeys, messages_that_fit: list[str]) -> None:
        process = start(narrow, colony)
        for text in messages_that_fit:
            narrow.send(messages.AddLog(process_id=process.process_id, message=text), colony.executor)
        for _ in range(2):
            too_much = messages.AddLog(process_id=process.process_id, message="x" * 25)
            assert narrow.refusal(too_much, colony.executor) == (413, f"Failed to add log, {self._BOUNDS}")
        logs = narrow.send(
            messages.GetLogs(colony_name=colony.name, process_id=process.process_id, count=100), colony.user
        )
        assert [log.message for log in logs] == [*messages_that_fit, f"\n[the log ends here: {self._BOUNDS}]\n"]

    def test_other_logs_go_on(self, narrow: RunningServer, colony: ColonyKeys) -> None:
        for _ in range(2):
            process = start(narrow, colony)
            for _ in range(3):
                narrow.send(messages.AddLog(process_id=process.process_id, message="x"), colony.executor)


class TestPolls:
    async def test_of_one_identity_and_in_all(self, narrow: RunningServer, colony: ColonyKeys) -> None:
        other = Identity.generate()
        narrow.add_executor(colony, other, "other")
        assign = messages.AssignProcess(colony_name=colony.name, timeout=1)
        async with colony.client(colony.executor) as worker, colony.client(other) as helper:
            mine = [asyncio.create_task(worker.assign(60)) for _ in range(2)]
            await narrow.until_counted("parked_polls", 2)
            with pytest.raises(Refused) as refused:
                await worker.assign(60)
            assert refused.value.status == 429
            assert "There are 2 calls that wait with this key" in refused.value.message
            helping = asyncio.create_task(helper.assign(60))
            await narrow.until_counted("parked_polls", 3)
            assert narrow.refusal(assign, other) == (
                503,
                "There are 3 calls that wait, more the server does not take; try again later",
            )
            # A seat that is left can be taken again.
            helping.cancel()
            await narrow.until_counted("parked_polls", 2)
            assert narrow.refusal(assign, other) == (404, "No process available for assignment")
            for poll in mine:
                poll.cancel()
            await asyncio.gather(*mine, helping, return_exceptions=True)


class TestSockets:
    async def test_of_one_identity(self, narrow: RunningServer, colony: ColonyKeys) -> None:
        async with _open(narrow) as first, _open(narrow) as second, _open(narrow) as third:
            for count, socket in enumerate((first, second), start=1):
                await _subscribe(socket, colony, colony.user)
                await narrow.until_counted("subscriptions", count)
            await _subscribe(third, colony, colony.user)
            refusal = await _refusal(third)
            assert refusal.status == 429
            assert "There are 2 connections to /pubsub with this key" in refusal.message
            await first.close()
            await narrow.until_counted("subscriptions", 1)
            async with _open(narrow) as again:
                await _subscribe(again, colony, colony.user, state=0)
                await narrow.until_counted("subscriptions", 2)
                submit(narrow, colony)
                assert not decode_reply(await _frame(again)).error

    async def test_in_all(self, narrow: RunningServer) -> None:
        async with _open(narrow), _open(narrow), _open(narrow), _open(narrow) as fourth:
            refusal = await _refusal(fourth)
        assert (refusal.status, fourth.close_code) == (503, 1013)

    async def test_subscriptions_of_one_connection(self, narrow: RunningServer, colony: ColonyKeys) -> None:
        async with _open(narrow) as socket:
            for _ in range(3):
                await _subscribe(socket, colony, colony.user)
            refusal = await _refusal(socket)
        assert refusal.message == "Failed to subscribe, there are 2 subscriptions on this connection"


def _large(colony: ColonyKeys, size: int) -> messages.SubmitFunctionSpec:
    return messages.SubmitFunctionSpec(spec=specification(colony, args=["x" * size]))


def _open(server: RunningServer) -> connect:
    return connect(f"{server.url.replace('http', 'ws', 1)}/pubsub", ping_interval=None)


async def _subscribe(socket: ClientConnection, colony: ColonyKeys, identity: Identity, state: int = 3) -> None:
    message = messages.SubscribeProcesses(colony_name=colony.name, state=state, timeout=60)
    await socket.send(encode_request(message.payload_type, message.encode(), identity).decode())


async def _frame(socket: ClientConnection) -> bytes:
    async with asyncio.timeout(_SOON_SECONDS):
        return await socket.recv(decode=False)


async def _refusal(socket: ClientConnection) -> Failure:
    reply = decode_reply(await _frame(socket))
    assert reply.error
    with pytest.raises(ConnectionClosed):
        await _frame(socket)
    return Failure.from_json(reply.payload_json)
