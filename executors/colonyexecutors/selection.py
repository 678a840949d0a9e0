"""Which runtime an executor uses."""

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path

from colonyexecutors.errors import RuntimeUnavailable
from colonyexecutors.runtimes.base import Runtime
from colonyexecutors.runtimes.copies import CopyingRuntime


class RuntimeChoice(StrEnum):
    """What runs the programs."""

    DOCKER = "docker"
    PROCESS = "process"
    AUTO = "auto"


async def open_runtime(
    choice: RuntimeChoice, *, owner: str, labels: Mapping[str, str], directory: Path, network: str = ""
) -> tuple[Runtime, str]:
    """Open the runtime, and say how it was chosen; raises RuntimeUnavailable.

    `auto` is Docker when a daemon answers, else plain processes. `owner` and `labels` mark containers, `directory`
    holds the files of plain processes. `network` is the one that containers join, "" for the engine's default.
    """
    reason = ""
    if choice is not RuntimeChoice.PROCESS:
        from colonyexecutors.runtimes.docker import DockerRuntime

        docker = CopyingRuntime(DockerRuntime(owner, labels, network=network))
        try:
            await docker.open()
        except RuntimeUnavailable:
            await docker.close()
            if choice is RuntimeChoice.DOCKER:
                raise
            reason = "no Docker daemon answers; "
        else:
            return docker, await docker.describe()
    from colonyexecutors.runtimes.process import ProcessRuntime

    processes = CopyingRuntime(ProcessRuntime(directory))
    await processes.open()
    return processes, f"{await processes.describe()} ({reason}images are ignored)"
