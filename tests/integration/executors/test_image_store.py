"""Having the right image: pull policies, archives, and keeping what was fetched within a size."""

import io
import json
import subprocess
import tarfile
from collections.abc import Callable
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


@pytest.fixture
def kit(docker_kit: RuntimeKit) -> RuntimeKit:
    return docker_kit


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

    async def test_what_a_moved_tag_named_before_goes_unless_it_is_in_use(
        self, kit: RuntimeKit, registry: str, publish: Callable[[str], str], tmp_path: Path
    ) -> None:
        tag = f"{registry}/moved-{uuid4().hex[:8]}:1"
        store = ImageStore(kit.runtime, cache=ImageCache(kit.runtime, tmp_path / "images.json", 2**40))
        publish(tag)
        first = await self._use(store, tag)
        self._move(tag, publish(f"{tag}-next"))
        second = await self._use(store, tag)
        assert first.id != second.id
        assert await kit.runtime.image_present(first.id) is None
        handle = await kit.begin("sleep", "60", image=second.id)
        self._move(tag, publish(f"{tag}-last"))
        third = await self._use(store, tag)
        assert third.id != second.id
        assert await kit.runtime.image_present(second.id) is not None
        await kit.runtime.remove(handle)
        for image in (second.id, tag):
            await kit.runtime.remove_image(image)

    async def _use(self, store: ImageStore, tag: str) -> Image:
        with store.keep(tag):
            return await store.ensure(tag, Pull.ALWAYS)

    def _move(self, tag: str, digest: str) -> None:
        """Let the tag of a registry name an image that the registry has."""
        address, _, name = tag.rpartition(":")[0].partition("/")
        manifests = f"http://{address}/v2/{name}/manifests"
        kind = "application/vnd.docker.distribution.manifest.v2+json"
        found = httpx.get(f"{manifests}/{digest.partition('@')[2]}", headers={"accept": kind}).raise_for_status()
        put = httpx.put(f"{manifests}/{tag.rpartition(':')[2]}", content=found.content, headers={"content-type": kind})
        put.raise_for_status()

    async def _present(self, kit: RuntimeKit, tags: list[str]) -> list[str]:
        return [tag for tag in tags if await kit.runtime.image_present(tag) is not None]
