"""Looking into containers that run."""

from collections.abc import Mapping, Sequence
from typing import Any

from docker.errors import APIError

from colonyexecutors.errors import StartFailed
from colonyexecutors.runtimes.base import ExecResult, Usage
from colonyexecutors.runtimes.docker.engine import Engine
from colonyexecutors.runtimes.docker.images import explanation


async def execute(engine: Engine, container_id: str, argv: Sequence[str]) -> ExecResult:
    """Run a command in a container; raises StartFailed when it does not run."""
    try:
        command = await engine.call(engine.api.exec_create, container_id, list(argv))
        streams: Any = await engine.call(engine.api.exec_start, command["Id"], demux=True)
        result = await engine.call(engine.api.exec_inspect, command["Id"])
    except APIError as error:
        raise StartFailed("not_running", f"the container does not run: {explanation(error)}") from error
    return ExecResult(result["ExitCode"], streams[0] or b"", streams[1] or b"")


async def sample(engine: Engine, container_id: str) -> Usage:
    """What a container uses; raises StartFailed when it does not run."""
    try:
        statistics = await engine.call(engine.api.stats, container_id, stream=False, one_shot=True)
    except APIError as error:
        raise StartFailed("not_running", f"the container does not run: {explanation(error)}") from error
    memory = statistics.get("memory_stats", {})
    details = memory.get("stats", {})
    cache = details.get("inactive_file", details.get("total_inactive_file", 0))
    return Usage(
        cpu_seconds=statistics["cpu_stats"]["cpu_usage"]["total_usage"] / 10**9,
        memory_bytes=max(memory.get("usage", 0) - cache, 0),
        read_bytes=_transferred(statistics, "read"),
        written_bytes=_transferred(statistics, "write"),
    )


def _transferred(statistics: Mapping[str, Any], operation: str) -> int:
    """Bytes to or from block devices; the lists are null where the kernel does not count."""
    counts = statistics.get("blkio_stats", {}).get("io_service_bytes_recursive") or ()
    return sum(count["value"] for count in counts if count["op"].lower() == operation)
