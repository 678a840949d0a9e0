"""Work on several servers that are killed all the time: executors and users that go to another server then.

What they were told is noted, so that it can be compared with what the database holds in the end.
"""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from typing import TypeVar

from colonysdk.client import ColonyClient
from colonysdk.errors import Refused, Unreachable
from colonysdk.identity import Identity
from colonysdk.messages import SubmitWorkflow
from colonysdk.objects import Conditions, FunctionSpec, Process, WorkflowSpec
from tests.support.server import ColonyKeys, RunningServer

T = TypeVar("T")

EXEC_SECONDS = 8
"""An executor that never learns of its process loses it after this time."""

_PAUSE_SECONDS = 0.1


@dataclass
class Notes:
    """What clients were told; `overlaps` are processes that two executors had at the same time."""

    submitted: dict[int, str] = field(default_factory=dict)
    workflows: dict[int, str] = field(default_factory=dict)
    closed: dict[str, int] = field(default_factory=dict)
    assigned: int = 0
    broken_off: int = 0
    overlaps: list[str] = field(default_factory=list)
    holders: dict[str, float] = field(default_factory=dict)

    def got(self, process: Process) -> None:
        """An executor was given a process, and has it until its deadline."""
        self.assigned += 1
        if self.holders.get(process.process_id, 0.0) > time.time():
            self.overlaps.append(process.process_id)
        assert process.exec_deadline is not None
        self.holders[process.process_id] = process.exec_deadline.timestamp()


class Anywhere:
    """A client that tries one server after the other until it is answered."""

    def __init__(self, clients: Sequence[ColonyClient], notes: Notes) -> None:
        self._clients = [*clients]
        self._notes = notes
        random.shuffle(self._clients)

    async def call(self, ask: Callable[[ColonyClient], Awaitable[T]]) -> T:
        """The answer; raises Refused, but not when a server only cannot answer now."""
        while True:
            try:
                return await ask(self._clients[0])
            except Unreachable:
                self._notes.broken_off += 1
            except Refused as refusal:
                if refusal.status != 503:
                    raise
                self._notes.broken_off += 1
            self._clients.append(self._clients.pop(0))
            await asyncio.sleep(_PAUSE_SECONDS)


class Turmoil:
    """A colony on all servers, with executors of its own."""

    def __init__(self, servers: Sequence[RunningServer], executor_count: int) -> None:
        self._servers = servers
        self.colony = servers[0].new_colony()
        self.notes = Notes()
        self._executors = [Identity.generate() for _ in range(executor_count)]
        for number, identity in enumerate(self._executors):
            servers[0].add_executor(self.colony, identity, f"turmoil-{number}")
        self._clients = AsyncExitStack()

    async def __aenter__(self) -> "Turmoil":
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self._clients.aclose()

    async def client(self, identity: Identity | None = None) -> Anywhere:
        """Somebody who goes to any server; the colony's user unless another identity is given."""
        places = [replace(self.colony, url=server.url) for server in self._servers]
        clients = [await self._clients.enter_async_context(place.client(identity)) for place in places]
        return Anywhere(clients, self.notes)

    async def submit(self, numbers: Sequence[int], submitters: int = 4) -> None:
        """Submit a process for each number."""
        remaining = iter(numbers)

        async def go_on() -> None:
            user = await self.client()
            for number in remaining:
                specification = _specification(self.colony, number)
                process = await user.call(lambda client, spec=specification: client.submit(spec))  # type: ignore[misc]
                self.notes.submitted[number] = process.process_id

        await asyncio.gather(*(go_on() for _ in range(submitters)))

    async def submit_diamonds(self, numbers: Sequence[int]) -> None:
        """Submit a workflow a → b, c → d for each number."""
        user = await self.client()
        for number in numbers:
            message = SubmitWorkflow(spec=_diamond(self.colony, number))
            workflow = await user.call(lambda client, message=message: client.send(message))  # type: ignore[misc]
            self.notes.workflows[number] = workflow.process_graph_id

    async def work(self) -> None:
        """Let every executor run what it gets; goes on until cancelled."""
        await asyncio.gather(*(self._work(identity) for identity in self._executors))

    async def _work(self, identity: Identity) -> None:
        executor = await self.client(identity)
        while True:
            process = await executor.call(lambda client: client.assign(2))
            if process is not None:
                self.notes.got(process)
                await self._run(executor, process)

    async def _run(self, executor: Anywhere, process: Process) -> None:
        async def close(client: ColonyClient) -> None:
            await client.close(process.process_id, process.spec.args)

        try:
            await executor.call(lambda client: client.add_log(process.process_id, "at work\n"))
            await executor.call(close)
        except Refused:
            # Closed by a call that was not answered, or too late; what becomes of it is checked in the end.
            return
        finally:
            self.notes.holders.pop(process.process_id, None)
        self.notes.closed[process.process_id] = process.spec.args[0]


def _specification(colony: ColonyKeys, number: int) -> FunctionSpec:
    return FunctionSpec(
        func_name="echo",
        args=[number],
        max_wait_time=-1,
        max_exec_time=EXEC_SECONDS,
        max_retries=-1,
        conditions=Conditions(colony_name=colony.name, executor_type=colony.executor_type),
    )


def _diamond(colony: ColonyKeys, number: int) -> WorkflowSpec:
    """Each member closes with its arguments, so that d gets those of b and c."""
    parents: dict[str, list[str]] = {"a": [], "b": ["a"], "c": ["a"], "d": ["b", "c"]}
    members = []
    for place, (name, dependencies) in enumerate(parents.items()):
        member = _specification(colony, 10 * number + place)
        member.node_name = name
        member.conditions.dependencies = [*dependencies]
        members.append(member)
    return WorkflowSpec(colony_name=colony.name, function_specs=members)
