"""Images: registries, archives, and keeping what was fetched within a size."""

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
from uuid import uuid4

import httpx
import pytest

from colonyexecutors.errors import ImageFailed
from colonyexecutors.image_cache import ImageCache
from colonyexecutors.images import ImageStore
from colonyexecutors.job import Pull
from colonyexecutors.runtimes.base import Image
from tests.integration.executors.conftest import IMAGE, RuntimeKit

pytestmark = pytest.mark.docker

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


def docker(*arguments: str) -> str:
    answer = subprocess.run(["docker", *arguments], check=True, capture_output=True, text=True, timeout=60)
    return answer.stdout.strip()


@pytest.fixture
def publish(build_image: Callable[..., str]) -> Callable[[str], str]:
    """Push a new image under a name, leave no copy here, and return the digest by which the registry knows it."""

    def push(reference: str) -> str:
        built = build_image(f"FROM {IMAGE}", f"LABEL test={uuid4().hex}", f"ENV PUBLISHED={uuid4().hex}")
        docker("tag", built, reference)
        docker("push", "-q", reference)
        (digest,) = json.loads(docker("image", "inspect", "-f", "{{json .RepoDigests}}", reference))
        docker("image", "rm", "-f", reference, built)
        return str(digest)

    return push


class TestRuntime:
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


class TestPolicies:
    async def test_a_digest_stays_when_its_tag_moves(
        self, kit: RuntimeKit, registry: str, publish: Callable[[str], str]
    ) -> None:
        tag = f"{registry}/moving:{uuid4().hex[:8]}"
        store = ImageStore(kit.runtime)
        first, second = publish(tag), publish(tag)
        assert first != second
        pinned = await store.ensure(first)
        assert (await store.ensure(f"{tag}@{first.partition('@')[2]}")).id == pinned.id
        moved = await store.ensure(tag)
        assert (pinned.digest, moved.digest) == (first, second)
        assert await self._marker(kit, pinned) != await self._marker(kit, moved)
        await self._forget(kit, tag, first, second)

    async def test_always_follows_a_tag_and_missing_does_not(
        self, kit: RuntimeKit, registry: str, publish: Callable[[str], str]
    ) -> None:
        tag, kept = (f"{registry}/{name}:{uuid4().hex[:8]}" for name in ("followed", "kept"))
        store = ImageStore(kit.runtime)
        first = publish(tag)
        old = await store.ensure(tag)
        docker("tag", old.id, kept)
        second = publish(tag)
        docker("tag", old.id, tag)
        assert (await store.ensure(tag)).id == old.id
        followed = await store.ensure(tag, Pull.ALWAYS)
        assert (old.digest, followed.digest) == (first, second)
        await self._forget(kit, tag, kept, first, second)

    async def test_never_asks_no_registry(self, kit: RuntimeKit, registry: str) -> None:
        with pytest.raises(ImageFailed) as failure:
            await ImageStore(kit.runtime).ensure(f"{registry}/busybox:latest", Pull.NEVER)
        assert failure.value.code == "image_absent"
        assert await ImageStore(kit.runtime).ensure(IMAGE, Pull.NEVER)

    async def _marker(self, kit: RuntimeKit, image: Image) -> str:
        _, stdout, _ = await kit.run("sh", "-c", "echo $PUBLISHED", image=image.id)
        return stdout

    async def _forget(self, kit: RuntimeKit, *references: str) -> None:
        for reference in references:
            await kit.runtime.remove_image(reference)


class TestArchives:
    async def test_are_looked_into_by_name(
        self, kit: RuntimeKit, build_image: Callable[..., str], tmp_path: Path
    ) -> None:
        wanted, other = (build_image(f"FROM {IMAGE}", f"ENV NUMBER={number}") for number in (1, 2))
        store = ImageStore(kit.runtime, archives=tmp_path)
        # The one that is wanted is not the last one in the archive.
        docker("save", "-o", str(tmp_path / f"{wanted.replace(':', '_')}.tar"), wanted, other)
        docker("image", "rm", wanted, other)
        image = await store.ensure(wanted, Pull.NEVER)
        _, stdout, _ = await kit.run("sh", "-c", "echo $NUMBER", image=image.id)
        assert stdout == "1\n"

    async def test_that_are_cut_or_lead_elsewhere_are_refused(
        self, kit: RuntimeKit, build_image: Callable[..., str], tmp_path: Path
    ) -> None:
        name = build_image(f"FROM {IMAGE}", f"LABEL test={uuid4().hex}")
        archive = tmp_path / f"{name.replace(':', '_')}.tar"
        docker("save", "-o", str(archive), name)
        docker("image", "rm", name)
        archive.write_bytes(archive.read_bytes()[: archive.stat().st_size // 2])
        store = ImageStore(kit.runtime, archives=tmp_path)
        await self._is_refused(store, name)
        outside = tmp_path / "outside"
        with tarfile.open(archive, "w") as target:
            for place in ("../../../../../../.." + str(outside), str(outside)):
                member = tarfile.TarInfo(place)
                member.size = 4
                target.addfile(member, io.BytesIO(b"evil"))
        await self._is_refused(store, name)
        assert not outside.exists()

    async def _is_refused(self, store: ImageStore, name: str) -> None:
        with pytest.raises(ImageFailed) as failure:
            await store.ensure(name)
        assert failure.value.code == "archive_unreadable"
        assert "cannot be read as an image" in failure.value.sentence or "holds an image" in failure.value.sentence


class TestCache:
    async def test_the_least_recently_used_goes_and_never_one_that_a_container_uses(
        self, kit: RuntimeKit, registry: str, publish: Callable[[str], str], tmp_path: Path
    ) -> None:
        tags = [f"{registry}/cached-{uuid4().hex[:8]}:1" for _ in range(4)]
        for tag in tags:
            publish(tag)
        # Room for one: every image is as large as busybox.
        limit = (await ImageStore(kit.runtime).ensure(IMAGE)).size_bytes * 3 // 2
        record = tmp_path / "images.json"
        store = ImageStore(kit.runtime, cache=ImageCache(kit.runtime, record, limit))
        used, first, second, third = tags
        with store.keep(used):
            handle = await kit.begin("sleep", "60", image=(await store.ensure(used)).id)
        with store.keep(first):
            await store.ensure(first)
            # A restarted executor knows what it had fetched, and the engine which images are in use.
            again = ImageStore(kit.runtime, cache=ImageCache(kit.runtime, record, limit))
            with again.keep(second):
                await again.ensure(second)
            assert await self._present(kit, tags) == [used, second]
        await kit.runtime.remove(handle)
        with again.keep(third):
            await again.ensure(third)
        assert await self._present(kit, tags) == [third]
        assert await ImageStore(kit.runtime).ensure(IMAGE, Pull.NEVER)
        await kit.runtime.remove_image(third)

    async def _present(self, kit: RuntimeKit, tags: list[str]) -> list[str]:
        return [tag for tag in tags if await kit.runtime.image_present(tag) is not None]
