"""Containers of a Docker Engine as a runtime.

Limits are always set: memory without swap beyond it, cpu, number of processes. An init process is pid 1, so signals
work as they do outside and what has ended is reaped. The log is kept by the engine's own json-file driver whatever its
default is, so that it can be read again from any position for as long as the container exists; a log that grows beyond
its limit loses what is oldest.
"""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path

import structlog
from docker.errors import APIError, NotFound

from colonyexecutors.errors import RuntimeUnavailable, StartFailed
from colonyexecutors.runtimes.base import (
    KILLED,
    Capacity,
    ExecResult,
    Exit,
    Handle,
    Image,
    Output,
    Phase,
    Usage,
    Workload,
)
from colonyexecutors.runtimes.command_size import check_size
from colonyexecutors.runtimes.docker import containers
from colonyexecutors.runtimes.docker.access import open_files
from colonyexecutors.runtimes.docker.beside import ContainerCommand, end_marked
from colonyexecutors.runtimes.docker.engine import Engine
from colonyexecutors.runtimes.docker.errors import init_failure, start_failure
from colonyexecutors.runtimes.docker.follow import NOT_EXECUTED, LogFollower
from colonyexecutors.runtimes.docker.images import EngineImages, explanation
from colonyexecutors.runtimes.docker.inside import execute, sample
from colonyexecutors.runtimes.docker.kernel_log import kernel_verdict
from colonyexecutors.runtimes.docker.networks import Networks
from colonysdk.exec import Command

_RECHECK_SECONDS = 15.0
_STREAM_END_SECONDS = 2.0
_CONFLICT = 409

_log = structlog.get_logger()


