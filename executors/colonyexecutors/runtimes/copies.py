"""Several copies of one program as one workload: nodes × processes per node, each with a rank, on one machine.

The copies start together and end together: the first one that ends badly ends the others, and its exit code is the
workload's. Every copy is told who it is and who the others are by variables of the same names on every runtime.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Iterable, Sequence
from contextlib import aclosing, suppress
from dataclasses import replace
from pathlib import Path

from colonyexecutors.errors import StartFailed
from colonyexecutors.runtimes.base import (
    KILLED,
    Capacity,
    ExecResult,
    Exit,
    Handle,
    Image,
    Output,
    Phase,
    Runtime,
    Usage,
    Workload,
)
from colonyexecutors.runtimes.live import LiveCommand
from colonyexecutors.runtimes.merging import merge
from colonysdk.exec import Command

_GRACE_SECONDS = 2.0
_SEPARATOR = " "


class CopyingRuntime:
    """A runtime over another one that knows single programs only."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self.name = runtime.name
        self.uses_images = runtime.uses_images
        self._parts: dict[str, list[Handle]] = {}

    async def open(self) -> None:
        """Connect."""
        await self._runtime.open()

    async def close(self) -> None:
        """Disconnect."""
        await self._runtime.close()

    async def describe(self) -> str:
        """The runtime's own words."""
        return await self._runtime.describe()

    async def capacity(self) -> Capacity:
        """What all copies of all workloads share."""
        return await self._runtime.capacity()

    async def image_present(self, reference: str) -> Image | None:
        """The same for every copy."""
        return await self._runtime.image_present(reference)

    async def pull(self, reference: str) -> None:
        """Once for all copies."""
        await self._runtime.pull(reference)

    async def load_image(self, archive: Path) -> Image:
        """Once for all copies."""
        return await self._runtime.load_image(archive)

    async def remove_image(self, reference: str) -> None:
        """Remove it for all."""
        await self._runtime.remove_image(reference)

    def host_of(self, workload: Workload, rank: int) -> str:
        """The runtime's name for it."""
        return self._runtime.host_of(workload, rank)

    async def create(self, workload: Workload) -> Handle:
        """Prepare every copy; when one of them cannot be, none is left."""
        parts: list[Handle] = []
        try:
            for rank in range(workload.copies):
                parts.append(await self._runtime.create(_copy(self._runtime, workload, rank)))
        except BaseException:
            await _all(self._runtime.remove(part) for part in parts)
            raise
        return self._joined(parts)

    async def start(self, handle: Handle) -> None:
        """Start every copy; when one of them cannot be, the others are ended."""
        try:
            for part in self._parts_of(handle):
                await self._runtime.start(part)
        except StartFailed:
            await self.kill(handle, 0)
            raise

    async def kill(self, handle: Handle, grace_seconds: float) -> None:
        """End all copies at once."""
        await _all(self._runtime.kill(part, grace_seconds) for part in self._parts_of(handle))

    async def wait(self, handle: Handle) -> Exit:
        """Wait for all copies, or for the first that ends badly."""
        parts = self._parts_of(handle)
        if handle.copies == 1:
            return await self._runtime.wait(parts[0])
        if len(parts) < handle.copies:
            await self.kill(handle, _GRACE_SECONDS)
            return Exit(KILLED, lost=True)
        return await self._first_bad_or_last(handle, parts)

    async def _first_bad_or_last(self, handle: Handle, parts: Sequence[Handle]) -> Exit:
        waiting = {asyncio.create_task(self._runtime.wait(part)) for part in parts}
        decisive: asyncio.Task[Exit] | None = None
        try:
            while waiting:
                ended, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
                bad = next((task for task in ended if task.exception() or task.result().code), None)
                if bad is not None and decisive is None:
                    decisive = bad
                    await self.kill(handle, _GRACE_SECONDS)
        finally:
            for task in waiting:
                task.cancel()
        return decisive.result() if decisive is not None else Exit(0)

    async def exit_code(self, handle: Handle) -> Exit | None:
        """The worst of the copies' once all have ended."""
        ends = [await self._runtime.exit_code(part) for part in self._parts_of(handle)]
        found = [end for end in ends if end is not None]
        if len(found) < len(ends):
            return None
        return next((end for end in found if end.code), found[0])

    async def output(self, handle: Handle, after: str = "") -> AsyncGenerator[Output, None]:
        """What all copies write, each line of several copies behind its rank."""
        parts = self._parts_of(handle)
        if handle.copies == 1:
            outputs = self._runtime.output(parts[0], after)
        else:
            positions = after.split(_SEPARATOR) if after else [""] * len(parts)
            outputs = merge(
                [self._runtime.output(part, place) for part, place in zip(parts, positions, strict=True)],
                positions,
                _SEPARATOR,
            )
        async with aclosing(outputs):
            async for output in outputs:
                yield output

    async def exec(self, handle: Handle, argv: Sequence[str]) -> ExecResult:
        """Run a command beside the first copy."""
        return await self._runtime.exec(self._parts_of(handle)[0], argv)

    async def begin_beside(self, handle: Handle, command: Command, mark: str) -> LiveCommand:
        """Start a command beside the copy of the command's rank."""
        parts = [part for part in self._parts_of(handle) if part.rank == command.rank]
        if not parts:
            raise StartFailed("no_such_copy", f"there is no copy {command.rank}: {handle.copies} run, from 0")
        return await self._runtime.begin_beside(parts[0], command, mark)

    async def end_beside(self, handle: Handle, mark: str) -> None:
        """Look beside every copy."""
        await _all(self._runtime.end_beside(part, mark) for part in self._parts_of(handle))

    async def usage(self, handle: Handle) -> Usage:
        """The sum over the copies that run."""
        samples = []
        for part in self._parts_of(handle):
            with suppress(StartFailed):
                samples.append(await self._runtime.usage(part))
        return Usage(
            cpu_seconds=sum(sample.cpu_seconds for sample in samples),
            memory_bytes=sum(sample.memory_bytes for sample in samples),
            read_bytes=sum(sample.read_bytes for sample in samples),
            written_bytes=sum(sample.written_bytes for sample in samples),
        )

    async def open_files(self, handle: Handle, directory: Path) -> None:
        """All copies were given the same."""
        await self._runtime.open_files(self._parts_of(handle)[0], directory)

    async def find(self) -> list[tuple[Handle, Phase]]:
        """Every workload, without those copies that were never started beside others that were."""
        groups: dict[tuple[str, str], list[tuple[Handle, Phase]]] = {}
        for part, phase in await self._runtime.find():
            groups.setdefault((part.process_id, part.attempt), []).append((part, phase))
        found = []
        for group in groups.values():
            started = [part for part, phase in group if phase is not Phase.CREATED]
            created = [part for part, phase in group if phase is Phase.CREATED]
            if started:
                await _all(self._runtime.remove(part) for part in created)
            found.append((self._joined(started or created), _phase(group)))
        return found

    async def remove(self, handle: Handle) -> None:
        """Remove every copy."""
        await _all(self._runtime.remove(part) for part in self._parts_of(handle))
        self._parts.pop(handle.id, None)

    def _joined(self, parts: Sequence[Handle]) -> Handle:
        ordered = sorted(parts, key=lambda part: part.rank)
        handle = replace(
            ordered[0],
            id=_SEPARATOR.join(part.id for part in ordered),
            notes=tuple(dict.fromkeys(note for part in ordered for note in part.notes)),
            rank=0,
        )
        self._parts[handle.id] = ordered
        return handle

    def _parts_of(self, handle: Handle) -> list[Handle]:
        return self._parts[handle.id]


