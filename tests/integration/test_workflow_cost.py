"""What the end of a member costs: it depends on its children, not on the size of the workflow."""

from collections.abc import Awaitable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from colonysdk.objects import ProcessState
from tests.support.core import Core, open_core
from tests.support.statements import StatementRecorder
from tests.support.workflows import Flow, assert_consistent

_MANY = 2000


class Cost(NamedTuple):
    """What something took of the database."""

    statements: int
    changed_rows: int


class Meter(StatementRecorder):
    """Counts statements and changed rows."""

    async def measure(self, core: Core, action: Awaitable[object]) -> Cost:
        """The cost of an action that nothing else happens beside."""
        changed_before = await _changed_rows(core)
        self.statements.clear()
        await action
        statements = len(self.statements)
        return Cost(statements, await _changed_rows(core) - changed_before)


async def _changed_rows(core: Core) -> int:
    def total(connection: Any) -> int:
        return int(connection.connection.driver_connection.total_changes)

    return await core.database.write(total)


@pytest.fixture
def meter(monkeypatch: pytest.MonkeyPatch) -> Meter:
    return Meter(monkeypatch)


def chain(length: int) -> dict[str, tuple[str, ...]]:
    return {f"n{index}": (f"n{index - 1}",) if index else () for index in range(length)}


def fan(width: int) -> dict[str, tuple[str, ...]]:
    """A root, many that depend on it, and one that depends on all of them."""
    leaves = [f"n{index}" for index in range(width)]
    return {"root": (), **dict.fromkeys(leaves, ("root",)), "join": tuple(leaves)}


async def test_a_deep_chain(tmp_path: Path, meter: Meter) -> None:
    async with open_core(tmp_path) as core:
        costs = set()
        for length in (5, _MANY):
            flow = await Flow.submit(core, **chain(length))
            await flow.run("n0")
            for name in ("n1", "n2", "n3"):
                costs.add(await meter.measure(core, flow.start(name)))
                costs.add(await meter.measure(core, flow.succeed(name, name)))
            await flow.cancel()
        assert len(costs) == 2, "one for all starts, one for all ends"
        assert max(costs).statements < 25
        await assert_consistent(core)


async def test_a_wide_fan(tmp_path: Path, meter: Meter) -> None:
    async with open_core(tmp_path) as core:
        costs = set()
        for width in (5, _MANY):
            flow = await Flow.submit(core, **fan(width))
            await flow.run("root")
            await flow.run("n0")
            for name in ("n1", "n2"):
                await flow.start(name)
                costs.add(await meter.measure(core, flow.succeed(name, name)))
            await flow.cancel()
        [cost] = costs
        assert cost.statements < 20
        await assert_consistent(core)


async def test_a_failure_reaches_every_descendant_once(tmp_path: Path, meter: Meter) -> None:
    async with open_core(tmp_path) as core:
        for nodes in (chain(_MANY), fan(_MANY)):
            flow = await Flow.submit(core, **nodes)
            first = next(iter(nodes))
            await flow.start(first)
            core.changes.clear()
            cost = await meter.measure(core, flow.fail(first))
            assert cost.changed_rows < 2 * len(nodes) + 10, "the processes and what holds them back"
            told = [name for name, state in await flow.told() if state is ProcessState.FAILED]
            assert sorted(told) == sorted(nodes)
            assert await flow.state() is ProcessState.FAILED
        await assert_consistent(core)


async def test_releasing_many_children_is_one_transaction(tmp_path: Path, meter: Meter) -> None:
    async with open_core(tmp_path) as core:
        flow = await Flow.submit(core, **fan(_MANY))
        await flow.start("root")
        core.changes.clear()
        cost = await meter.measure(core, flow.succeed("root", "out"))
        assert cost.statements < 400
        assert len(await flow.told()) == 1 + _MANY
        assert await core.rows("SELECT count(*) FROM queue") == [(_MANY,)]
        assert meter.statements.count("BEGIN IMMEDIATE") <= 2
        await assert_consistent(core)
