"""How a workload becomes a container: its options and its limits."""

from collections.abc import Mapping
from typing import Any

from docker import APIClient
from docker.types import DeviceRequest, LogConfig

from colonyexecutors.runtimes.base import Workload

EXECUTOR_LABEL = "colony.executor"
PROCESS_LABEL = "colony.process"
ATTEMPT_LABEL = "colony.attempt"

_SMALLEST_MEMORY_BYTES = 6 * 2**20
_LOG = LogConfig(
    type=LogConfig.types.JSON,
    # Unset, the daemon's defaults would apply, where rotation and the non-blocking mode lose lines.
    config={"max-size": "1024g", "max-file": "1", "compress": "false", "mode": "blocking"},
)


def container_name(workload: Workload) -> str:
    """A name that people recognise and that no second container of the same attempt can get."""
    return f"colony-{workload.process_id[:24]}-{workload.attempt}"


def create_container(api: APIClient, workload: Workload, labels: Mapping[str, str], host_cpu_milli: int) -> str:
    """Create the container and return its id."""
    entrypoint, command = (workload.argv[:1], workload.argv[1:]) if workload.replace_entrypoint else ((), workload.argv)
    created = api.create_container(
        workload.image,
        name=container_name(workload),
        entrypoint=list(entrypoint) or None,
        command=list(command),
        environment=dict(workload.environment),
        labels={**labels, PROCESS_LABEL: workload.process_id, ATTEMPT_LABEL: workload.attempt},
        host_config=api.create_host_config(**_limits(workload, host_cpu_milli), init=True, log_config=_LOG),
    )
    return str(created["Id"])


def adapted_limits(workload: Workload, host_cpu_milli: int) -> tuple[str, ...]:
    """What to tell the operator about limits that cannot be as the specification asks."""
    notes = []
    if workload.cpu_milli > host_cpu_milli:
        notes.append(f"cpu is limited to the {host_cpu_milli}m of this machine, not to {workload.cpu_milli}m")
    if 0 < workload.memory_bytes < _SMALLEST_MEMORY_BYTES:
        notes.append(f"memory is limited to 6 MiB, the least that Docker allows, not to {workload.memory_bytes} bytes")
    return tuple(notes)


def _limits(workload: Workload, host_cpu_milli: int) -> dict[str, Any]:
    limits: dict[str, Any] = {}
    if workload.cpu_milli:
        limits["nano_cpus"] = max(min(workload.cpu_milli, host_cpu_milli), 10) * 10**6
    if workload.memory_bytes:
        limits["mem_limit"] = max(workload.memory_bytes, _SMALLEST_MEMORY_BYTES)
        # Without it as much swap again would be allowed.
        limits["memswap_limit"] = limits["mem_limit"]
    if workload.pids:
        limits["pids_limit"] = workload.pids
    if workload.gpus:
        limits["device_requests"] = [DeviceRequest(count=workload.gpus, capabilities=[["gpu"]])]
    return limits
