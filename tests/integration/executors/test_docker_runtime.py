"""What only containers have: images, registries, limits, and a log that the engine keeps."""

import asyncio
import contextlib
import io
import json
import os
import random
import socket
import subprocess
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from colonyexecutors.errors import ImageFailed, OutputUnreadable, RuntimeUnavailable, StartFailed
from colonyexecutors.runtimes.base import Handle, Stream, Workload
from colonyexecutors.runtimes.docker import DockerRuntime
from tests.integration.executors.conftest import IMAGE, RuntimeKit

pytestmark = pytest.mark.docker

MIB = 2**20
REGISTRY_UP = Path(__file__).parents[3] / "scripts" / "registry-up"


@pytest.fixture
def kit(docker_kit: RuntimeKit) -> RuntimeKit:
    return docker_kit


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A registry without a login that holds busybox:latest."""
    yield from _registry(tmp_path_factory.mktemp("registry"))


@pytest.fixture(scope="module")
def private_registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A registry that wants a login."""
    yield from _registry(tmp_path_factory.mktemp("private"), REGISTRY_USER="user", REGISTRY_PASSWORD="password")


def _registry(directory: Path, **settings: str) -> Iterator[str]:
    if os.geteuid() != 0:
        pytest.skip("a registry is installed and started by root only")
    port = _free_port()
    environment = {**os.environ, "REGISTRY_PORT": str(port), "REGISTRY_DIR": str(directory), **settings}
    up = subprocess.run([REGISTRY_UP], env=environment, check=False, capture_output=True, text=True, timeout=180)
    assert up.returncode == 0, up.stderr
    yield f"localhost:{port}"
    subprocess.run([REGISTRY_UP, "--down"], env=environment, check=True, capture_output=True, timeout=60)


def _free_port() -> int:
    """A port that no outgoing connection of another test can take meanwhile: one below the kernel's own range."""
    while True:
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", random.randint(20_000, 32_000)))
            return int(probe.getsockname()[1])


def inspect(handle: Handle) -> dict[str, Any]:
    answer = subprocess.run(["docker", "inspect", handle.id], check=True, capture_output=True)
    return dict(json.loads(answer.stdout)[0])


class TestCommands:
    async def test_an_entrypoint_gets_the_arguments_as_docker_run_gives_them(
        self, kit: RuntimeKit, build_image: Callable[..., str]
    ) -> None:
        image = build_image(f"FROM {IMAGE}", 'ENTRYPOINT ["echo", "entry"]')
        _, stdout, _ = await kit.run("a b", "c", image=image)
        assert stdout == "entry a b c\n"

    async def test_a_shell_that_was_asked_for_replaces_it(
        self, kit: RuntimeKit, build_image: Callable[..., str]
    ) -> None:
        image = build_image(f"FROM {IMAGE}", 'ENTRYPOINT ["echo", "entry"]', 'CMD ["default"]')
        _, stdout, _ = await kit.run("sh", "-c", "echo from the shell", image=image, replace_entrypoint=True)
        assert stdout == "from the shell\n"

    async def test_an_image_that_holds_one_program_and_no_shell(
        self, kit: RuntimeKit, build_image: Callable[..., str]
    ) -> None:
        image = build_image("FROM scratch", f"COPY --from={IMAGE} /bin/busybox /busybox")
        _, stdout, stderr = await kit.run("/busybox", "echo", "alone", image=image)
        assert (stdout, stderr) == ("alone\n", "")
        with pytest.raises(StartFailed) as failure:
            await kit.run("sh", image=image)
        assert failure.value.code == "command_not_found"

    async def test_the_images_user_and_directory(self, kit: RuntimeKit, build_image: Callable[..., str]) -> None:
        image = build_image(f"FROM {IMAGE}", "WORKDIR /somewhere", "USER 1234")
        _, stdout, _ = await kit.run("sh", "-c", "pwd; id -u", image=image)
        assert stdout == "/somewhere\n1234\n"

    async def test_what_looks_like_the_init_process_is_kept_when_the_program_wrote_it(self, kit: RuntimeKit) -> None:
        line = "[FATAL tini (7)] exec nope failed: No such file or directory"
        ended, stdout, stderr = await kit.run("sh", "-c", 'echo "$0" >&2; echo more', line)
        assert (ended.code, stdout, stderr) == (0, "more\n", f"{line}\n")