def _copy(runtime: Runtime, workload: Workload, rank: int) -> Workload:
    each = len(workload.gpu_ids) // workload.copies
    return replace(
        workload,
        rank=rank,
        environment={**workload.environment, **_identity(runtime, workload, rank)},
        gpu_ids=workload.gpu_ids[rank * each : (rank + 1) * each],
    )


def _identity(runtime: Runtime, workload: Workload, rank: int) -> dict[str, str]:
    """Who a copy is; a program on its own is told, too, so that it need not know the difference."""
    hosts = [runtime.host_of(workload, other) for other in range(workload.copies)] if workload.copies > 1 else []
    return {
        "COLONIES_NODES": str(workload.nodes),
        "COLONIES_PROCESSES_PER_NODE": str(workload.processes_per_node),
        "COLONIES_WORLD_SIZE": str(workload.copies),
        "COLONIES_RANK": str(rank),
        "COLONIES_LOCAL_RANK": str(rank % workload.processes_per_node),
        "COLONIES_NODE_RANK": str(rank // workload.processes_per_node),
        "COLONIES_HOSTS": ",".join(hosts) or "localhost",
        "COLONIES_MASTER_ADDRESS": hosts[0] if hosts else "localhost",
    }


def _phase(group: Sequence[tuple[Handle, Phase]]) -> Phase:
    """How far the copies that were started have come."""
    phases = {phase for _, phase in group}
    if Phase.RUNNING in phases:
        return Phase.RUNNING
    return Phase.ENDED if Phase.ENDED in phases else Phase.CREATED


async def _all(awaitables: Iterable[Awaitable[None]]) -> None:
    """Do all of it, then raise the first error."""
    for result in await asyncio.gather(*awaitables, return_exceptions=True):
        if isinstance(result, BaseException):
            raise result
