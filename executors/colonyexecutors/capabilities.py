"""What this executor offers to users: measured, or as the settings say."""

import platform
import shutil
import subprocess
from dataclasses import dataclass

from colonyexecutors.ledger import Resources
from colonyexecutors.runtimes.base import Runtime
from colonyexecutors.settings import ExecutorSettings
from colonysdk.objects import Capabilities, Gpu, Hardware, Software
from colonysdk.units import format_cpu, parse_cpu, parse_memory

_MIB = 2**20
_SLOTS_PER_CORE = 4
_QUERY_SECONDS = 10


@dataclass(frozen=True)
class Machine:
    """What there is to share among processes; `capabilities` is the same for users to read."""

    resources: Resources
    gpu_ids: tuple[str, ...]
    capabilities: Capabilities


async def measure(settings: ExecutorSettings, runtime: Runtime) -> Machine:
    """Look at the machine that the runtime uses, and at NVIDIA GPUs when their tool is there."""
    capacity = await runtime.capacity()
    cpu_milli = parse_cpu(settings.cpu) or capacity.cpu_milli
    memory_bytes = parse_memory(settings.memory) or capacity.memory_bytes
    slots = settings.slots or (max(cpu_milli * _SLOTS_PER_CORE // 1000, 1) if settings.parallel else 1)
    found = _gpus()
    gpus = len(found) if settings.gpu_count is None else settings.gpu_count
    name, gpu_memory = found[0] if found else ("", "")
    hardware = Hardware(
        model=settings.hardware_model or platform.machine(),
        nodes=1,
        cpu=format_cpu(cpu_milli),
        cores=max(cpu_milli // 1000, 1),
        mem=f"{memory_bytes // _MIB}Mi",
        storage=settings.hardware_storage or f"{shutil.disk_usage(settings.state_path).total // _MIB}Mi",
        gpu=Gpu(name=settings.gpu_name or name, mem=settings.gpu_memory or gpu_memory, count=gpus, node_count=gpus),
        platform=platform.system().lower(),
        architecture=platform.machine(),
    )
    software = Software(
        name=settings.software_name or "colony-executor",
        type=settings.software_type or runtime.name,
        version=settings.software_version or await runtime.describe(),
    )
    return Machine(
        Resources(cpu_milli, memory_bytes, slots, gpus),
        tuple(map(str, range(gpus))),
        Capabilities(hardware=[hardware], software=[software]),
    )


def _gpus() -> list[tuple[str, str]]:
    """Name and memory ("81920Mi") of each NVIDIA GPU."""
    tool = shutil.which("nvidia-smi")
    if tool is None:
        return []
    query = [tool, "--query-gpu=name,memory.total", "--format=csv,noheader,nounits"]
    try:
        answer = subprocess.run(query, capture_output=True, text=True, timeout=_QUERY_SECONDS, check=True).stdout
    except (OSError, subprocess.SubprocessError):
        return []
    rows = (line.rsplit(",", 1) for line in answer.splitlines() if "," in line)
    return [(name.strip(), f"{memory.strip()}Mi") for name, memory in rows]
