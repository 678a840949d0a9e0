"""HTTP around the protocol: paths, content types, cross-origin pages, limits, health, and polls whose client leaves."""

import asyncio
import contextlib
import json
import socket
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from colonysdk import messages
from colonysdk.envelope import decode_reply, encode_request
from colonysdk.identity import Identity
from colonysdk.objects import Conditions, Failure, FunctionSpec, ProcessState
from tests.support.server import ColonyKeys, RunningServer

_MEGABYTE = 1024 * 1024


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """A server that takes small requests only."""
    limit = {"COLONIES_SERVER_REQUEST_LIMIT": str(2 * _MEGABYTE)}
    with RunningServer(tmp_path_factory.mktemp("small"), limit) as running:
        yield running


class TestPaths:
    @pytest.mark.parametrize(
        ("method", "path"),
        [("GET", "/api"), ("PUT", "/api"), ("POST", "/"), ("GET", "/nothing"), ("POST", "/api/"), ("POST", "/health")],
    )
    def test_other_paths_and_methods(self, server: RunningServer, method: str, path: str) -> None:
        reply = httpx.request(method, server.url + path)
        assert (reply.status_code, reply.text) == (404, "404 page not found")

    def test_replies_are_plain_text_whatever_was_sent(self, server: RunningServer, colony: ColonyKeys) -> None:
        good = encode_request("getcolonymsg", messages.GetColony(colony_name=colony.name).encode(), colony.user)
        for body, status in ((good, 200), (b"{", 400)):
            for content_type in ("application/json", "text/plain", "application/x-www-form-urlencoded"):
                reply = httpx.post(f"{server.url}/api", content=body, headers={"content-type": content_type})
                assert reply.status_code == status
                assert reply.headers["content-type"] == "text/plain; charset=utf-8"
        assert "server" not in reply.headers

    def test_connections_are_kept_and_replies_come_in_one_piece(self, server: RunningServer) -> None:
        with socket.create_connection(("127.0.0.1", server.port)) as connection:
            for name, status in (("x", 400), ("transfer-encoding", 400), ("x", 400)):
                chunked = name == "transfer-encoding"
                sent = f"{name}: chunked\r\n\r\n1\r\n{{\r\n0\r\n\r\n" if chunked else "content-length: 1\r\n\r\n{"
                connection.sendall(f"POST /api HTTP/1.1\r\nhost: x\r\n{sent}".encode())
                assert _whole_reply(connection, in_one_piece=not chunked) == status

    def test_a_client_can_ask_for_the_end_of_the_connection(self, server: RunningServer) -> None:
        with socket.create_connection(("127.0.0.1", server.port)) as connection:
            head = "POST /api HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 1\r\n\r\n"
            connection.sendall(f"{head}{{".encode())
            reply = b"".join(iter(lambda: connection.recv(65536), b""))
        assert reply.startswith(b"HTTP/1.1 400 ")
        assert b"\r\nconnection: close\r\n" in reply

    def test_requests_sent_at_once_are_answered_in_order(self, server: RunningServer) -> None:
        bodies = [f'{{"payloadtype": "{name}", "payload": "", "signature": ""}}' for name in ("a", "b", "c", "d")]
        requests = [
            f"POST /api HTTP/1.1\r\nhost: x\r\ncontent-length: {len(body)}\r\n\r\n{body}" for body in (*bodies, "{")
        ]
        with socket.create_connection(("127.0.0.1", server.port)) as connection:
            connection.sendall("".join(requests).encode())
            assert [_status_of_next(connection) for _ in requests] == [403, 403, 403, 403, 400]

    def test_a_body_may_come_in_pieces(self, server: RunningServer, colony: ColonyKeys) -> None:
        body = encode_request("getcolonymsg", messages.GetColony(colony_name=colony.name).encode(), colony.user)
        with socket.create_connection(("127.0.0.1", server.port)) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection.sendall(f"POST /api HTTP/1.1\r\nhost: x\r\ncontent-length: {len(body)}\r\n\r\n".encode())
            for start in range(0, len(body), 100):
                connection.sendall(body[start : start + 100])
            assert _status_of_next(connection) == 200


