"""A colony with one key of every role, and short ways to put things into it."""

from dataclasses import dataclass, field
from itertools import count
from typing import Any

from colonysdk.identity import Identity
from tests.support.protocol.answers import Answer, Post, ask

TYPE = "cli"
"""The type of the colony's executors."""
IDLE_TYPE = "nobody"
"""A type that no executor has, so that what asks for it stays in the queue."""
EXECUTOR_ROLES = ("executor", "another", "pending", "rejected", "removed")

_numbers = count()


class NotAnsweredError(AssertionError):
    """The server refused what the test needs."""


@dataclass
class World:
    """One colony on a server; `secret` is put into everything that is made in it."""

    post: Post
    server_owner: Identity
    secret: str = ""
    name: str = field(default_factory=lambda: f"colony-{Identity.generate().id[:12]}")
    roles: dict[str, Identity] = field(default_factory=dict)

    def __post_init__(self) -> None:
        roles = ("colony_owner", "user", *EXECUTOR_ROLES, "stranger")
        self.roles = {role: Identity.generate() for role in roles} | {"server_owner": self.server_owner}
        self.get("server_owner", "addcolonymsg", colony={"colonyid": self.id_of("colony_owner"), "name": self.name})
        self.get("colony_owner", "addusermsg", user=self.user("user"))
        for role in EXECUTOR_ROLES:
            self.get("colony_owner", "addexecutormsg", executor=self.executor(role))
        for role in ("executor", "another"):
            self.get("colony_owner", "approveexecutormsg", colonyname=self.name, executorname=role)
        self.get("colony_owner", "rejectexecutormsg", colonyname=self.name, executorname="rejected")
        self.get("colony_owner", "removeexecutormsg", colonyname=self.name, executorname="removed")

    def meet(self, foreign: "World") -> None:
        """Let the members of another colony be roles here."""
        for role, theirs in {"owner": "colony_owner", "user": "user", "executor": "executor"}.items():
            self.roles[f"foreign_{role}"] = foreign.roles[theirs]

    def id_of(self, role: str) -> str:
        """The identity of a role."""
        return self.roles[role].id

    def call(self, role: str, payload_type: str, fields: dict[str, Any]) -> Answer:
        """Send a message as a role."""
        return ask(self.post, self.roles[role], payload_type, fields)

    def get(self, role: str, payload_type: str, **fields: Any) -> Any:
        """Send a message that must be answered; the JSON of the reply."""
        answer = self.call(role, payload_type, fields)
        if answer.is_error:
            raise NotAnsweredError(f"{payload_type} as {role}: {answer.content.decode()}")
        return answer.value

    def user(self, role: str) -> dict[str, Any]:
        """A user whose name and key are those of a role, or a new one."""
        identity = self.roles.setdefault(role, Identity.generate())
        return {"colonyname": self.name, "userid": identity.id, "name": role, "email": self.secret, "phone": ""}

    def executor(self, role: str) -> dict[str, Any]:
        """An executor whose name and key are those of a role, or a new one."""
        identity = self.roles.setdefault(role, Identity.generate())
        names = {"executorid": identity.id, "executorname": role, "colonyname": self.name, "executortype": TYPE}
        return {**names, "capabilities": {"hardware": [{"model": self.secret}], "software": []}}

    def spec(self, executor_type: str = IDLE_TYPE, **fields: Any) -> dict[str, Any]:
        """A specification."""
        conditions = {"colonyname": self.name, "executortype": executor_type, "dependencies": []}
        known = {"funcname": "echo", "args": [f"hello {self.secret}"], "kwargs": {}, "maxexectime": -1}
        return {**known, "maxwaittime": -1, "env": {"NAME": self.secret}, "conditions": conditions, **fields}

    def workflow(self, executor_type: str = IDLE_TYPE) -> dict[str, Any]:
        """Two nodes, one after the other."""
        second = self.spec(executor_type, nodename="second")
        second["conditions"]["dependencies"] = ["first"]
        return {"colonyname": self.name, "functionspecs": [self.spec(executor_type, nodename="first"), second]}

    def unique(self, word: str) -> str:
        """A name that nothing has yet."""
        return f"{word}-{next(_numbers)}"

    def waiting(self, **fields: Any) -> str:
        """A process that stays in the queue; its id."""
        return str(self.get("user", "submitfuncspecmsg", spec=self.spec(**fields))["processid"])

    def running(self, **fields: Any) -> str:
        """A process that the executor runs; its id."""
        submitted = self.get("user", "submitfuncspecmsg", spec=self.spec(TYPE, **fields))["processid"]
        self._assign_until(submitted)
        return str(submitted)

    def finished(self) -> str:
        """A process that ended well; its id."""
        process_id = self.running()
        self.get("executor", "closesuccessfulmsg", processid=process_id, out=[self.secret])
        return process_id

    def graph(self) -> dict[str, Any]:
        """A workflow that stays in the queue."""
        graph: dict[str, Any] = self.get("user", "submitworkflowspecmsg", spec=self.workflow())
        return graph

    def running_graph(self) -> dict[str, Any]:
        """A workflow whose first node the executor runs."""
        graph: dict[str, Any] = self.get("user", "submitworkflowspecmsg", spec=self.workflow(TYPE))
        self._assign_until(graph["processids"][0])
        return graph

    def _assign_until(self, process_id: str) -> None:
        while True:
            process = self.get("executor", "assignprocessmsg", colonyname=self.name, timeout=-1)
            if process["processid"] == process_id:
                return
