"""GPUs are given out one by one; plain processes are told theirs, and containers get them or are not started."""

import asyncio
from pathlib import Path

import pytest

from colonyexecutors.runtimes.copies import CopyingRuntime
from colonyexecutors.runtimes.process import ProcessRuntime
from colonysdk.objects import Gpu, ProcessState
from tests.integration.executors.site import Site

ONE = {"gpu": Gpu(count=1)}


@pytest.fixture
def processes(tmp_path: Path) -> Site:
    return Site(tmp_path, lambda: CopyingRuntime(ProcessRuntime(tmp_path / "work")))


async def test_plain_processes_are_told_theirs(processes: Site) -> None:
    script = "echo gpu $CUDA_VISIBLE_DEVICES; sleep 1"
    together = [processes.submit("sh", "-c", script, conditions=ONE) for _ in range(2)]
    async with processes.executor(gpu_count=2):
        await asyncio.gather(*map(processes.end_of, together))
        copies = processes.submit("sh", "-c", script, conditions={**ONE, "processes_per_node": 2})
        without = processes.submit("sh", "-c", "echo ${CUDA_VISIBLE_DEVICES-any}")
        await asyncio.gather(processes.end_of(copies), processes.end_of(without))
    assert {await processes.log_of(process_id) for process_id in together} == {"gpu 0\n", "gpu 1\n"}
    assert sorted((await processes.log_of(copies)).splitlines()) == ["[0] gpu 0", "[1] gpu 1"]
    assert await processes.log_of(without) == "any\n"


@pytest.mark.docker
async def test_a_container_that_cannot_have_them_does_not_start(docker_site: Site) -> None:
    process_id = docker_site.submit("true", conditions=ONE)
    async with docker_site.executor(gpu_count=1):
        process = await docker_site.end_of(process_id)
    # A machine that has some may run this.
    assert process.state is ProcessState.SUCCESS or {"stage: start", "code: gpu_unavailable"} <= {*process.errors}
