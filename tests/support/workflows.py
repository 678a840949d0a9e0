"""Workflows in the server's core: made of the names of their members, and run by hand."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from colonysdk.objects import Conditions, FunctionSpec, Process, ProcessGraph, ProcessState, WorkflowSpec
from tests.support.core import COLONY, TYPE, USER_ID, Core, caller

DIAMOND: dict[str, Sequence[str]] = {"a": (), "b": ("a",), "c": ("a",), "d": ("b", "c")}


def node(name: str, dependencies: Sequence[str] = (), **fields: Any) -> FunctionSpec:
    """A function specification of a workflow; fields of `Conditions` and of `FunctionSpec` by their names."""
    conditions = {field: fields.pop(field) for field in [*fields] if field in Conditions.model_fields}
    known: dict[str, Any] = {"func_name": "echo", "node_name": name}
    return FunctionSpec(
        **known | fields,
        conditions=Conditions(**{"executor_type": TYPE, "dependencies": [*dependencies]} | conditions),
    )


def graph_spec(nodes: dict[str, Sequence[str]], colony_name: str = COLONY) -> WorkflowSpec:
    """A workflow whose members have the given dependencies."""
    functions = [node(name, dependencies) for name, dependencies in nodes.items()]
    return WorkflowSpec(colony_name=colony_name, function_specs=functions)


@dataclass
class Flow:
    """A workflow that was submitted to a core."""

    core: Core
    id: str
    ids: dict[str, str]
    """Process ids by node name."""

    @classmethod
    async def submit(cls, core: Core, *functions: FunctionSpec, **nodes: Sequence[str]) -> "Flow":
        """Submit the specifications, or members with the given dependencies."""
        spec = WorkflowSpec(colony_name=COLONY, function_specs=[*functions]) if functions else graph_spec(nodes)
        view = await core.lifecycle.workflows.submit(spec, initiator_id=USER_ID, initiator_name="alice")
        graph = ProcessGraph.from_json(view.to_json())
        names = [function.node_name for function in spec.function_specs]
        return cls(core, graph.process_graph_id, dict(zip(names, graph.process_ids, strict=True)))

    async def graph(self) -> ProcessGraph:
        """The workflow as it is now."""
        view = await self.core.lifecycle.workflow_reading.find(caller("one"), self.id)
        return ProcessGraph.from_json(view.to_json())

    async def state(self) -> ProcessState:
        """The state of the workflow."""
        return (await self.graph()).state

    async def member(self, name: str) -> Process:
        """A member as it is now."""
        return await self.core.get(self.ids[name])

    async def states(self) -> str:
        """The states of all members in the order in which they were given, as digits."""
        return "".join([str(int((await self.member(name)).state)) for name in self.ids])

    async def start(self, name: str, executor: str = "one") -> Process:
        """Assign the next process, which must be this member."""
        process = await self.core.assign(executor)
        assert process.process_id == self.ids[name], process.spec.node_name
        return process

    async def succeed(self, name: str, *output: Any, executor: str = "one") -> None:
        """Close a member well that this executor runs."""
        await self.core.lifecycle.closing.succeed(caller(executor), self.ids[name], output)

    async def fail(self, name: str, executor: str = "one") -> None:
        """Close a member as failed that this executor runs."""
        await self.core.lifecycle.closing.fail(caller(executor), self.ids[name], ["no"])

    async def run(self, name: str, *output: Any) -> Process:
        """Assign the next process, which must be this member, and close it well."""
        process = await self.start(name)
        await self.succeed(name, *output)
        return process

    async def cancel(self) -> None:
        """Cancel the workflow."""
        await self.core.lifecycle.workflow_cancelling.cancel(caller("one"), self.id)

    async def told(self) -> list[tuple[str, ProcessState]]:
        """Every change of a member that was told, in order."""
        names = {process_id: name for name, process_id in self.ids.items()}
        changes = [change for change in self.core.changes if change.process_id in names]
        return [(names[change.process_id], ProcessState(change.state)) for change in changes]


async def workflow_counts(core: Core) -> dict[ProcessState, int]:
    """The counters of the colony's workflows, without zeros."""
    rows = await core.rows(
        "SELECT state, CAST(sum(amount) AS BIGINT) FROM counter WHERE kind = 1 AND colony_name = ? GROUP BY state",
        COLONY,
    )
    return {ProcessState(state): amount for state, amount in rows if amount}


async def assert_consistent(core: Core) -> None:
    """Counters agree with rows, only what waits for parents is held back, and only what can be assigned is queued."""
    assert await core.states() == await core.counted()
    rows = await core.rows("SELECT state, count(*) FROM workflow WHERE colony_name = ? GROUP BY state", COLONY)
    assert await workflow_counts(core) == {ProcessState(state): amount for state, amount in rows}
    held = await core.rows("SELECT process_id FROM hold ORDER BY process_id")
    waiting = "SELECT process_id FROM process WHERE state = 0 AND {} ORDER BY process_id"
    assert held == await core.rows(waiting.format("wait_for_parents"))
    queued = await core.rows("SELECT DISTINCT process_id FROM queue ORDER BY process_id")
    assert queued == await core.rows(waiting.format("NOT wait_for_parents"))
