"""A real `colony-server` for tests: its own process, SQLite file and keys, stopped without leaving anything behind."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self, TypeVar
from uuid import uuid4

import httpx
import pytest

from colonysdk.client import ColonyClient
from colonysdk.envelope import ReplyEnvelope, decode_reply, encode_request
from colonysdk.errors import Refused
from colonysdk.identity import Identity
from colonysdk.messages import AddColony, AddExecutor, AddUser, ApproveExecutor, Message
from colonysdk.objects import Colony, Executor, Failure, User

ReplyT = TypeVar("ReplyT")

_START_SECONDS = 60.0
_STOP_SECONDS = 15.0
_COUNTED_SECONDS = 20.0
_PROGRAM = Path(sys.executable).with_name("colony-server")


@dataclass(frozen=True)
class ColonyKeys:
    """A colony on a running server, with one user and one approved executor."""

    url: str
    name: str
    owner: Identity
    user: Identity
    executor: Identity
    executor_name: str = "worker"
    executor_type: str = "container-executor"
    user_name: str = "alice"

    def client(self, identity: Identity | None = None) -> ColonyClient:
        """A client that signs as the user unless another identity is given; close it with `async with`."""
        return ColonyClient(self.url, identity or self.user, self.name, owner=self.owner)


@dataclass
class RunningServer:
    """`colony-server start` on a free port; `environment` adds settings, without a URL there is a SQLite file."""

    directory: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    database_url: str = ""
    server_owner: Identity = field(default_factory=Identity.generate)
    port: int = 0
    scheme: str = "http"
    _process: subprocess.Popen[bytes] | None = None
    _connections: httpx.Client | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.kill()

    @property
    def url(self) -> str:
        """The address of the server; the same after a restart."""
        return f"{self.scheme}://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        """The process id of the running server."""
        assert self._process is not None, "the server is not running"
        return self._process.pid

    @property
    def database(self) -> Path:
        """The SQLite file, where there is one."""
        return self.directory / "colony.db"

    @property
    def log(self) -> str:
        """Everything the server wrote to stderr, over all its starts."""
        return (self.directory / "server.log").read_text()

    def start(self) -> None:
        """Start the server and wait until it listens."""
        ready_file = self.directory / "ready.json"
        ready_file.unlink(missing_ok=True)
        command = [str(_PROGRAM), "start", "--host", "127.0.0.1", "--port", str(self.port)]
        command += ["--ready-file", str(ready_file)]
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("COLONIES_")}
        database = self.database_url or f"sqlite:///{self.database}"
        settings = {"COLONIES_SERVER_ID": self.server_owner.id, "COLONIES_SERVER_DATABASE": database}
        with (self.directory / "server.log").open("ab") as log:
            self._process = subprocess.Popen(
                command,
                env={**inherited, **settings, **self.environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        self._wait_until_ready(ready_file)
        address, _, port = json.loads(ready_file.read_text())["url"].rpartition(":")
        self.scheme, self.port = address.partition(":")[0], int(port)
        # Loading the certificate store would cost 40 ms, which a plain HTTP connection need not pay.
        self._connections = httpx.Client(verify=False, timeout=60)

    def kill(self) -> None:
        """Kill the server as a power cut would (SIGKILL)."""
        self._disconnect()
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def stop(self) -> int:
        """Stop the server gracefully (SIGTERM); its exit code."""
        assert self._process is not None, "the server is not running"
        self._disconnect()
        self._process.send_signal(signal.SIGTERM)
        code = self._process.wait(timeout=_STOP_SECONDS)
        self._process = None
        return code

    def restart(self) -> None:
        """Kill the server and start it again on the same port and database."""
        self.kill()
        self.start()

    def post(self, body: bytes) -> httpx.Response:
        """Send bytes to /api as they are."""
        return self._connected().post(f"{self.url}/api", content=body)

    def call(self, message: Message[ReplyT], identity: Identity | None) -> ReplyEnvelope:
        """Send a message and return the reply envelope, also of a refusal."""
        return decode_reply(self.post(encode_request(message.payload_type, message.encode(), identity)).content)

    def send(self, message: Message[ReplyT], identity: Identity | None) -> ReplyT:
        """Send a message and return its reply; raises Refused."""
        reply = self.call(message, identity)
        if reply.error:
            failure = Failure.from_json(reply.payload_json)
            raise Refused(failure.status, failure.message)
        return message.decode_reply(reply.payload_json)

    def refusal(self, message: Message[Any], identity: Identity | None) -> tuple[int, str]:
        """Send a message that must be refused; the status and the text."""
        with pytest.raises(Refused) as caught:
            self.send(message, identity)
        return caught.value.status, caught.value.message

    def metrics(self) -> str:
        """What the server counts about itself."""
        return self._connected().get(f"{self.url}/metrics").text

    async def until_counted(self, gauge: str, count: int) -> None:
        """Wait until the server counts exactly so many of something, as `parked_polls` or `subscriptions`."""
        async with asyncio.timeout(_COUNTED_SECONDS):
            while f"colony_server_{gauge} {count}\n" not in await asyncio.to_thread(self.metrics):
                await asyncio.sleep(0.01)

    def new_colony(self, executor_type: str = "container-executor") -> ColonyKeys:
        """Add a colony of its own to the server, with a user and an approved executor."""
        colony = ColonyKeys(
            url=self.url,
            name=f"colony-{uuid4().hex[:12]}",
            owner=Identity.generate(),
            user=Identity.generate(),
            executor=Identity.generate(),
            executor_type=executor_type,
        )
        self.send(AddColony(colony=Colony(colony_id=colony.owner.id, name=colony.name)), self.server_owner)
        user = User(colony_name=colony.name, user_id=colony.user.id, name=colony.user_name)
        self.send(AddUser(user=user), colony.owner)
        self.add_executor(colony, colony.executor, colony.executor_name)
        return colony

    def add_executor(
        self, colony: ColonyKeys, identity: Identity, name: str, *, executor_type: str = "", approve: bool = True
    ) -> Executor:
        """Add another executor to a colony; approved unless said otherwise."""
        executor = Executor(
            executor_id=identity.id,
            executor_type=executor_type or colony.executor_type,
            executor_name=name,
            colony_name=colony.name,
        )
        added = self.send(AddExecutor(executor=executor), colony.owner)
        if approve:
            self.send(ApproveExecutor(colony_name=colony.name, executor_name=name), colony.owner)
        return added

    def _connected(self) -> httpx.Client:
        assert self._connections is not None, "the server is not running"
        return self._connections

    def _disconnect(self) -> None:
        if self._connections is not None:
            self._connections.close()
            self._connections = None

    def _wait_until_ready(self, ready_file: Path) -> None:
        assert self._process is not None
        deadline = time.monotonic() + _START_SECONDS
        while not ready_file.exists():
            if self._process.poll() is not None:
                raise AssertionError(f"colony-server ended with {self._process.returncode}:\n{self.log}")
            if time.monotonic() > deadline:
                self.kill()
                raise AssertionError(f"colony-server was not ready after {_START_SECONDS:.0f} s:\n{self.log}")
            time.sleep(0.01)


@contextmanager
def running_server(directory: Path, **environment: str) -> Iterator[RunningServer]:
    """A server that runs for the length of the block, with further `COLONIES_*` settings."""
    with RunningServer(directory, environment) as server:
        yield server
