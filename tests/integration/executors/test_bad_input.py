"""Specifications that cannot work, and programs that misbehave: each ends with the right stage, code and sentence."""

import time
from typing import Any

import pytest

from colonysdk.objects import Process, ProcessState
from tests.integration.executors.site import Site
from tests.support.fork_bombs import CHILDREN


async def told(site: Site, process: Process, stage: str, code: str) -> str:
    """Check what a failed process says, in its errors and at the end of its log; the log before that."""
    assert process.state is ProcessState.FAILED
    assert f"stage: {stage}" in process.errors
    assert f"code: {code}" in process.errors
    assert process.errors[-1] in ("retry: will not help", "retry: may help")
    before, _, after = (await site.log_of(process.process_id)).rpartition(f"colony: {stage}: {process.errors[0]}\n")
    assert after == ""
    return before


class TestSpecifications:
    @pytest.mark.parametrize(
        ("cmd", "args", "fields", "path"),
        [
            ("echo", ["a\0b"], {}, "$.kwargs.args[0]"),
            ("echo\0", [], {}, "$.kwargs.cmd"),
            ("echo", [], {"env": {"": "x"}}, "$.env"),
            ("echo", [], {"env": {"A=B": "x"}}, "$.env"),
            ("echo", [], {"env": {"A\0": "x"}}, "$.env"),
            ("echo", [], {"env": {"A": "a\0b"}}, "$.env.A"),
            ("echo", [], {"kwargs": {"workdir": "relative"}}, "$.kwargs.workdir"),
            ("echo", [], {"kwargs": {"network": "host"}}, "$.kwargs.network"),
        ],
    )
    async def test_that_no_program_can_be_started_with(
        self, site: Site, cmd: str, args: list[str], fields: dict[str, Any], path: str
    ) -> None:
        process_id = site.submit(cmd, *args, **fields)
        async with site.executor():
            process = await site.end_of(process_id)
        assert await told(site, process, "validate", "invalid_specification") == ""
        assert path in process.errors[0]


class TestCommands:
    @pytest.mark.parametrize(
        ("cmd", "args", "kwargs", "code"),
        [
            ("no-such-program", [], {}, "command_not_found"),
            ("./no/such/program", [], {}, "command_not_found"),
            ("/etc/passwd", [], {}, "command_not_executable"),
            ("/etc", [], {}, "command_not_executable"),
            ("echo", ["x" * 200_000], {}, "command_too_long"),
            ("echo", ["word" * 10] * 60_000, {}, "command_too_long"),
            ("pwd", [], {"workdir": "/etc/passwd"}, "no_such_directory"),
        ],
    )
    async def test_that_cannot_be_started(
        self, site: Site, cmd: str, args: list[str], kwargs: dict[str, Any], code: str
    ) -> None:
        process_id = site.submit(cmd, *args, kwargs=kwargs)
        async with site.executor():
            process = await site.end_of(process_id)
        assert await told(site, process, "start", code) == ""
        assert process.errors[-1] == "retry: will not help"


@pytest.mark.docker
class TestImages:
    @pytest.mark.parametrize(
        ("image", "kwargs", "code"),
        [
            ("Not A/Name", {}, "image_name"),
            ("../../containers/json", {}, "image_name"),
            ("localhost:1/busybox", {}, "registry_unreachable"),
            ("no-such-host.invalid/busybox", {}, "registry_unreachable"),
            ("no/such/image:here", {"pull": "never"}, "image_absent"),
        ],
    )
    async def test_that_cannot_be_had(self, docker_site: Site, image: str, kwargs: dict[str, Any], code: str) -> None:
        process_id = docker_site.submit("echo", kwargs={"docker-image": image, **kwargs})
        async with docker_site.executor():
            process = await docker_site.end_of(process_id)
        assert await told(docker_site, process, "image", code) == ""
        assert image in process.errors[0]

    async def test_a_registry_that_does_not_have_it_or_wants_a_login(
        self, docker_site: Site, registry: str, private_registry: str
    ) -> None:
        missing = docker_site.submit("echo", kwargs={"docker-image": f"{registry}/no/such:1"})
        private = docker_site.submit("echo", kwargs={"docker-image": f"{private_registry}/busybox:latest"})
        async with docker_site.executor():
            await told(docker_site, await docker_site.end_of(missing), "image", "image_not_found")
            await told(docker_site, await docker_site.end_of(private), "image", "registry_login")

    async def test_a_user_that_the_image_does_not_know(self, docker_site: Site) -> None:
        process_id = docker_site.submit("id", kwargs={"user": "nobody-knows"})
        async with docker_site.executor():
            process = await docker_site.end_of(process_id)
        assert await told(docker_site, process, "start", "no_such_user") == ""


class TestPrograms:
    async def test_a_fork_bomb(self, site: Site) -> None:
        process_id = site.submit("sh", "-c", CHILDREN)
        neighbour = site.submit("sh", "-c", "sleep 1; echo well")
        async with site.executor(process_limit=64):
            process = await site.end_of(process_id, 40)
            assert (await site.end_of(neighbour)).state is ProcessState.SUCCESS
        assert {"outofprocesses": "true"}.items() <= {item.key: item.value for item in process.attributes}.items()
        if "code: process_limit" in process.errors:  # a plain process is ended; a container is refused one more
            await told(site, process, "run", "process_limit")
            assert process.errors[0] == "program was killed because it had more than 64 processes and threads at once"
        else:
            await told(site, process, "run", "program_exit")
            assert "hint: it was refused another process or thread: its limit is 64 processes and threads at once" in (
                process.errors
            )

    async def test_one_that_ignores_sigterm_and_its_children_too(self, site: Site) -> None:
        script = "trap '' TERM; echo deaf; while true; do sleep 1; done & while true; do sleep 1; done"
        process_id = site.submit("sh", "-c", script, conditions={"wall_time": 1})
        started = time.monotonic()
        async with site.executor() as executor:
            process = await site.end_of(process_id)
            assert time.monotonic() - started < 15
            assert executor.running <= 1
        assert await told(site, process, "run", "walltime") in ("", "deaf\n")

    async def test_one_that_leaves_zombies(self, site: Site) -> None:
        script = "for i in $(seq 50); do true & done; exec sh -c 'sleep 0.5; echo done; exit 3'"
        process_id = site.submit("sh", "-c", script)
        async with site.executor():
            process = await site.end_of(process_id)
        assert await told(site, process, "run", "program_exit") == "done\n"
