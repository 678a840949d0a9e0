"""What an executor measures of its machine, and what its operator may say instead."""

from pathlib import Path

import pytest

from colonyexecutors.capabilities import Machine, measure
from colonyexecutors.ledger import Resources
from colonyexecutors.runtimes.base import Capacity
from colonyexecutors.runtimes.process import ProcessRuntime
from colonyexecutors.settings import ExecutorSettings
from colonysdk.objects import Hardware

GIB = 2**30


class FourCores(ProcessRuntime):
    async def capacity(self) -> Capacity:
        return Capacity(cpu_milli=4000, memory_bytes=16 * GIB)


async def measured(directory: Path, **settings: object) -> Machine:
    known: dict[str, object] = {"colony_name": "dev", "state_directory": directory}
    return await measure(ExecutorSettings.load(**known | settings), FourCores(directory / "work"))


def hardware_of(machine: Machine) -> Hardware:
    """The one machine that an executor tells of."""
    assert machine.capabilities.hardware is not None
    (hardware,) = machine.capabilities.hardware
    return hardware


@pytest.fixture
def nvidia_smi(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What NVIDIA's tool prints on a machine with two GPUs."""
    tool = tmp_path / "bin" / "nvidia-smi"
    tool.parent.mkdir()
    tool.write_text("#!/bin/sh\nfor i in 1 2; do echo 'NVIDIA A100-SXM4-80GB, 81920'; done\n")
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tool.parent}:/usr/bin:/bin")
    return tool


async def test_the_machine_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    machine = await measured(tmp_path)
    assert (machine.resources, machine.gpu_ids) == (Resources(4000, 16 * GIB, 16, 0), ())
    hardware = hardware_of(machine)
    assert (hardware.cpu, hardware.cores, hardware.mem, hardware.gpu.count) == ("4000m", 4, "16384Mi", 0)
    assert [software.type for software in machine.capabilities.software or []] == ["process"]


async def test_gpus_are_found(tmp_path: Path, nvidia_smi: Path) -> None:
    machine = await measured(tmp_path)
    assert (machine.resources.gpus, machine.gpu_ids) == (2, ("0", "1"))
    gpu = hardware_of(machine).gpu
    assert (gpu.name, gpu.mem, gpu.count) == ("NVIDIA A100-SXM4-80GB", "81920Mi", 2)


@pytest.mark.parametrize("lines", ["exit 9", "echo 'NVIDIA-SMI has failed'"])
async def test_a_driver_that_fails_means_no_gpus(tmp_path: Path, nvidia_smi: Path, lines: str) -> None:
    nvidia_smi.write_text(f"#!/bin/sh\n{lines}\n")
    assert (await measured(tmp_path)).gpu_ids == ()


async def test_what_the_operator_says_counts(tmp_path: Path, nvidia_smi: Path) -> None:
    machine = await measured(tmp_path, cpu="1500m", memory="2Gi", slots=3, gpu_count=1, gpu_name="mine")
    assert machine.resources == Resources(1500, 2 * GIB, 3, 1)
    assert hardware_of(machine).gpu.name == "mine"


async def test_one_at_a_time(tmp_path: Path, nvidia_smi: Path) -> None:
    assert (await measured(tmp_path, parallel=False)).resources.slots == 1
