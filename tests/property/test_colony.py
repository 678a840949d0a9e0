"""A colony of executors, clocks and faults against a small model: at every step both are in the same state."""

import asyncio
import time
from collections.abc import Awaitable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import Connection

from colonysdk.objects import (
    Conditions,
    Executor,
    ExecutorState,
    FunctionSpec,
    Process,
    ProcessState,
    Statistics,
    WorkflowSpec,
)
from colonyserver.clock import Clock
from colonyserver.errors import Conflict, Forbidden, NotFound, NothingAvailable, Paused, Refusal
from colonyserver.events import Events
from colonyserver.requirements import UNLIMITED
from colonyserver.services.executors import ExecutorService
from colonyserver.services.lifecycle import Lifecycle
from colonyserver.services.pause import PauseService
from colonyserver.services.statistics import StatisticsService
from colonyserver.storage.database import Database
from colonyserver.storage.driver import fetch
from tests.support.colony_model import SECOND, ModelColony, ModelProcess
from tests.support.core import COLONY, TYPE, USER_ID, Core, SettableClock, asker, caller, executor_id, open_core
from tests.support.effort import MODEL_EXAMPLES

T = TypeVar("T")

Rows = list[tuple[Any, ...]]

TYPES = {"one": TYPE, "two": TYPE, "three": "other"}
EXECUTORS = sorted(TYPES)
CPUS = (0, 500, 2000)
DAY_NANOSECONDS = 86_400 * 10**9


_TIMES = st.tuples(st.sampled_from([-1, 0, 30]), st.sampled_from([-1, 0, 5, 60]), st.integers(-1, 2))
"""maxwaittime, maxexectime, maxretries."""


class _StoppedClock(SettableClock):
    """Time passes only when it is told to."""

    def __init__(self) -> None:
        super().__init__()
        begin = time.time_ns()
        Clock.__init__(self, wall_ns=lambda: begin, monotonic_ns=lambda: 0)


