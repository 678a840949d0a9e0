"""A colony as an independent client sees it: made and used by the unmodified pycolonies from the package index."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self
from uuid import uuid4

import pytest
from crypto import Crypto
from pycolonies import (
    Colonies,
    ColoniesConnectionError,
    ColoniesError,
    FuncSpec,
    Process,
    ProcessGraph,
    Workflow,
    func_spec,
)
from websockets.sync.client import connect

from colonysdk.envelope import encode_request
from colonysdk.identity import Identity
from tests.support.protocol.answers import Answer, ask, open_answer, post_to
from tests.support.server import RunningServer

WAITING, RUNNING, SUCCESS, FAILED, CANCELLED = range(5)
EXECUTOR_TYPE = "cli"
NOTHING = "No process available for assignment"
SOON_SECONDS = 10


@dataclass(frozen=True)
class Site:
    """A colony made by pycolonies, with the private key of each of its principals in hex."""

    server: RunningServer
    client: Colonies
    colony: str
    owner_key: str
    user_key: str
    executor_key: str

    @classmethod
    def make(cls, server: RunningServer) -> Self:
        """Add a colony with the user "alice" and the approved executor "worker"."""
        keys = {role: Crypto().prvkey() for role in ("owner_key", "user_key", "executor_key")}
        site = cls(server, Colonies("127.0.0.1", server.port), f"site-{uuid4().hex[:12]}", **keys)
        colony = {"colonyid": Crypto().id(site.owner_key), "name": site.colony}
        site.client.add_colony(colony, server.server_owner.private_hex())
        user = {"colonyname": site.colony, "userid": Crypto().id(site.user_key), "name": "alice"}
        site.client.add_user({**user, "email": "", "phone": ""}, site.owner_key)
        site.add_executor("worker", key=site.executor_key)
        return site

    def add_executor(self, name: str, *, key: str = "", approve: bool = True) -> str:
        """Add an executor; its key, a new one unless given."""
        key = key or Crypto().prvkey()
        executor = {
            "executorname": name,
            "executorid": Crypto().id(key),
            "colonyname": self.colony,
            "executortype": EXECUTOR_TYPE,
        }
        self.client.add_executor(executor, self.owner_key)
        if approve:
            self.client.approve_executor(self.colony, name, self.owner_key)
        return key

    def spec(self, executor_type: str = EXECUTOR_TYPE, **changes: Any) -> FuncSpec:
        """A specification without limits, changed as given."""
        spec = func_spec("echo", ["hi"], self.colony, executor_type, maxretries=0)
        return spec.model_copy(update=changes)

    def submit(self, executor_type: str = EXECUTOR_TYPE, **changes: Any) -> Process:
        """Submit a specification without limits, changed as given."""
        return self.client.submit_func_spec(self.spec(executor_type, **changes), self.user_key)

    def assign(self, key: str = "") -> Process:
        """Take the next process; it must be there or come soon."""
        return self.client.assign(self.colony, SOON_SECONDS, key or self.executor_key)

    def running(self, **changes: Any) -> Process:
        """A process that the executor runs."""
        submitted = self.submit(**changes)
        assigned = self.assign()
        assert assigned.processid == submitted.processid
        return assigned

    def process(self, process: Process) -> Process:
        """A process as it is now."""
        return self.client.get_process(process.processid, self.user_key)

    def listed(self, state: int) -> list[str]:
        """The ids of the processes in a state."""
        found = self.client.list_processes(self.colony, 100, state, self.user_key)
        return [process["processid"] for process in found or []]

    def workflow(self, nodes: Mapping[str, Sequence[str]]) -> Workflow:
        """A workflow whose members have the given names and dependencies."""
        workflow = Workflow(colonyname=self.colony)
        for name, dependencies in nodes.items():
            spec = self.spec(nodename=name)
            spec.conditions.dependencies = [*dependencies]
            workflow.functionspecs.append(spec)
        return workflow

    def submit_workflow(self, nodes: Mapping[str, Sequence[str]]) -> ProcessGraph:
        """Submit a workflow whose members have the given names and dependencies."""
        return self.client.submit_workflow(self.workflow(nodes), self.user_key)

    def send(self, payload_type: str, key: str, **fields: Any) -> Any:
        """Send a message for which pycolonies has no call; the JSON of the reply."""
        answer = self._ask(payload_type, key, fields)
        assert not answer.is_error, answer.content.decode()
        return answer.value

    def refusal(self, payload_type: str, key: str, **fields: Any) -> tuple[int, str]:
        """The status and the words with which a message is refused; pycolonies tells the words only."""
        answer = self._ask(payload_type, key, fields)
        assert answer.is_error, answer.content.decode()
        return answer.value["status"], answer.value["message"]

    def hear(self, process: Process, state: int) -> Process:
        """Subscribe as the user to one state of a process, and wait until the event comes."""
        message = {"processid": process.processid, "state": state, "timeout": SOON_SECONDS}
        text = json.dumps({**message, "msgtype": "subscribeprocessmsg"}).encode()
        with connect(f"ws://127.0.0.1:{self.server.port}/pubsub", ping_interval=None) as socket:
            socket.send(encode_request("subscribeprocessmsg", text, Identity.from_hex(self.user_key)).decode())
            event = open_answer(200, socket.recv(timeout=2 * SOON_SECONDS, decode=False))
        assert event.payload_type == "subscribeprocessmsg"
        return Process(**event.value)

    def _ask(self, payload_type: str, key: str, fields: Mapping[str, Any]) -> Answer:
        return ask(post_to(self.server), Identity.from_hex(key), payload_type, fields)


def error(call: Callable[..., Any], *arguments: Any, **keywords: Any) -> str:
    """The words with which pycolonies reports that a call was refused."""
    with pytest.raises((ColoniesConnectionError, ColoniesError)) as caught:
        call(*arguments, **keywords)
    return str(caught.value)
