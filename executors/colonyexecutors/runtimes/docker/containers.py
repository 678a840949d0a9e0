"""How a workload becomes a container: its options and its limits."""

from collections.abc import Mapping
from typing import Any

from docker import APIClient
from docker.types import DeviceRequest, LogConfig, Mount

from colonyexecutors.runtimes.base import Bind, Handle, Workload

EXECUTOR_LABEL = "colony.executor"
PROCESS_LABEL = "colony.process"
ATTEMPT_LABEL = "colony.attempt"
RANK_LABEL = "colony.rank"
COPIES_LABEL = "colony.copies"

_SMALLEST_MEMORY_BYTES = 6 * 2**20
_LEAST_SHARED_BYTES = 64 * 2**20
"""The engine's own default for /dev/shm."""
_ANY_LOG_BYTES = 2**40


def container_name(workload: Workload) -> str:
    """A name that people recognise and that no second container of the same attempt and rank can get."""
    name = f"colony-{workload.process_id[:24]}-{workload.attempt}"
    return name if workload.copies == 1 else f"{name}-{workload.rank}"


def host_name(rank: int) -> str:
    """The name of a copy in the network of its workload."""
    return f"rank-{rank}"


def create_container(
    api: APIClient, workload: Workload, labels: Mapping[str, str], *, host_cpu_milli: int, network: str
) -> str:
    """Create the container in a network ("" for the engine's default) and return its id."""
    entrypoint, command = (workload.argv[:1], workload.argv[1:]) if workload.replace_entrypoint else ((), workload.argv)
    created = api.create_container(
        workload.image,
        name=container_name(workload),
        entrypoint=list(entrypoint) or None,
        command=list(command),
        environment=dict(workload.environment),
        working_dir=workload.working_directory or None,
        user=workload.user or None,
        hostname=host_name(workload.rank) if workload.copies > 1 else None,
        labels={
            **labels,
            PROCESS_LABEL: workload.process_id,
            ATTEMPT_LABEL: workload.attempt,
            RANK_LABEL: str(workload.rank),
            COPIES_LABEL: str(workload.copies),
        },
        host_config=api.create_host_config(
            **_limits(workload, host_cpu_milli),
            init=True,
            log_config=_log(workload.log_bytes),
            network_mode=network or None,
            mounts=[_mount(bind) for bind in workload.binds],
        ),
        networking_config=_aliases(api, workload, network),
    )
    return str(created["Id"])


def handle_of(container: Mapping[str, Any]) -> Handle:
    """The handle of a container in the engine's list."""
    labels = container["Labels"]
    return Handle(
        container["Id"],
        labels.get(PROCESS_LABEL, ""),
        labels.get(ATTEMPT_LABEL, ""),
        rank=int(labels.get(RANK_LABEL, "0")),
        copies=int(labels.get(COPIES_LABEL, "1")),
    )


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
        # As a machine of that memory has it; what lies there counts as memory.
        limits["shm_size"] = max(limits["mem_limit"] // 2, _LEAST_SHARED_BYTES)
    if workload.pids:
        limits["pids_limit"] = workload.pids
    if workload.gpu_ids:
        limits["device_requests"] = [DeviceRequest(device_ids=list(workload.gpu_ids), capabilities=[["gpu"]])]
    return limits


def _log(limit_bytes: int) -> LogConfig:
    """Where the output is kept: in one file, and beyond the limit in two of which the older one is given up.

    All is said, because the daemon's defaults may rotate sooner and lose lines in its non-blocking mode.
    """
    size, files = (limit_bytes, 2) if limit_bytes else (_ANY_LOG_BYTES, 1)
    config = {"max-size": str(size), "max-file": str(files), "compress": "false", "mode": "blocking"}
    return LogConfig(type=LogConfig.types.JSON, config=config)


def _mount(bind: Bind) -> Mount:
    """Unlike a volume of the same paths, a mount does not make a missing source into an empty directory."""
    return Mount(bind.target, str(bind.source), type="bind", read_only=bind.read_only)


def _aliases(api: APIClient, workload: Workload, network: str) -> Any:
    if workload.copies == 1 or not workload.has_network:
        return None
    endpoint = api.create_endpoint_config(aliases=[host_name(workload.rank)])
    return api.create_networking_config({network: endpoint})  # type: ignore[arg-type]  # the stubs name one endpoint
