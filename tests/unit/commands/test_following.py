import asyncio
from collections.abc import Awaitable, Callable

import pytest

from colonysdk.errors import Refused
from colonysdk.objects import Conditions, FunctionSpec, Log, Process, ProcessState
from colonysdk.testing import FakeClient, FakeColony, SystemClock
from colonytui.commands.following import follow
from colonytui.commands.patience import Patience

SPEC = FunctionSpec(func_name="f", conditions=Conditions(executor_type="cli"), max_exec_time=-1, max_wait_time=-1)


class Run:
    """A process in a colony in memory, the worker that may run it, and somebody who follows it."""

    def __init__(self) -> None:
        self.colony = FakeColony(clock=SystemClock())
        self.colony.add_executor("worker", "cli")
        self.user = FakeClient(self.colony, self.colony.identity("alice"))
        self.worker = FakeClient(self.colony, self.colony.identity("worker"))
        self.entries: list[str] = []
        self.sentences: list[str] = []
        self.heard = asyncio.Event()

    async def begin(self, *, on_long_wait: Callable[[Process], Awaitable[None]] | None = None) -> None:
        self.process_id = (await self.user.submit(SPEC)).process_id
        self.following = asyncio.create_task(
            follow(
                self.user,
                self.process_id,
                Patience(self.sentences.append),
                on_log=self._hear,
                on_long_wait=on_long_wait,
            )
        )

    async def log(self, text: str) -> None:
        await self.worker.add_log(self.process_id, text)

    def _hear(self, entry: Log) -> None:
        self.entries.append(entry.message)
        self.heard.set()


@pytest.fixture
async def run() -> Run:
    return Run()


async def test_the_log_comes_while_the_process_runs_and_its_end_ends_it(run: Run) -> None:
    await run.begin()
    await run.worker.assign(1)
    await run.log("first\n")
    await asyncio.wait_for(run.heard.wait(), 5)
    assert run.entries == ["first\n"]
    await run.log("second\n")
    await run.worker.close(run.process_id, ["done"])
    process = await asyncio.wait_for(run.following, 5)
    assert (process.state, process.output, run.entries) == (ProcessState.SUCCESS, ["done"], ["first\n", "second\n"])


async def test_failure_and_cancellation_end_it_too(run: Run) -> None:
    await run.begin()
    await run.worker.assign(1)
    await run.worker.fail(run.process_id, ["exit code 3"])
    assert (await asyncio.wait_for(run.following, 5)).errors == ["exit code 3"]
    await run.begin()
    await run.user.cancel(run.process_id)
    assert (await asyncio.wait_for(run.following, 5)).state is ProcessState.CANCELLED


async def test_an_absent_server_is_asked_until_it_answers(run: Run) -> None:
    await run.begin()
    await run.worker.assign(1)
    await run.log("before\n")
    await asyncio.wait_for(run.heard.wait(), 5)
    run.colony.offline = True
    async with asyncio.timeout(20):
        while not run.sentences:
            await asyncio.sleep(0.01)
    run.colony.offline = False
    await run.log("after\n")
    await run.worker.close(run.process_id)
    await asyncio.wait_for(run.following, 5)
    assert run.entries == ["before\n", "after\n"]
    assert run.sentences[-1] == "the server answers again"
    assert len(run.sentences) == 2


async def test_a_process_that_is_removed_is_a_refusal(run: Run) -> None:
    await run.begin()
    await run.user.remove_process(run.process_id)
    with pytest.raises(Refused):
        await asyncio.wait_for(run.following, 5)


async def test_a_long_wait_is_reported_once(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("colonytui.commands.following._WAITING_LONG_SECONDS", 0.01)
    reports: list[str] = []

    async def report(process: Process) -> None:
        reports.append(process.process_id)

    await run.begin(on_long_wait=report)
    async with asyncio.timeout(20):
        while not reports:
            await asyncio.sleep(0.01)
    await run.user.cancel(run.process_id)
    await asyncio.wait_for(run.following, 5)
    assert reports == [run.process_id]