class TestCrossOrigin:
    def test_any_origin_by_default(self, server: RunningServer) -> None:
        reply = httpx.post(f"{server.url}/api", content=b"{", headers={"origin": "https://example.org"})
        assert reply.headers["access-control-allow-origin"] == "*"
        assert "access-control-allow-credentials" not in reply.headers
        assert "access-control-allow-origin" not in httpx.post(f"{server.url}/api", content=b"{").headers
        own = httpx.get(f"{server.url}/health", headers={"origin": server.url})
        assert "access-control-allow-origin" not in own.headers

    def test_preflight(self, server: RunningServer) -> None:
        headers = {"origin": "https://example.org", "access-control-request-method": "POST"}
        reply = httpx.options(f"{server.url}/api", headers=headers)
        assert (reply.status_code, reply.content) == (204, b"")
        assert reply.headers["access-control-allow-methods"] == "GET,POST,PUT,PATCH,DELETE,HEAD,OPTIONS"
        assert reply.headers["access-control-allow-headers"] == "Origin,Content-Length,Content-Type"
        assert reply.headers["access-control-max-age"] == "43200"

    def test_chosen_origins_only(self, tmp_path: Path) -> None:
        with RunningServer(tmp_path, {"COLONIES_SERVER_ALLOWED_ORIGINS": "https://good.example"}) as server:
            good = httpx.options(f"{server.url}/api", headers={"origin": "https://good.example"})
            bad = httpx.options(f"{server.url}/api", headers={"origin": "https://bad.example"})
            assert (good.status_code, good.headers["access-control-allow-origin"]) == (204, "https://good.example")
            assert (bad.status_code, "access-control-allow-origin" in bad.headers) == (403, False)
            upgrade = {
                "origin": "https://bad.example",
                "connection": "upgrade",
                "upgrade": "websocket",
                "sec-websocket-version": "13",
                "sec-websocket-key": "x3JJHMbDL1EzLkh9GBhXDw==",
            }
            assert httpx.get(f"{server.url}/pubsub", headers=upgrade).status_code == 403