class DockerRuntime:
    """Runs workloads as containers of the engine that DOCKER_HOST names.

    `owner` is the executor's id: it marks the containers, together with `labels` for people, and finds them again.
    `network` is the one that containers join, "" for the engine's default.
    """

    name = "docker"
    uses_images = True

    def __init__(self, owner: str, labels: Mapping[str, str] | None = None, *, network: str = "") -> None:
        self._labels = {**(labels or {}), containers.EXECUTOR_LABEL: owner}
        self._label = f"{containers.EXECUTOR_LABEL}={owner}"
        self._engine = Engine(self._label)
        self._images = EngineImages(self._engine)
        self._networks = Networks(self._engine, self._labels, network)
        self._followers: dict[str, LogFollower] = {}
        self._cpu_milli = 0

    async def open(self) -> None:
        """Connect to the engine; raises RuntimeUnavailable with what to do."""
        await self._engine.open()
        self._cpu_milli = (await self.capacity()).cpu_milli

    async def close(self) -> None:
        """Disconnect; the containers go on."""
        for follower in self._followers.values():
            follower.end()
        await self._engine.close()

    async def describe(self) -> str:
        """The engine's version and platform."""
        version = await self._engine.call(self._engine.api.version)
        return f"Docker {version['Version']} on {version['Os']}/{version['Arch']}"

    async def capacity(self) -> Capacity:
        """The engine's machine, which may be another one."""
        info = await self._engine.call(self._engine.api.info)
        return Capacity(cpu_milli=info["NCPU"] * 1000, memory_bytes=info["MemTotal"])

    async def image_present(self, reference: str) -> Image | None:
        """Ask the engine, not the registry."""
        return await self._images.present(reference)

    async def pull(self, reference: str) -> None:
        """Let the engine fetch the image."""
        await self._images.pull(reference)

    async def load_image(self, archive: Path) -> Image:
        """Load the archive into the engine."""
        return await self._images.load(archive)

    async def remove_image(self, reference: str) -> None:
        """Remove the image from the engine."""
        await self._images.remove(reference)

    def host_of(self, workload: Workload, rank: int) -> str:
        """The container's name in the network of its workload."""
        return containers.host_name(rank)

    async def create(self, workload: Workload) -> Handle:
        """Create the container; one that was left over from the same attempt is replaced."""
        check_size(workload.argv, workload.environment)
        try:
            container_id = await self._create(workload)
        except APIError as error:
            raise start_failure(workload.argv[0], explanation(error)) from error
        notes = containers.adapted_limits(workload, self._cpu_milli)
        return Handle(
            container_id, workload.process_id, workload.attempt, notes, rank=workload.rank, copies=workload.copies
        )

    async def start(self, handle: Handle) -> None:
        """Start the container."""
        try:
            await self._engine.call(self._engine.api.start, handle.id)
        except APIError as error:
            raise start_failure("docker-init", explanation(error)) from error

    async def kill(self, handle: Handle, grace_seconds: float) -> None:
        """Signal the program; with the init process everything else in the container ends."""
        changed = self._engine.changed(handle.id)
        with suppress(APIError):  # it has ended, or is gone
            await self._engine.call(self._engine.api.kill, handle.id, "SIGTERM")
            with suppress(TimeoutError):
                await asyncio.wait_for(changed.wait(), grace_seconds)
            await self._engine.call(self._engine.api.kill, handle.id, "SIGKILL")

    async def wait(self, handle: Handle) -> Exit:
        """Wait for the engine's event, and look now and then in case it was missed."""
        changed = self._engine.changed(handle.id)
        ended: Exit | None = None
        failure: StartFailed | None = None
        while ended is None:
            changed.clear()
            with suppress(RuntimeUnavailable):  # containers may outlive their engine: wait for it
                found = await self.exit_code(handle)
                failure = await self._init_failure(handle, found)
                ended = await self._explained(handle, found)
            if ended is None:
                with suppress(TimeoutError):
                    await asyncio.wait_for(changed.wait(), _RECHECK_SECONDS)
        asyncio.get_running_loop().call_later(_STREAM_END_SECONDS, self._end_output, handle.id)
        if failure is not None:
            raise failure
        return ended

    async def exit_code(self, handle: Handle) -> Exit | None:
        """Look at the container's state; one that is gone was removed by somebody else."""
        try:
            state = (await self._engine.call(self._engine.api.inspect_container, handle.id))["State"]
        except NotFound:
            return Exit(KILLED, lost=True)
        except APIError as error:
            raise RuntimeUnavailable(f"the Docker daemon cannot look: {explanation(error)}") from error
        if state["Status"] not in ("exited", "dead"):
            return None
        return Exit(state["ExitCode"], out_of_memory=state["OOMKilled"])

    async def output(self, handle: Handle, after: str = "") -> AsyncGenerator[Output, None]:
        """Follow the container's log."""
        follower = LogFollower(self._engine, handle.id, partial(self.exit_code, handle))
        self._followers[handle.id] = follower
        try:
            async with aclosing(follower.read(after)) as outputs:
                async for output in outputs:
                    yield output
        finally:
            self._followers.pop(handle.id, None)

    async def exec(self, handle: Handle, argv: Sequence[str]) -> ExecResult:
        """Run a command in the container; a program that it does not have gives the exit code 126 or 127."""
        return await execute(self._engine, handle.id, argv)

    async def begin_beside(self, handle: Handle, command: Command, mark: str) -> ContainerCommand:
        """Start a command in the container, as its user and in its working directory."""
        return await ContainerCommand.begin(self._engine, handle.id, command, mark)

    async def end_beside(self, handle: Handle, mark: str) -> None:
        """End what has the mark."""
        await end_marked(self._engine, handle.id, mark)

    async def usage(self, handle: Handle) -> Usage:
        """Ask the engine for one sample; the page cache does not count as memory."""
        return await sample(self._engine, handle.id)

    async def open_files(self, handle: Handle, directory: Path) -> None:
        """Let root in another container of the same image change the modes."""
        await open_files(self._engine, handle.id, directory, self._labels)

    async def find(self) -> list[tuple[Handle, Phase]]:
        """Every container with this executor's label; networks that none of them needs are removed."""
        found = await self._engine.call(self._engine.api.containers, all=True, filters={"label": self._label})
        phases = {"created": Phase.CREATED, "exited": Phase.ENDED, "dead": Phase.ENDED}
        handles = [containers.handle_of(container) for container in found]
        await self._networks.sweep(handles)
        states = (phases.get(container["State"], Phase.RUNNING) for container in found)
        return list(zip(handles, states, strict=True))

    async def remove(self, handle: Handle) -> None:
        """Remove the container, killing it if it runs."""
        try:
            await self._remove(handle.id)
        except NotFound:
            _log.debug("a container was removed by somebody else", container=handle.id)
        except APIError as error:
            raise RuntimeUnavailable(f"the Docker daemon cannot remove a container: {explanation(error)}") from error
        self._engine.forget(handle.id)
        await self._networks.release(handle)

    async def _create(self, workload: Workload) -> str:
        create = partial(
            containers.create_container,
            self._engine.api,
            workload,
            self._labels,
            host_cpu_milli=self._cpu_milli,
            network=await self._networks.prepare(workload),
        )
        try:
            return await self._engine.call(create)
        except APIError as error:
            if error.status_code != _CONFLICT:
                raise
        await self._remove(containers.container_name(workload))
        return await self._engine.call(create)

    async def _init_failure(self, handle: Handle, ended: Exit | None) -> StartFailed | None:
        """What the init process says when it could not execute the program: its last line, and these exit codes."""
        if ended is None or ended.lost or ended.code not in NOT_EXECUTED:
            return None
        try:
            last_line = await self._engine.call(self._engine.api.logs, handle.id, stdout=False, tail=1)
        except APIError as error:
            raise RuntimeUnavailable(f"the Docker daemon cannot read a log: {explanation(error)}") from error
        return init_failure(last_line.decode(errors="replace"))

    async def _explained(self, handle: Handle, ended: Exit | None) -> Exit | None:
        """With what the kernel knows about it; refused processes are no reason for a program that was killed."""
        if ended is None or ended.lost:
            return ended
        kernel = await asyncio.to_thread(kernel_verdict, handle.id)
        return replace(
            ended,
            out_of_memory=ended.out_of_memory or kernel.out_of_memory,
            out_of_processes=kernel.out_of_processes and ended.code != KILLED,
        )

    async def _remove(self, container: str) -> None:
        try:
            await self._engine.call(self._engine.api.remove_container, container, force=True, v=True)
        except APIError as error:
            if error.status_code != _CONFLICT:  # somebody else is removing it already
                raise

    def _end_output(self, container_id: str) -> None:
        follower = self._followers.get(container_id)
        if follower is not None:
            follower.end()
