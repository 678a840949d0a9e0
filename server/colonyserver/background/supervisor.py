"""The supervisor: keeps background loops going for as long as the server runs."""

import asyncio
from collections.abc import Sequence
from typing import Protocol

import structlog

_RETRY_SECONDS = 1.0

_log = structlog.get_logger(__name__)


class Loop(Protocol):
    """Something that goes on until cancelled; in messages it is called by its `name`, or else by its class."""

    async def run(self) -> None:
        """Go on until cancelled."""


class Supervisor:
    """Runs loops as tasks; one that fails is logged and started again."""

    def __init__(self, loops: Sequence[Loop]) -> None:
        self._loops = loops
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Start every loop."""
        self._tasks = [asyncio.create_task(_keep_going(loop)) for loop in self._loops]

    async def stop(self) -> None:
        """Cancel every loop and wait until it has ended."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []


async def _keep_going(loop: Loop) -> None:
    while True:
        try:
            await loop.run()
        except Exception as error:  # noqa: BLE001 - the database may be away for a moment; the loop must outlive that
            name = getattr(loop, "name", type(loop).__name__)
            _log.warning("background loop failed", loop=name, error=str(error))
        await asyncio.sleep(_RETRY_SECONDS)