class TestLimits:
    def test_up_to_the_limit(self, small: RunningServer) -> None:
        assert _failure(small.post(b" " * (2 * _MEGABYTE))).status == 400
        assert _failure(small.post(b" " * (2 * _MEGABYTE + 1))).status == 413

    def test_without_an_announced_length(self, small: RunningServer) -> None:
        def chunks() -> Iterator[bytes]:
            for _ in range(100):
                yield b" " * (_MEGABYTE // 10)

        assert _failure(httpx.post(f"{small.url}/api", content=chunks())).status == 413

    def test_the_connection_goes_on_after_a_refusal(self, small: RunningServer) -> None:
        with httpx.Client(base_url=small.url) as client:
            assert client.post("/api", content=b" " * (3 * _MEGABYTE)).status_code == 413
            assert client.get("/health").status_code == 200

    def test_large_messages_pass(self, server: RunningServer, colony: ColonyKeys) -> None:
        conditions = Conditions(colony_name=colony.name, executor_type="nobody")
        spec = FunctionSpec(args=["x" * (5 * _MEGABYTE)], conditions=conditions)
        process = server.send(messages.SubmitFunctionSpec(spec=spec), colony.user)
        assert len(process.spec.args[0]) == 5 * _MEGABYTE

    def test_long_names_are_not_repeated_in_full(self, server: RunningServer, colony: ColonyKeys) -> None:
        body = encode_request("x" * 100_000, b"{}", colony.user)
        assert len(server.post(body).content) < 3000


class TestHealth:
    def test_healthy(self, server: RunningServer) -> None:
        health = httpx.get(f"{server.url}/health")
        assert (health.status_code, health.content) == (200, b"")
        assert httpx.get(f"{server.url}/ready").status_code == 200

    def test_metrics(self, server: RunningServer, colony: ColonyKeys) -> None:
        server.post(b"{")
        text = httpx.get(f"{server.url}/metrics").text
        assert "colony_server_database_up 1\n" in text
        assert 'colony_server_replies_total{payloadtype="addcolonymsg",status="200"}' in text
        assert 'colony_server_replies_total{payloadtype="unknown",status="400"}' in text
        assert colony.name not in text

    def test_unknown_types_share_one_counter(self, server: RunningServer, colony: ColonyKeys) -> None:
        server.post(encode_request("inventedmsg", b"{}", colony.user))
        assert "inventedmsg" not in httpx.get(f"{server.url}/metrics").text

    @pytest.mark.slow
    def test_not_healthy_without_the_database(self, tmp_path: Path) -> None:
        with RunningServer(tmp_path) as server:
            other = sqlite3.connect(server.database, isolation_level=None)
            other.execute("BEGIN IMMEDIATE")
            health = httpx.get(f"{server.url}/health", timeout=60)
            other.execute("ROLLBACK")
            other.close()
            assert health.status_code == 503
            assert httpx.get(f"{server.url}/health").status_code == 200


class TestLongPolls:
    async def test_who_leaves_takes_no_process(self, server: RunningServer, colony: ColonyKeys) -> None:
        assign = messages.AssignProcess(colony_name=colony.name, timeout=30)
        body = encode_request(assign.payload_type, assign.encode(), colony.executor)
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(b"POST /api HTTP/1.1\r\nhost: x\r\ncontent-length: %d\r\n\r\n%b" % (len(body), body))
        await server.until_counted("parked_polls", 1)
        writer.close()
        await server.until_counted("parked_polls", 0)
        conditions = Conditions(colony_name=colony.name, executor_type=colony.executor_type)
        async with colony.client() as alice, colony.client(colony.executor) as worker:
            submitted = await alice.submit(FunctionSpec(conditions=conditions))
            assert (await alice.process(submitted.process_id)).state is ProcessState.WAITING
            assigned = await worker.assign(1)
            assert assigned is not None
            assert assigned.process_id == submitted.process_id
        await writer.wait_closed()
        assert await reader.read() == b""

    async def test_a_pipelined_request_does_not_end_a_poll(self, server: RunningServer, colony: ColonyKeys) -> None:
        assign = messages.AssignProcess(colony_name=colony.name, timeout=2)
        body = encode_request(assign.payload_type, assign.encode(), colony.executor)
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(b"POST /api HTTP/1.1\r\nhost: x\r\ncontent-length: %d\r\n\r\n%b" % (len(body), body))
        writer.write(b"GET /health HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
        begin = time.monotonic()
        answers = await reader.read()
        assert time.monotonic() - begin >= 1.9
        assert answers.startswith(b"HTTP/1.1 404 Not Found")
        assert b"HTTP/1.1 200 OK" in answers
        writer.close()
        await writer.wait_closed()

    async def test_who_leaves_at_the_moment_of_assignment(self, server: RunningServer, colony: ColonyKeys) -> None:
        conditions = Conditions(colony_name=colony.name, executor_type=colony.executor_type)
        assign = messages.AssignProcess(colony_name=colony.name, timeout=30)
        body = encode_request(assign.payload_type, assign.encode(), colony.executor)
        async with colony.client() as alice, colony.client(colony.executor) as worker:
            for _ in range(10):
                _, writer = await asyncio.open_connection("127.0.0.1", server.port)
                writer.write(b"POST /api HTTP/1.1\r\nhost: x\r\ncontent-length: %d\r\n\r\n%b" % (len(body), body))
                await server.until_counted("parked_polls", 1)
                writer.transport.abort()
                submitted = await alice.submit(FunctionSpec(conditions=conditions))
                taken = await worker.assign(5)
                assert taken is not None
                assert taken.process_id == submitted.process_id
                with contextlib.suppress(ConnectionError):
                    await writer.wait_closed()


def _failure(reply: httpx.Response) -> Failure:
    envelope = decode_reply(reply.content)
    assert envelope.error
    failure = Failure.from_json(envelope.payload_json)
    assert failure.status == reply.status_code
    return failure


def test_the_envelope_is_what_clients_read(server: RunningServer) -> None:
    envelope = json.loads(server.post(b"null").content)
    assert list(envelope) == ["payloadtype", "payload", "error"]
    assert envelope["payloadtype"] == "error"
    assert envelope["error"] is True


def test_a_missing_object_is_named(server: RunningServer, colony: ColonyKeys) -> None:
    reply = server.post(encode_request("addusermsg", b'{"msgtype":"addusermsg"}', colony.owner))
    assert _failure(reply).message == "Failed to add user, user is nil"


def test_messages_are_named_in_refusals(server: RunningServer, colony: ColonyKeys) -> None:
    wrong_type = server.post(encode_request("addcolonymsg", b'{"msgtype":"addcolonymsg","colony":[]}', colony.owner))
    mismatch = server.post(encode_request("getusersmsg", b'{"msgtype":"getusermsg"}', Identity.generate()))
    assert _failure(wrong_type).message.startswith("Failed to add colony, invalid JSON")
    assert _failure(mismatch).message == "Failed to get users, msg.MsgType does not match payloadType"


def _whole_reply(connection: socket.socket, *, in_one_piece: bool) -> int:
    """The status of a reply, which may have come in one piece."""
    piece = connection.recv(65536)
    head, end, body = piece.partition(b"\r\n\r\n")
    assert end
    length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
    assert not in_one_piece or len(body) == length
    while len(body) < length:
        body += connection.recv(65536)
    return int(head[9:12])


def _status_of_next(connection: socket.socket) -> int:
    """The status of the next of several replies, which is read to its end."""
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        head += connection.recv(1)
    length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
    while length:
        length -= len(connection.recv(length))
    return int(head[9:12])
