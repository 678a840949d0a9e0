"""Several copies of one program as one workload, on real runtimes."""

import asyncio
import re
import subprocess
import time
from uuid import uuid4

import pytest

from colonyexecutors.errors import StartFailed
from colonyexecutors.runtimes.base import Handle, Phase, Stream, Workload
from colonyexecutors.runtimes.copies import CopyingRuntime
from tests.integration.executors.conftest import IMAGE, RuntimeKit


@pytest.fixture
async def runtime(kit: RuntimeKit) -> CopyingRuntime:
    """Each runtime, with copies; its kit opens and closes it."""
    return CopyingRuntime(kit.runtime)


async def begin(runtime: CopyingRuntime, *argv: str, nodes: int = 2, each: int = 2) -> Handle:
    workload = Workload(uuid4().hex * 2, "1", argv, image=IMAGE, nodes=nodes, processes_per_node=each)
    handle = await runtime.create(workload)
    await runtime.start(handle)
    return handle


async def until_running(kit: RuntimeKit, count: int) -> None:
    async with asyncio.timeout(20):
        while sum(phase is Phase.RUNNING for _, phase in await kit.runtime.find()) < count:
            await asyncio.sleep(0.02)


async def written(runtime: CopyingRuntime, handle: Handle, after: str = "") -> tuple[str, list[str]]:
    """What was written to stdout after a position, and the positions on the way."""
    text, positions = "", [after]
    async for output in runtime.output(handle, after):
        assert output.stream is Stream.STDOUT
        text += output.text
        positions.append(output.position)
    return text, positions


def networks_of(handle: Handle) -> list[str]:
    label = f"label=colony.process={handle.process_id}"
    listed = ["docker", "network", "ls", "-q", "--filter", label]
    return subprocess.run(listed, check=True, capture_output=True, text=True).stdout.split()


async def test_every_copy_knows_who_it_is(runtime: CopyingRuntime) -> None:
    names = "RANK WORLD_SIZE LOCAL_RANK NODE_RANK NODES PROCESSES_PER_NODE"
    script = "echo " + " ".join(f"$COLONIES_{name}" for name in names.split())
    handle = await begin(runtime, "sh", "-c", script)
    assert (await runtime.wait(handle)).code == 0
    text, _ = await written(runtime, handle)
    assert sorted(text.splitlines()) == [
        "[0] 0 4 0 0 2 2",
        "[1] 1 4 1 0 2 2",
        "[2] 2 4 0 1 2 2",
        "[3] 3 4 1 1 2 2",
    ]
    await runtime.remove(handle)
    assert await runtime.find() == []


async def test_a_single_program_is_told_too_and_its_output_is_its_own(runtime: CopyingRuntime) -> None:
    handle = await begin(runtime, "sh", "-c", "echo $COLONIES_RANK/$COLONIES_WORLD_SIZE", nodes=1, each=1)
    assert (await runtime.wait(handle)).code == 0
    assert (await written(runtime, handle))[0] == "0/1\n"


async def test_the_first_that_fails_ends_the_others(runtime: CopyingRuntime) -> None:
    handle = await begin(runtime, "sh", "-c", '[ "$COLONIES_RANK" != 2 ] || exit 4; sleep 300')
    async with asyncio.timeout(60):
        assert (await runtime.wait(handle)).code == 4
        while (await runtime.exit_code(handle)) is None:
            await asyncio.sleep(0.05)


async def test_a_program_that_is_not_there_leaves_nothing(runtime: CopyingRuntime) -> None:
    async def attempt() -> None:
        handle = await begin(runtime, "there-is-no-such-program")
        try:
            await runtime.wait(handle)
        finally:
            await runtime.remove(handle)

    with pytest.raises(StartFailed):
        await attempt()
    assert await runtime.find() == []


async def test_kill_ends_all(runtime: CopyingRuntime) -> None:
    handle = await begin(runtime, "sleep", "300")
    started = time.monotonic()
    await runtime.kill(handle, 0.2)
    assert (await runtime.wait(handle)).code != 0
    assert time.monotonic() - started < 20


async def test_output_goes_on_from_any_position(runtime: CopyingRuntime) -> None:
    handle = await begin(runtime, "sh", "-c", "for i in 1 2 3; do echo line $i; done")
    await runtime.wait(handle)
    whole, positions = await written(runtime, handle)
    assert len(whole.splitlines()) == 12
    for position in positions:
        rest, _ = await written(runtime, handle, position)
        assert sorted(rest.splitlines()) == sorted(rest.splitlines())
        assert set(rest.splitlines()) <= set(whole.splitlines())
    assert (await written(runtime, handle, positions[-1]))[0] == ""


async def test_are_found_again_as_one(kit: RuntimeKit, runtime: CopyingRuntime) -> None:
    handle = await begin(runtime, "sleep", "300")
    await until_running(kit, 4)
    again = CopyingRuntime(await kit.restarted())
    [(found, phase)] = await again.find()
    assert (found.id, found.copies, phase) == (handle.id, 4, Phase.RUNNING)
    assert (await again.usage(found)).memory_bytes > 0
    await again.kill(found, 0)
    assert (await again.wait(found)).code != 0


async def test_a_group_that_was_not_started_whole_is_lost(kit: RuntimeKit, runtime: CopyingRuntime) -> None:
    workload = Workload(uuid4().hex * 2, "1", ("sleep", "300"), image=IMAGE, nodes=3)
    await runtime.create(workload)
    parts = sorted((part for part, _ in await kit.runtime.find()), key=lambda part: part.rank)
    await kit.runtime.start(parts[0])
    await until_running(kit, 1)
    again = CopyingRuntime(await kit.restarted())
    [(found, phase)] = await again.find()
    assert phase is Phase.RUNNING
    assert (await again.wait(found)).lost
    assert len(await kit.runtime.find()) == 1


@pytest.mark.docker
async def test_a_network_that_nobody_needs_any_more_is_removed(docker_kit: RuntimeKit) -> None:
    runtime = CopyingRuntime(docker_kit.runtime)
    running, left = await begin(runtime, "sleep", "60"), await begin(runtime, "sleep", "60")
    subprocess.run(["docker", "rm", "-f", *left.id.split()], check=True, capture_output=True)
    assert networks_of(left)
    await runtime.find()
    assert not networks_of(left)
    assert networks_of(running)


@pytest.mark.docker
async def test_containers_reach_each_other_by_name(docker_kit: RuntimeKit) -> None:
    runtime = CopyingRuntime(docker_kit.runtime)
    script = """
        if [ "$COLONIES_RANK" = 0 ]; then echo hello from the first | nc -l -p 5000
        else for i in 1 2 3 4 5 6 7 8 9; do nc "$COLONIES_MASTER_ADDRESS" 5000 </dev/null && break; sleep 1; done; fi
    """
    handle = await begin(runtime, "sh", "-c", script, nodes=2, each=1)
    async with asyncio.timeout(60):
        assert (await runtime.wait(handle)).code == 0
    text, _ = await written(runtime, handle)
    assert re.fullmatch(r"\[1\] hello from the first\n", text)