class ColonyMachine(RuleBasedStateMachine):
    """One story of a colony."""

    def __init__(self) -> None:
        super().__init__()
        self._loop = asyncio.new_event_loop()
        self._directory = TemporaryDirectory()
        self._clock = _StoppedClock()
        self._model = ModelColony(executors=dict.fromkeys(EXECUTORS, ExecutorState.APPROVED))
        self._run(self._prepare())
        self._run(self._open())

    def teardown(self) -> None:
        self._run(self._close())
        self._loop.close()
        self._directory.cleanup()

    @initialize(data=st.data())
    def begin_with_some_work(self, data: st.DataObject) -> None:
        for times in data.draw(st.lists(_TIMES, min_size=4, max_size=8)):
            self.submit(TYPE, "", 0, 0, times)
        self.submit_workflow(60, 1)
        self.submit_workflow(-1, 0)

    @rule(
        executor_type=st.sampled_from([TYPE, TYPE, "other"]),
        meant_for=st.sampled_from(["", "", "one", "three"]),
        cpu=st.sampled_from(CPUS),
        priority=st.integers(-1, 2),
        times=_TIMES,
    )
    def submit(self, executor_type: str, meant_for: str, cpu: int, priority: int, times: tuple[int, int, int]) -> None:
        max_wait_time, max_exec_time, max_retries = times
        process = self._run(
            self._core.submit(
                executor_type=executor_type,
                executor_names=[meant_for] if meant_for else None,
                cpu=f"{cpu}m",
                priority=priority,
                max_wait_time=max_wait_time,
                max_exec_time=max_exec_time,
                max_retries=max_retries,
            )
        )
        assert process.submission_time is not None
        assert abs(process.priority_time + priority * DAY_NANOSECONDS - self._clock.now()) < 10**6
        known = ModelProcess(process.process_id, process.priority_time, executor_type, meant_for, cpu, *times)
        known.wait(self._clock.now())
        self._model.processes[process.process_id] = known

    @rule(max_exec_time=st.sampled_from([-1, 60]), max_retries=st.integers(0, 1))
    def submit_workflow(self, max_exec_time: int, max_retries: int) -> None:
        """Two processes, one after the other."""
        specs = [
            FunctionSpec(
                node_name=name,
                func_name=name,
                max_wait_time=-1,
                max_exec_time=max_exec_time,
                max_retries=max_retries,
                conditions=Conditions(colony_name=COLONY, executor_type=TYPE, dependencies=parents),
            )
            for name, parents in _NODES
        ]
        spec = WorkflowSpec(colony_name=COLONY, function_specs=specs)
        view = self._run(self._core.lifecycle.workflows.submit(spec, initiator_id=USER_ID, initiator_name="alice"))
        child = None
        for name, _ in reversed(_NODES):
            process = self._member(view.record.workflow_id, name)
            known = ModelProcess(process.process_id, process.priority_time, TYPE, "", 0, -1, max_exec_time, max_retries)
            known.workflow_id, known.child, known.is_held = view.record.workflow_id, child, name != "first"
            child = self._model.processes[process.process_id] = known

    @rule(name=st.sampled_from(EXECUTORS), cpu=st.sampled_from([500, UNLIMITED]))
    def assign(self, name: str, cpu: int) -> None:
        expected = self._model.next_for(TYPES[name], name, cpu)
        asking = self._core.lifecycle.assignment.assign(asker(name, executor_type=TYPES[name], cpu=cpu), -1)
        if self._model.is_paused:
            self._refused(Paused, asking)
        elif expected is None:
            self._refused((NothingAvailable, Forbidden), asking)
        elif self._model.executors[name] != ExecutorState.APPROVED:
            self._refused(Forbidden, asking)
        else:
            record = self._run(asking)
            assert record.process_id == expected.process_id
            expected.start(name, record.started_at or 0)

    @rule()
    @precondition(lambda self: not self._model.is_paused)
    def work(self) -> None:
        """Every executor that is approved takes whatever there is."""
        for name in EXECUTORS:
            if self._model.executors[name] == ExecutorState.APPROVED:
                self.assign(name, UNLIMITED)

    @rule(data=st.data(), is_good=st.sampled_from([True, True, False]))
    @precondition(lambda self: self._model.running())
    def close(self, data: st.DataObject, is_good: bool) -> None:
        process = data.draw(st.sampled_from(self._model.running()))
        self._run(self._ending(process.executor, process.process_id, is_good=is_good))
        process.end(ProcessState.SUCCESS if is_good else ProcessState.FAILED, "" if is_good else "broken")

    @rule(data=st.data(), name=st.sampled_from(EXECUTORS), is_good=st.booleans())
    @precondition(lambda self: self._model.processes)
    def close_what_is_not_ones_own_or_over(self, data: st.DataObject, name: str, is_good: bool) -> None:
        process = self._choose(data)
        if process.executor != name:
            self._refused(Forbidden, self._ending(name, process.process_id, is_good=is_good))
        elif process.state != ProcessState.RUNNING:
            self._refused(Conflict, self._ending(name, process.process_id, is_good=is_good))

    @rule(data=st.data(), is_meant=st.sampled_from([True, False, False]))
    @precondition(lambda self: self._model.processes)
    def cancel(self, data: st.DataObject, is_meant: bool) -> None:
        process = self._choose(data)
        if not (is_meant or process.is_over):
            return
        if process.workflow_id:
            cancelling = self._core.lifecycle.workflow_cancelling.cancel(caller("one"), process.workflow_id)
            members = [other for other in self._model.processes.values() if other.workflow_id == process.workflow_id]
            if all(member.is_over for member in members):
                # A workflow that is over stays as it ended.
                self._run(_either(cancelling))
                return
            self._run(cancelling)
            for member in members:
                if not member.is_over:
                    member.end(ProcessState.CANCELLED)
            return
        cancelling = self._core.lifecycle.closing.cancel(caller("one"), process.process_id)
        if process.is_over:
            self._refused(Conflict, cancelling)
        else:
            self._run(cancelling)
            process.end(ProcessState.CANCELLED)

    @rule(data=st.data())
    @precondition(lambda self: self._model.processes)
    def remove(self, data: st.DataObject) -> None:
        process = self._choose(data)
        removing = self._core.lifecycle.removal.remove(caller("one"), process.process_id)
        if process.workflow_id or process.state == ProcessState.RUNNING:
            self._refused(Conflict, removing)
        else:
            self._run(removing)
            del self._model.processes[process.process_id]
            self._refused(NotFound, self._core.lifecycle.removal.remove(caller("one"), process.process_id))

    @rule(seconds=st.sampled_from([3, 7, 40, 200]))
    def let_time_pass(self, seconds: int) -> None:
        self._clock.advance(seconds)
        now = self._clock.now()
        self._run(self._core.lifecycle.expiry.expire())
        for process in [*self._model.processes.values()]:
            process.expire(now)

    @rule()
    @precondition(lambda self: self._model.next_due_at())
    def let_a_deadline_pass(self) -> None:
        due_at = self._model.next_due_at() or 0
        self.let_time_pass(max(0, due_at - self._clock.now()) // SECOND + 1)

    @rule(name=st.sampled_from(EXECUTORS))
    def remove_executor(self, name: str) -> None:
        self._run(self._executors.remove(COLONY, name))
        self._model.executors[name] = ExecutorState.UNREGISTERED
        for process in self._model.running_on(name):
            process.wait(self._clock.now())

    @rule(name=st.sampled_from(EXECUTORS), is_approved=st.sampled_from([True, True, True, False]))
    def add_executor(self, name: str, is_approved: bool) -> None:
        executor = Executor(
            colony_name=COLONY, executor_id=executor_id(name), executor_name=name, executor_type=TYPES[name]
        )
        adding = self._executors.add(executor)
        if self._model.executors[name] != ExecutorState.UNREGISTERED:
            self._refused(Conflict, adding)
        else:
            self._run(adding)
            self._model.executors[name] = ExecutorState.PENDING
            self.assign(name, UNLIMITED)
        self._run((self._executors.approve if is_approved else self._executors.reject)(COLONY, name))
        self._model.executors[name] = ExecutorState.APPROVED if is_approved else ExecutorState.REJECTED

    @rule(is_paused=st.sampled_from([False, False, False, True]))
    def pause(self, is_paused: bool) -> None:
        self._run((self._pause.pause if is_paused else self._pause.resume)(COLONY))
        self._model.is_paused = is_paused

    @rule()
    def restart(self) -> None:
        """The server ends without a word, and starts again."""
        self._run(self._core.database.close())
        self._run(self._open())

    @invariant()
    def everything_agrees(self) -> None:
        processes, counters, queued, workflows = self._run(self._core.database.read(_picture))
        self._compare_processes(processes)
        self._compare_counts(counters, self._run(StatisticsService(self._core.database).of_colony(COLONY)))
        waiting = [known for known in self._model.processes.values() if known.state == ProcessState.WAITING]
        assert {row[0] for row in queued} == {known.process_id for known in waiting if not known.is_held}
        for workflow_id, state in workflows:
            assert state == self._model.workflow_state(workflow_id)

    def _compare_processes(self, rows: Rows) -> None:
        assert {row[0] for row in rows} == set(self._model.processes)
        for process_id, state, retries, executor, due_at, is_held, errors_json in rows:
            known = self._model.processes[process_id]
            assert (state, retries, bool(is_held)) == (known.state, known.retries, known.is_held)
            assert known.error in errors_json or known.error == "parent failed"
            assert (errors_json != "[]") == bool(known.error)
            assert _agree(due_at, known.due_at)
            if state == ProcessState.RUNNING:
                assert executor == known.executor

    def _compare_counts(self, counters: Rows, statistics: Statistics) -> None:
        counted = self._model.counted()
        assert {state: amount for state, amount in counters if amount} == counted
        assert counted == {
            state: amount
            for state, amount in (
                (ProcessState.WAITING, statistics.waiting_processes),
                (ProcessState.RUNNING, statistics.running_processes),
                (ProcessState.SUCCESS, statistics.successful_processes),
                (ProcessState.FAILED, statistics.failed_processes),
                (ProcessState.CANCELLED, statistics.cancelled_processes),
            )
            if amount
        }
        approved = [state for state in self._model.executors.values() if state == ExecutorState.APPROVED]
        assert statistics.active_executors == len(approved)

    async def _prepare(self) -> None:
        """A database with the colony and its executors."""
        async with open_core(Path(self._directory.name), "one", "two") as core:
            await core.add_executor("three", executor_type=TYPES["three"])

    async def _open(self) -> None:
        database = await Database.open(f"sqlite:///{Path(self._directory.name) / 'colony.db'}")
        events = Events()
        lifecycle = await Lifecycle.open(database, events, self._clock)
        self._core = Core(database, events, lifecycle, self._clock)
        self._pause = PauseService(database, events)
        self._executors = ExecutorService(
            database, events, lifecycle.requeueing, lifecycle.presence, allow_reregister=False
        )

    async def _close(self) -> None:
        await self._core.lifecycle.close()
        await self._core.database.close()

    def _ending(self, name: str, process_id: str, *, is_good: bool) -> Awaitable[None]:
        closing = self._core.lifecycle.closing
        if is_good:
            return closing.succeed(caller(name), process_id, ["out"])
        return closing.fail(caller(name), process_id, ["broken"])

    def _run(self, work: Awaitable[T]) -> T:
        async def wait() -> T:
            return await work

        return self._loop.run_until_complete(wait())

    def _refused(self, kind: type[Refusal] | tuple[type[Refusal], ...], work: Awaitable[Any]) -> None:
        with pytest.raises(kind):
            self._run(work)

    def _rows(self, statement: str, *parameters: Any) -> list[tuple[Any, ...]]:
        return self._run(self._core.rows(statement, *parameters))

    def _choose(self, data: st.DataObject) -> ModelProcess:
        return data.draw(st.sampled_from([*self._model.processes.values()]))

    def _member(self, workflow_id: str, name: str) -> Process:
        query = "SELECT process_id FROM process WHERE workflow_id = ? AND node_name = ?"
        [(process_id,)] = self._rows(query, workflow_id, name)
        return self._run(self._core.get(process_id))


_NODES: tuple[tuple[str, list[str]], ...] = (("first", []), ("second", ["first"]))


async def _either(work: Awaitable[None]) -> None:
    try:
        await work
    except Conflict:
        return


def _picture(connection: Connection) -> tuple[Rows, Rows, Rows, Rows]:
    """Everything that the model speaks of, as it is in the database at one moment."""
    return (
        fetch(
            connection,
            "SELECT process_id, state, retries, executor_name, due_at, wait_for_parents, errors_json FROM process",
        ),
        fetch(connection, "SELECT state, sum(amount) FROM counter WHERE kind = 0 GROUP BY state"),
        fetch(connection, "SELECT process_id FROM queue"),
        fetch(connection, "SELECT workflow_id, state FROM workflow"),
    )


def _agree(one: int | None, other: int | None) -> bool:
    """Whether two deadlines are the same but for the nanoseconds between two looks at the clock."""
    return one is other or (one is not None and other is not None and abs(one - other) < 10**6)


@pytest.mark.timeout(3600)
def test_a_colony_does_what_its_model_does() -> None:
    run_state_machine_as_test(
        ColonyMachine,
        settings=settings(
            max_examples=MODEL_EXAMPLES,
            stateful_step_count=50,
            deadline=None,
            derandomize=True,
            # A story is short enough to read; making a failing one shorter takes minutes.
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