class TestImages:
    async def test_pulls_what_is_missing_and_removes_it(self, kit: RuntimeKit, registry: str) -> None:
        reference = f"{registry}/busybox:latest"
        assert await kit.runtime.image_present(reference) is None
        await kit.runtime.pull(reference)
        image = await kit.runtime.image_present(reference)
        assert image is not None
        assert image.digest.startswith(f"{registry}/busybox@sha256:")
        _, stdout, _ = await kit.run("echo", "pulled", image=image.id)
        assert stdout == "pulled\n"
        await kit.runtime.pull(image.digest)
        assert await kit.runtime.image_present(image.digest) is not None
        await kit.runtime.remove_image(reference)
        await kit.runtime.remove_image(reference)
        assert await kit.runtime.image_present(reference) is None

    async def test_a_private_registry_with_and_without_the_login(
        self, kit: RuntimeKit, private_registry: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        reference = f"{private_registry}/busybox:latest"
        await self._fails(kit, reference, "registry_login")
        monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
        login = ["docker", "login", "-u", "user", "--password-stdin", private_registry]
        subprocess.run(login, input=b"password", check=True, capture_output=True)
        logged_in = await kit.restarted()
        await logged_in.pull(reference)
        await logged_in.remove_image(reference)

    async def test_a_tag_or_an_image_that_does_not_exist(self, kit: RuntimeKit, registry: str) -> None:
        await self._fails(kit, f"{registry}/busybox:no-such-tag", "image_not_found")
        await self._fails(kit, f"{registry}/no/such/image", "image_not_found")

    async def test_a_registry_that_cannot_be_reached(self, kit: RuntimeKit) -> None:
        failure = await self._fails(kit, "localhost:1/busybox", "registry_unreachable")
        assert failure.retry
        await self._fails(kit, "no-such-host.invalid/busybox", "registry_unreachable")

    async def test_an_image_for_other_machines_only(self, kit: RuntimeKit, registry: str) -> None:
        single = "application/vnd.docker.distribution.manifest.v2+json"
        url = f"http://{registry}/v2/busybox/manifests"
        found = httpx.get(f"{url}/latest", headers={"accept": single})
        listed = {
            "schemaVersion": 2,
            "mediaType": "application/vnd.docker.distribution.manifest.list.v2+json",
            "manifests": [
                {
                    "mediaType": single,
                    "size": len(found.content),
                    "digest": found.headers["docker-content-digest"],
                    "platform": {"architecture": "s390x", "os": "linux"},
                }
            ],
        }
        put = httpx.put(f"{url}/foreign", json=listed, headers={"content-type": str(listed["mediaType"])})
        assert put.status_code == 201
        await self._fails(kit, f"{registry}/busybox:foreign", "image_architecture")

    @pytest.mark.parametrize(
        "reference",
        [
            "two words",
            "UPPER/case",
            "",
            "a:b:c",
            "../../containers/json",
            "x/../../info",
            "name@sha256:1",
            "-x",
            "a?b=c",
        ],
    )
    async def test_a_name_that_no_image_can_have(self, kit: RuntimeKit, reference: str) -> None:
        for operation in (kit.runtime.image_present, kit.runtime.pull, kit.runtime.remove_image):
            with pytest.raises(ImageFailed) as failure:
                await operation(reference)
            assert failure.value.code == "image_name"

    async def test_an_archive_of_an_image(
        self, kit: RuntimeKit, build_image: Callable[..., str], tmp_path: Path
    ) -> None:
        name = build_image(f"FROM {IMAGE}", f"LABEL test={uuid4().hex}")
        archive = tmp_path / "image.tar"
        subprocess.run(["docker", "save", "-o", archive, name], check=True, timeout=60)
        await kit.runtime.remove_image(name)
        image = await kit.runtime.load_image(archive)
        assert await kit.runtime.image_present(name) == image

    async def test_an_image_for_another_processor(
        self, kit: RuntimeKit, build_image: Callable[..., str], tmp_path: Path
    ) -> None:
        name = build_image(f"FROM {IMAGE}", f"LABEL test={uuid4().hex}")
        archive, foreign = tmp_path / "image.tar", tmp_path / "foreign.tar"
        subprocess.run(["docker", "save", "-o", archive, name], check=True, timeout=60)
        subprocess.run(["docker", "image", "rm", name], check=True, capture_output=True)
        with tarfile.open(archive) as source, tarfile.open(foreign, "w") as target:
            configuration = json.load(source.extractfile("manifest.json") or io.BytesIO())[0]["Config"]
            for member in source.getmembers():
                content = (source.extractfile(member) or io.BytesIO()).read() if member.isfile() else b""
                if member.name == configuration:
                    content = json.dumps(json.loads(content) | {"architecture": "s390x"}).encode()
                member.size = len(content)
                target.addfile(member, io.BytesIO(content))
        with pytest.raises(ImageFailed) as failure:
            await kit.runtime.load_image(foreign)
        assert failure.value.code == "image_architecture"

    async def test_an_archive_that_is_none(self, kit: RuntimeKit, tmp_path: Path) -> None:
        garbage = tmp_path / "garbage.tar"
        garbage.write_bytes(os.urandom(5000))
        with tarfile.open(tmp_path / "empty.tar", "w"):
            pass
        for path in (garbage, tmp_path / "empty.tar", tmp_path / "missing.tar"):
            with pytest.raises(ImageFailed) as failure:
                await kit.runtime.load_image(path)
            assert failure.value.code == "archive_unreadable"

    async def _fails(self, kit: RuntimeKit, reference: str, code: str) -> ImageFailed:
        with pytest.raises(ImageFailed) as failure:
            await kit.runtime.pull(reference)
        assert failure.value.code == code
        assert reference in failure.value.sentence
        return failure.value


class TestLimits:
    async def test_are_what_was_asked(self, kit: RuntimeKit) -> None:
        handle = await kit.begin("sleep", "60", cpu_milli=500, memory_bytes=64 * MIB, pids=100)
        host = inspect(handle)["HostConfig"]
        assert host["NanoCpus"] == 500_000_000
        assert (host["Memory"], host["MemorySwap"]) == (64 * MIB, 64 * MIB)
        assert host["PidsLimit"] == 100
        assert host["Init"] is True
        assert host["LogConfig"]["Type"] == "json-file"
        assert host["LogConfig"]["Config"]["max-file"] == "1"
        assert handle.notes == ()

    async def test_are_adapted_to_what_the_engine_can_do(self, kit: RuntimeKit) -> None:
        handle = await kit.begin("sleep", "60", cpu_milli=10_000_000, memory_bytes=1 * MIB)
        host = inspect(handle)["HostConfig"]
        assert host["NanoCpus"] == (await kit.runtime.capacity()).cpu_milli * 10**6
        assert host["Memory"] == 6 * MIB
        assert len(handle.notes) == 2

    async def test_a_child_over_the_limit_is_told_apart_from_the_program(self, kit: RuntimeKit) -> None:
        script = "dd if=/dev/zero of=/dev/null bs=200M count=100 2>/dev/null; echo survived"
        ended, stdout, _ = await kit.run("sh", "-c", script, memory_bytes=32 * MIB)
        assert (ended.code, ended.out_of_memory) == (0, True)
        assert stdout.endswith("survived\n")

    async def test_labels_tell_people_and_the_executor_whose_it_is(self) -> None:
        owner = uuid4().hex
        runtime = DockerRuntime(owner, {"colony.name": "dev"})
        await runtime.open()
        handle = await runtime.create(Workload("f" * 64, "a1", ("true",), image=IMAGE))
        labels = inspect(handle)["Config"]["Labels"]
        await runtime.remove(handle)
        await runtime.close()
        assert labels == {
            "colony.name": "dev",
            "colony.executor": owner,
            "colony.process": "f" * 64,
            "colony.attempt": "a1",
        }


class TestLife:
    async def test_a_leftover_of_the_same_attempt_is_replaced(self, kit: RuntimeKit) -> None:
        workload = Workload(uuid4().hex * 2, "1", ("true",), image=IMAGE)
        first = await kit.runtime.create(workload)
        second = await kit.runtime.create(workload)
        assert [handle.id for handle, _ in await kit.runtime.find()] == [second.id]
        assert first.id != second.id

    async def test_a_container_that_was_removed_from_outside_is_lost(self, kit: RuntimeKit) -> None:
        handle = await kit.begin("sleep", "60")
        subprocess.run(["docker", "rm", "-f", handle.id], check=True, capture_output=True)
        async with asyncio.timeout(20):
            ended = await kit.runtime.wait(handle)
        assert ended.lost

    async def test_an_engine_that_does_not_answer(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/no.sock")
        runtime = DockerRuntime("owner")
        with pytest.raises(RuntimeUnavailable, match="no Docker daemon answers at unix"):
            await runtime.open()
        await runtime.close()


class TestLog:
    async def test_many_lines_in_order_from_any_position(self, kit: RuntimeKit) -> None:
        handle = await kit.begin("sh", "-c", "seq 20000; seq 20000 >&2")
        await kit.runtime.wait(handle)
        seen = [output async for output in kit.runtime.output(handle)]
        expected = "".join(f"{number}\n" for number in range(1, 20_001))
        for stream in Stream:
            assert "".join(output.text for output in seen if output.stream is stream) == expected
        for cut in (0, 1, len(seen) // 2, len(seen) - 2):
            rest = await kit.written(handle, seen[cut].position)
            for stream in Stream:
                before = "".join(output.text for output in seen[: cut + 1] if output.stream is stream)
                assert before + rest[stream] == expected

    async def test_a_log_that_the_engine_cannot_read(self, kit: RuntimeKit) -> None:
        command = ["docker", "run", "-d", "--log-driver", "none", IMAGE, "echo", "unseen"]
        container = subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
        handle = Handle(container, "process", "1")
        with pytest.raises(OutputUnreadable, match="cannot read the log"):
            await kit.written(handle)
        await kit.runtime.remove(handle)

    async def test_a_character_that_is_cut_where_reading_stopped(self, kit: RuntimeKit) -> None:
        handle = await kit.begin("sh", "-c", "i=0; while [ $i -lt 9000 ]; do printf 世界é; i=$((i+1)); done; echo")
        await kit.runtime.wait(handle)
        seen = [output async for output in kit.runtime.output(handle)]
        for cut in range(len(seen)):
            rest = [output async for output in kit.runtime.output(handle, seen[cut].position)]
            assert "".join(output.text for output in seen[: cut + 1] + rest) == "世界é" * 9000 + "\n"
