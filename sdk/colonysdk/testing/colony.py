"""A colony in memory, with the switches that tests need."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from datetime import timedelta
from hashlib import sha3_256
from typing import Any, TypeVar, cast

from colonysdk import messages
from colonysdk.identity import Identity
from colonysdk.messages import Message, SubscribeProcess
from colonysdk.objects import Conditions, Executor, ExecutorState, FunctionSpec, Log, Process, User
from colonysdk.testing import annotations, listing, membership, submission, transitions, workers  # noqa: F401 - they register answers
from colonysdk.testing.access import require_member, require_process
from colonysdk.testing.answering import answer
from colonysdk.testing.assignment import assign
from colonysdk.testing.client import FakeClient
from colonysdk.testing.clock import Clock, FakeClock
from colonysdk.testing.records import Records
from colonysdk.testing.scripting import Scripting

ReplyT = TypeVar("ReplyT")


class FakeColony(Scripting):
    """One server with one colony, its owner, the user alice, and no executors.

    Time is the given clock's, ids are the same in every run. Clients come from `client`; the other methods change the
    colony behind their backs, without waiting and without checking who may.
    """

    def __init__(self, name: str = "dev", *, clock: Clock | None = None) -> None:
        super().__init__()
        self.name = name
        self.clock = clock or FakeClock()
        self.owner = self.identity("colony owner")
        self.server_owner = self.identity("server owner")
        self.records = Records(name, self.owner.id, self.server_owner.id, self.clock)
        self.add_user("alice")

    @property
    def paused(self) -> bool:
        """Whether the colony hands out no processes."""
        return self.records.paused

    @paused.setter
    def paused(self, paused: bool) -> None:
        self.records.paused = paused
        self.changed()

    def changed(self) -> None:
        """Wake everybody who waits for a change."""
        self.records.changes.announce()

    def advance(self, seconds: float) -> None:
        """Let time pass, with everything that becomes due; raises TypeError on a clock that moves by itself."""
        if not isinstance(self.clock, FakeClock):
            raise TypeError("only a FakeClock can be advanced")
        self.clock.advance(seconds)
        submission.expire(self.records)

    def identity(self, name: str) -> Identity:
        """The identity that goes with a name on this colony."""
        return Identity.from_hex(sha3_256(f"{self.name} {name}".encode()).hexdigest())

    def client(self, name: str = "alice", *, with_owner_key: bool = True) -> FakeClient:
        """A client that acts as the named user or executor, and as the colony's owner where that is needed."""
        return FakeClient(self, self.identity(name), owner=self.owner if with_owner_key else None)

    def add_user(self, name: str) -> Identity:
        """Add a user."""
        identity = self.identity(name)
        self.records.users[name] = User(
            colony_name=self.name, user_id=identity.id, name=name, email=f"{name}@example.org"
        )
        return identity

    def add_executor(
        self,
        name: str,
        executor_type: str = "container-executor",
        *,
        state: ExecutorState = ExecutorState.APPROVED,
        **fields: Any,
    ) -> Executor:
        """Add an executor, heard from just now unless `fields` say otherwise."""
        known: dict[str, Any] = {
            "executor_id": self.identity(name).id,
            "executor_type": executor_type,
            "executor_name": name,
            "colony_name": self.name,
            "state": state,
            "commission_time": self.clock.now(),
            "last_heard_from_time": self.clock.now(),
        }
        self.records.executors[name] = Executor(**(known | fields))
        return self.records.executors[name]

    def specification(
        self, function: str = "echo", executor_type: str = "container-executor", **fields: Any
    ) -> FunctionSpec:
        """A specification without limits for this colony; `conditions` in `fields` may hold more conditions."""
        conditions: Mapping[str, Any] = fields.pop("conditions", {})
        known: dict[str, Any] = {"func_name": function, "max_wait_time": -1, "max_exec_time": -1}
        return FunctionSpec(
            **(known | fields),
            conditions=Conditions(**({"colony_name": self.name, "executor_type": executor_type} | dict(conditions))),
        )

    def submit(self, spec: FunctionSpec | None = None, *, initiator: str = "alice") -> Process:
        """Add a waiting process."""
        wanted = spec or self.specification()
        return self.put(submission.new_process(self.records, wanted, self.identity(initiator).id, initiator))

    def start(self, process_id: str, executor_name: str) -> Process:
        """Assign a process to an executor."""
        executor = self.records.executors[executor_name]
        return self.put(transitions.assigned(self.process(process_id), executor, self.clock.now()))

    def close(self, process_id: str, output: Sequence[Any] = ()) -> Process:
        """End a process well."""
        return self.put(transitions.succeeded(self.process(process_id), output, self.clock.now()))

    def fail(self, process_id: str, *errors: str) -> Process:
        """End a process as failed."""
        return self.put(transitions.failed(self.process(process_id), errors, self.clock.now()))

    def cancel(self, process_id: str) -> Process:
        """Cancel a process."""
        return self.put(transitions.cancelled(self.process(process_id), self.clock.now()))

    def log(self, process_id: str, *lines: str) -> None:
        """Append lines to a process's log."""
        executor_id = self.process(process_id).assigned_executor_id
        executor = self.records.executor_with_id(executor_id)
        for line in lines:
            self.records.add_log(
                Log(
                    process_id=process_id,
                    colony_name=self.name,
                    executor_name=executor.executor_name if executor else "",
                    message=f"{line}\n",
                    timestamp=self.records.nanoseconds(),
                )
            )

    def put(self, process: Process) -> Process:
        """Add a process as it is, or replace the one with its id."""
        return self.records.put(process)

    def process(self, process_id: str) -> Process:
        """One process; raises Refused when there is none."""
        return require_process(self.records, process_id)

    async def answer(self, message: Message[ReplyT], caller: str) -> ReplyT:
        """Answer a message of the caller with this id; raises Unreachable or Refused."""
        await self.pass_through(message)
        submission.expire(self.records)
        if isinstance(message, messages.AssignProcess):
            return cast(ReplyT, await assign(self.records, caller, message))
        return cast(ReplyT, answer(self.records, caller, message))

    async def subscribe(self, message: SubscribeProcess, caller: str) -> AsyncGenerator[Process, None]:
        """Yield the process each time it reaches the state, until the time is over or the colony goes offline."""
        await self.pass_through(message)
        require_member(self.records, caller, message.colony_name)
        require_process(self.records, message.process_id, 403)
        until = self.clock.now() + timedelta(seconds=message.timeout)
        told = False
        while self.clock.now() < until:
            submission.expire(self.records)
            process = self.records.process(message.process_id)
            reached = process is not None and process.state == message.state
            if process is not None and reached and not told:
                yield process
            told = reached
            await self.records.changes.wait(min(until, self.records.deadlines.get(message.process_id, until)))
            self.require_online()
