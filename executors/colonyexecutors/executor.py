"""The executor: takes on processes while there is room, and brings each to its end.

1. Register, and take up again what an earlier run left behind.
2. Ask for processes with a long poll that offers what is free; reserve what a process asks for at its assignment.
3. Drained, stop asking and wait for what runs. Stopped, end what runs and fail it.
"""

import asyncio
import os
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any

import structlog

from colonyexecutors.assigning import Assigner
from colonyexecutors.capabilities import measure
from colonyexecutors.changes import Changes
from colonyexecutors.image_cache import ImageCache
from colonyexecutors.images import ImageStore
from colonyexecutors.journal import Journal
from colonyexecutors.ledger import Ledger
from colonyexecutors.neighbours import Neighbours
from colonyexecutors.notices import Notices
from colonyexecutors.recovery import go_on_after_restart, take_lost_assignments
from colonyexecutors.registration import Registration
from colonyexecutors.running import RunningProcesses
from colonyexecutors.runtimes.base import Runtime
from colonyexecutors.settings import ExecutorSettings
from colonyexecutors.site import Limits, Site
from colonyexecutors.staging.place import Places
from colonyexecutors.staging.staging import Staging
from colonyexecutors.state import ready_file
from colonysdk.client import ColonyClient
from colonysdk.units import parse_memory

_LOOK_BACK_SECONDS = 5.0
_STOP_SECONDS = 8.0

_log = structlog.get_logger()


class Executor:
    """One executor with its client and an open runtime; `note` says how the runtime was chosen.

    `neighbours` are the other executors on the runtime's machine, if it is shared with any.
    """

    def __init__(
        self,
        settings: ExecutorSettings,
        client: ColonyClient,
        runtime: Runtime,
        *,
        note: str = "",
        neighbours: Neighbours | None = None,
    ) -> None:
        assert client.identity is not None
        self._settings = settings
        self._client = client
        self._runtime = runtime
        self._note = note
        self._neighbours = neighbours
        self._executor_id = client.identity.id
        self._running: RunningProcesses | None = None
        self._draining = asyncio.Event()
        self._stopping = asyncio.Event()

    @property
    def running(self) -> int:
        """How many processes it has taken on and not brought to their end."""
        return len(self._running) if self._running is not None else 0

    def interrupt(self) -> None:
        """Drain the executor; the second time, stop it."""
        if self._draining.is_set():
            _log.warning("stopping: what runs is ended")
            self._stopping.set()
        else:
            _log.info("draining: what runs is finished, nothing new is taken on")
            self._draining.set()

    async def run(self) -> bool:
        """Work until drained or stopped; whether everything was finished. Raises SetupFailed."""
        machine = await measure(self._settings, self._runtime)
        registration = Registration(
            client=self._client,
            executor_id=self._executor_id,
            name=self._settings.name,
            executor_type=self._settings.executor_type,
            location_name=self._settings.location_name,
            capabilities=machine.capabilities,
        )
        notices = Notices(self._client, self._settings.name)
        changes = Changes(self._client)
        site = Site(
            client=self._client,
            executor_id=self._executor_id,
            runtime=self._runtime,
            journal=Journal(self._settings.state_path / "journal.jsonl"),
            images=self._image_store(),
            notify=notices.tell,
            total=machine.resources,
            staging=Staging(self._client, Places(self._settings.files_path, shared=self._settings.shares_files)),
            limits=Limits(self._settings.process_limit, parse_memory(self._settings.log_limit)),
            hook=self._settings.prepare_hook,
            allows_exec=self._settings.allows_exec,
            changes=changes,
        )
        ledger = Ledger(machine.resources, machine.gpu_ids, self._neighbours)
        running = self._running = RunningProcesses(site, ledger)
        try:
            await self._unless_draining(registration.complete())
            if not self._draining.is_set():
                await self._work(site, Assigner(site, ledger, running, registration), running)
        finally:
            # What could not be brought to its end stays in the journal for the next run.
            await running.abandon()
            await notices.sent()
            site.journal.close()
        return not self._stopping.is_set()

    async def _work(self, site: Site, assigner: Assigner, running: RunningProcesses) -> None:
        listening = asyncio.create_task(site.changes.run())
        try:
            await self._take_and_finish(site, assigner, running)
        finally:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)

    async def _take_and_finish(self, site: Site, assigner: Assigner, running: RunningProcesses) -> None:
        await go_on_after_restart(site, running)
        await take_lost_assignments(site, running)
        with ready_file(self._settings.ready_file, self._introduction()):
            await self._unless_draining(assigner.run())
            # The call that was broken off may have been answered with a process.
            with suppress(TimeoutError):
                async with asyncio.timeout(_LOOK_BACK_SECONDS):
                    await take_lost_assignments(site, running)
            await self._finish(running)

    def _image_store(self) -> ImageStore:
        limit_bytes = parse_memory(self._settings.image_cache)
        record = self._settings.state_path / "images.json"
        cache = ImageCache(self._runtime, record, limit_bytes) if limit_bytes else None
        return ImageStore(self._runtime, archives=self._settings.image_archives, cache=cache)

    def _introduction(self) -> dict[str, object]:
        return {
            "pid": os.getpid(),
            "name": self._settings.name,
            "type": self._settings.executor_type,
            "runtime": self._runtime.name,
            "note": self._note,
        }

    async def _unless_draining(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something until it is done or the executor is drained."""
        task = asyncio.create_task(work)
        draining = asyncio.create_task(self._draining.wait())
        try:
            await asyncio.wait({task, draining}, return_when=asyncio.FIRST_COMPLETED)
            if task.done():
                task.result()
        finally:
            for each in (task, draining):
                each.cancel()
            await asyncio.gather(task, draining, return_exceptions=True)

    async def _finish(self, running: RunningProcesses) -> None:
        finished = asyncio.create_task(running.finished())
        stopping = asyncio.create_task(self._stopping.wait())
        await asyncio.wait({finished, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if not finished.done():
            running.stop()
            await asyncio.wait({finished}, timeout=_STOP_SECONDS)
        for task in (finished, stopping):
            task.cancel()
