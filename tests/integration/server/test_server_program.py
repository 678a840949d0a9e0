"""The program: starting, saying where it is, stopping, keys, and what an operator reads when it cannot start."""

import asyncio
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import httpx
import psutil
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from colonysdk import messages
from colonysdk.client import ColonyClient
from colonysdk.envelope import encode_request
from colonysdk.errors import Refused
from colonysdk.identity import Identity
from colonysdk.objects import Conditions, Executor, ExecutorState, FunctionSpec, ProcessState
from tests.support.server import ColonyKeys, RunningServer
from tests.support.specifications import start, submit

_PROGRAM = str(Path(sys.executable).with_name("colony-server"))


def _run(
    *arguments: str, environment: Mapping[str, str] | None = None, stdin: str = ""
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [_PROGRAM, *arguments],
        env={**os.environ, **(environment or {})},
        input=stdin,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


class TestStart:
    def test_the_ready_file_says_where_the_server_is(self, tmp_path: Path) -> None:
        with RunningServer(tmp_path) as server:
            ready = json.loads((tmp_path / "ready.json").read_text())
            assert ready["url"] == server.url
            assert ready["pid"] == server.pid
            assert ready["version"]
            assert httpx.get(f"{ready['url']}/ready").status_code == 200
            assert [path.name for path in tmp_path.glob(".ready*")] == []

    def test_settings_from_the_environment(self, tmp_path: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        ready_file = tmp_path / "ready.json"
        environment = {
            "COLONIES_SERVER_PORT": str(port),
            "COLONIES_SERVER_DATABASE": str(tmp_path / "by-path.db"),
            "COLONIES_SERVER_LOG_FORMAT": "json",
            "BUILD_VERSION": "v-test",
        }
        process = subprocess.Popen(
            [_PROGRAM, "start", "--ready-file", str(ready_file)],
            env={**os.environ, **environment},
            stderr=subprocess.PIPE,
        )
        with process:
            assert process.stderr is not None
            try:
                events = [json.loads(process.stderr.readline()) for _ in range(2)]
                assert [event["level"] for event in events] == ["warning", "info"]
                assert "COLONIES_SERVER_ID" in events[0]["event"]
                assert events[1]["url"] == f"http://127.0.0.1:{port}"
                assert (tmp_path / "by-path.db").exists()
                reply = httpx.post(f"http://127.0.0.1:{port}/api", content=b'{"payloadtype":"getserverinfomsg"}')
                assert reply.status_code == 200
            finally:
                process.send_signal(signal.SIGINT)
            assert process.wait(timeout=15) == 0

    def test_the_first_owner_stays(self, tmp_path: Path) -> None:
        with RunningServer(tmp_path) as server:
            owner = server.server_owner
            server.kill()
            server.server_owner = Identity.generate()
            server.start()
            assert server.send(messages.GetColonies(), owner) == []
            with pytest.raises(Refused):
                server.send(messages.GetColonies(), server.server_owner)
            assert "COLONIES_SERVER_ID is not the owner" in server.log

    def test_everything_is_there_after_a_restart(self, tmp_path: Path) -> None:
        with RunningServer(tmp_path) as server:
            colony = server.new_colony()
            server.send(messages.PauseAssignments(colony_name=colony.name), colony.owner)
            assert server.stop() == 0
            server.start()
            status = server.send(messages.GetPauseStatus(colony_name=colony.name), colony.user)
            assert status.is_paused
            assert len(server.send(messages.GetExecutors(colony_name=colony.name), colony.user)) == 1

    def test_executors_may_register_again_where_the_operator_allows_it(self, tmp_path: Path) -> None:
        with RunningServer(tmp_path, {"COLONIES_ALLOW_EXECUTOR_REREGISTER": "true"}) as server:
            colony = server.new_colony()
            process = start(server, colony).process_id
            successor = Identity.generate()
            executor = Executor(
                colony_name=colony.name,
                executor_name="worker",
                executor_type=colony.executor_type,
                executor_id=successor.id,
            )
            added = server.send(messages.AddExecutor(executor=executor), colony.owner)
            assert added.state is ExecutorState.PENDING
            again = server.send(messages.GetProcess(process_id=process), colony.user)
            assert (again.state, again.retries) == (ProcessState.WAITING, 0)
            with pytest.raises(Refused):
                server.send(messages.GetProcess(process_id=process), colony.executor)

    def test_silent_executors_are_unregistered(self, tmp_path: Path) -> None:
        settings = {"COLONIES_STALE_EXECUTOR_DURATION": "1", "COLONIES_CLEANUP_INTERVAL": "1"}
        with RunningServer(tmp_path, settings) as server:
            colony = server.new_colony()
            server.send(messages.GetFunctions(colony_name=colony.name), colony.executor)
            assert asyncio.run(_state_soon(colony, ExecutorState.UNREGISTERED))


class TestCannotStart:
    def test_the_address_is_in_use(self, tmp_path: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            result = _run("start", "--port", str(port), "--database", str(tmp_path / "c.db"))
        assert result.returncode == 1
        assert result.stderr == (
            f"colony-server: cannot listen on 127.0.0.1:{port}: Address already in use; "
            "stop what uses it or choose another --host or --port\n"
        )

    def test_no_such_host(self, tmp_path: Path) -> None:
        result = _run("start", "--host", "no.such.host.invalid", "--database", str(tmp_path / "c.db"))
        assert result.returncode == 1
        assert result.stderr.startswith("colony-server: cannot listen on no.such.host.invalid: ")
        assert result.stderr.count("\n") == 1

    def test_the_database_belongs_to_another_server(self, tmp_path: Path) -> None:
        with RunningServer(tmp_path) as server:
            result = _run("start", "--port", "0", "--database", str(server.database))
            assert result.returncode == 1
            assert f"in use by another server (process {server.pid})" in result.stderr
            assert result.stderr.count("\n") == 1

    @pytest.mark.parametrize("database", ["postgresql://user:secret@host/colony", "/dev/null/colony.db", "nonsense://"])
    def test_unusable_databases(self, database: str) -> None:
        result = _run("start", "--port", "0", "--database", database)
        assert result.returncode == 1
        assert result.stderr.startswith("colony-server: ")
        assert result.stderr.count("\n") == 1
        assert "secret" not in result.stderr

    def test_a_file_that_is_no_database(self, tmp_path: Path) -> None:
        (tmp_path / "c.db").write_text("this is not a database at all" * 100)
        result = _run("start", "--port", "0", "--database", str(tmp_path / "c.db"))
        assert result.returncode == 1
        assert "Traceback" not in result.stderr
        assert str(tmp_path / "c.db") in result.stderr

    def test_an_unusable_ready_file(self, tmp_path: Path) -> None:
        missing = tmp_path / "missing" / "ready.json"
        result = _run("start", "--port", "0", "--database", str(tmp_path / "c.db"), "--ready-file", str(missing))
        assert result.returncode == 1
        assert result.stderr.endswith(
            f"colony-server: cannot write the ready file {missing}: No such file or directory\n"
        )
        assert "Traceback" not in result.stderr

    def test_unusable_settings(self) -> None:
        result = _run("start", "--port", "70000", environment={"COLONIES_SERVER_ID": "short"})
        assert result.returncode == 1
        assert "COLONIES_SERVER_PORT" in result.stderr
        assert "COLONIES_SERVER_ID" in result.stderr


class TestStop:
    async def test_everybody_who_waits_is_answered(self, tmp_path: Path) -> None:
        with RunningServer(tmp_path) as server:
            colony = server.new_colony()
            process = submit(server, colony, executor_type="somebody-else").process_id
            async with contextlib.AsyncExitStack() as stack:
                workers = [await stack.enter_async_context(colony.client(colony.executor)) for _ in range(20)]
                polls = [asyncio.create_task(_refused(worker)) for worker in workers]
                address = f"{server.url.replace('http', 'ws', 1)}/pubsub"
                listener = await stack.enter_async_context(connect(address, ping_interval=None))
                await listener.send(_subscription(process, colony))
                await server.until_counted("parked_polls", 20)
                await server.until_counted("subscriptions", 1)
                stopping = asyncio.create_task(asyncio.to_thread(server.stop))
                assert await asyncio.gather(*polls) == [404] * 20
                with pytest.raises(ConnectionClosed):
                    await listener.recv()
                assert await stopping == 0
            assert "Traceback" not in server.log

    async def test_work_in_progress_is_acknowledged_or_refused(self, tmp_path: Path) -> None:
        with RunningServer(tmp_path) as server:
            colony = server.new_colony()
            acknowledged: list[str] = []

            async def submit(client: ColonyClient) -> None:
                conditions = Conditions(executor_type="nobody")
                with contextlib.suppress(Exception):
                    while True:
                        acknowledged.append((await client.submit(FunctionSpec(conditions=conditions))).process_id)

            async with contextlib.AsyncExitStack() as stack:
                clients = [await stack.enter_async_context(colony.client()) for _ in range(8)]
                submitting = [asyncio.create_task(submit(client)) for client in clients]
                while len(acknowledged) < 50:
                    await asyncio.sleep(0.001)
                assert await asyncio.to_thread(server.stop) == 0
                await asyncio.gather(*submitting)
            server.start()
            async with colony.client() as client:
                stored = await client.process_history(3600, ProcessState.WAITING)
            assert {process.process_id for process in stored} >= set(acknowledged)
            assert "Traceback" not in server.log

    def test_idle_connections_do_not_hold_it_up(self, tmp_path: Path) -> None:
        with RunningServer(tmp_path) as server, httpx.Client(base_url=server.url) as client:
            client.get("/health")
            with socket.create_connection(("127.0.0.1", server.port)) as silent:
                silent.sendall(b"POST /api HTTP/1.1\r\ncontent-length: 1000\r\n\r\n")
                client.get("/health")
                assert server.stop() == 0
            assert "Traceback" not in server.log

    def test_nothing_is_left_of_it(self, tmp_path: Path) -> None:
        with RunningServer(tmp_path) as server:
            pid = server.pid
            assert server.stop() == 0
            assert not psutil.pid_exists(pid)
            assert server.log.rstrip().endswith("event=stopped")
            server.start()


class TestKeys:
    def test_generate_shows_both(self) -> None:
        shown = dict(line.split() for line in _run("keys", "generate").stdout.splitlines())
        assert Identity.from_hex(shown["PrvKey:"]).id == shown["Id:"]

    def test_generate_into_a_file(self, tmp_path: Path) -> None:
        file = tmp_path / "owner.key"
        result = _run("keys", "generate", "--file", str(file))
        identity = Identity.read(file)
        assert result.stdout == f"{identity.id}\n"
        assert file.stat().st_mode & 0o777 == 0o600
        again = _run("keys", "generate", "--file", str(file))
        assert again.returncode == 1
        assert Identity.read(file).id == identity.id

    def test_id(self, tmp_path: Path) -> None:
        identity = Identity.generate()
        file = tmp_path / "own.key"
        identity.write(file)
        assert _run("keys", "id", str(file)).stdout == f"{identity.id}\n"
        assert _run("keys", "id", "-", stdin=identity.private_hex()).stdout == f"{identity.id}\n"

    def test_id_of_what_is_no_key(self, tmp_path: Path) -> None:
        secret = Identity.generate().private_hex()[:-1]
        result = _run("keys", "id", "-", stdin=secret)
        assert result.returncode == 1
        assert secret not in result.stderr
        assert _run("keys", "id", str(tmp_path / "missing")).returncode == 1


def test_no_secrets_in_the_log(tmp_path: Path) -> None:
    with RunningServer(tmp_path, {"COLONIES_SERVER_LOG_LEVEL": "debug"}) as server:
        colony = server.new_colony()
        submit(server, colony, env={"TOKEN": "very-secret"})
        server.post(b"garbage very-secret")
        assert server.stop() == 0
        for secret in ("very-secret", colony.user.private_hex(), server.server_owner.private_hex()):
            assert secret not in server.log


def _subscription(process_id: str, colony: ColonyKeys) -> bytes:
    message = messages.SubscribeProcess(process_id=process_id, state=2, timeout=60)
    return encode_request(message.payload_type, message.encode(), colony.user)


async def _refused(worker: ColonyClient) -> int:
    """The status that a long poll ends with."""
    message = messages.AssignProcess(colony_name=worker.colony_name, timeout=60)
    with pytest.raises(Refused) as caught:
        await worker.send(message)
    return caught.value.status


async def _state_soon(colony: ColonyKeys, state: ExecutorState) -> bool:
    async with colony.client() as client, asyncio.timeout(20):
        while (await client.executor("worker")).state is not state:
            await asyncio.sleep(0.1)
    return True
