"""The network that the copies of one workload share, so that they reach each other by name and nobody else does."""

from collections.abc import Iterable, Mapping
from contextlib import suppress

from docker.errors import APIError, NotFound

from colonyexecutors.runtimes.base import Handle, Workload
from colonyexecutors.runtimes.docker.containers import ATTEMPT_LABEL, EXECUTOR_LABEL, PROCESS_LABEL
from colonyexecutors.runtimes.docker.engine import Engine

NO_NETWORK = "none"


class Networks:
    """Chooses and makes the networks of an executor's containers; `default` is the one for containers on their own."""

    def __init__(self, engine: Engine, labels: Mapping[str, str], default: str) -> None:
        self._engine = engine
        self._labels = labels
        self._default = default

    async def prepare(self, workload: Workload) -> str:
        """The network for a workload, made when it is the first of several copies."""
        if not workload.has_network:
            return NO_NETWORK
        if workload.copies == 1:
            return self._default
        name = _name(workload.process_id, workload.attempt)
        try:
            await self._engine.call(self._engine.api.inspect_network, name)
        except NotFound:
            labels = {**self._labels, PROCESS_LABEL: workload.process_id, ATTEMPT_LABEL: workload.attempt}
            await self._engine.call(self._engine.api.create_network, name, labels=labels)
        return name

    async def release(self, handle: Handle) -> None:
        """Remove the network of a workload whose container is gone, unless others of it are still there."""
        if handle.copies == 1:
            return
        await self._remove(_name(handle.process_id, handle.attempt))

    async def sweep(self, handles: Iterable[Handle]) -> None:
        """Remove the networks of workloads that are gone: engines have room for some 30 of them only."""
        label = f"{EXECUTOR_LABEL}={self._labels[EXECUTOR_LABEL]}"
        found = await self._engine.call(self._engine.api.networks, filters={"label": label})
        in_use = {_name(handle.process_id, handle.attempt) for handle in handles}
        for network in found:
            if network["Name"] not in in_use:
                await self._remove(network["Name"])

    async def _remove(self, name: str) -> None:
        with suppress(APIError):  # others still use it, or it is gone
            await self._engine.call(self._engine.api.remove_network, name)


def _name(process_id: str, attempt: str) -> str:
    return f"colony-{process_id[:24]}-{attempt}"
