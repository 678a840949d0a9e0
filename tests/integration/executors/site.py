"""A colony in memory with real executors, whose programs run in a runtime of either kind."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from colonyexecutors.executor import Executor
from colonyexecutors.runtimes.base import Runtime
from colonyexecutors.settings import ExecutorSettings
from colonysdk.objects import FunctionSpec, Process
from colonysdk.testing import Clock, FakeColony, SystemClock

IMAGE = "busybox:latest"


class Site:
    """A colony in memory, and executors of it that share one state directory."""

    def __init__(self, directory: Path, make_runtime: Callable[[], Runtime], clock: Clock | None = None) -> None:
        self.colony = FakeColony(clock=clock or SystemClock())
        self.directory = directory
        self.make_runtime = make_runtime
        self.client = self.colony.client()
        self.colony.add_executor("runner")

    @asynccontextmanager
    async def executor(self, *, crashes: bool = False, **settings: Any) -> AsyncIterator[Executor]:
        """An executor that works; at the end it is stopped hard, or is gone without having done anything more."""
        runtime = self.make_runtime()
        await runtime.open()
        ready = self.directory / "ready.json"
        known: dict[str, Any] = {
            "colony_name": self.colony.name,
            "executor_name": "runner",
            "state_directory": self.directory,
        }
        executor = Executor(
            ExecutorSettings(**(known | {"ready_file": ready} | settings)), self.colony.client("runner"), runtime
        )
        task = asyncio.create_task(executor.run())
        await until(ready.exists)
        try:
            yield executor
        finally:
            if crashes:
                task.cancel()
            executor.interrupt()
            executor.interrupt()
            with suppress(asyncio.CancelledError):
                await task
            await runtime.close()

    def submit(self, cmd: str, *args: str, **fields: Any) -> str:
        """Submit a job; the process id."""
        kwargs: dict[str, Any] = {"cmd": cmd, "docker-image": IMAGE} | fields.pop("kwargs", {})
        if args:
            kwargs["args"] = list(args)
        spec: FunctionSpec = self.colony.specification("execute", kwargs=kwargs, **fields)
        return self.colony.submit(spec).process_id

    async def end_of(self, process_id: str, seconds: float = 20) -> Process:
        """The process once it has ended."""
        async with asyncio.timeout(seconds):
            while not (process := await self.client.process(process_id)).state.is_final:
                await asyncio.sleep(0.02)
        return process

    async def log_of(self, process_id: str) -> str:
        """All of a process's log."""
        text, since = "", 0
        while page := await self.client.logs(process_id, since=since):
            text += "".join(log.message for log in page)
            since = page[-1].timestamp
        return text

    async def until_logged(self, process_id: str, text: str) -> None:
        """Wait until something is in a process's log."""
        async with asyncio.timeout(20):
            while text not in await self.log_of(process_id):
                await asyncio.sleep(0.02)


async def until(condition: Callable[[], bool], seconds: float = 20) -> None:
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.02)
