"""Pulling what is missing, once."""

import asyncio
from pathlib import Path

import pytest

from colonyexecutors.errors import ImageFailed
from colonyexecutors.image_cache import ImageCache
from colonyexecutors.images import ImageStore
from colonyexecutors.job import Pull
from colonyexecutors.runtimes.base import Image
from colonyexecutors.runtimes.process import ProcessRuntime


class Registry(ProcessRuntime):
    """A runtime whose images appear when they are pulled."""

    def __init__(self) -> None:
        self.present: set[str] = set()
        self.pulled: list[str] = []
        self.loaded: list[str] = []
        self.kept: set[str] = set()
        self.failure: ImageFailed | None = None

    async def image_present(self, reference: str) -> Image | None:
        return Image(f"id of {reference}", "digest", size_bytes=100) if reference in self.present else None

    async def pull(self, reference: str) -> None:
        self.pulled.append(reference)
        await asyncio.sleep(0)
        if self.failure is not None:
            raise self.failure
        self.present.add(reference)

    async def load_image(self, archive: Path) -> Image:
        self.loaded.append(archive.name)
        return Image("id of the archive", "digest")

    async def remove_image(self, reference: str) -> None:
        if reference in self.kept:
            raise ImageFailed("image_in_use", "a container uses it")
        self.present.discard(reference)


async def test_what_is_present_is_not_pulled() -> None:
    registry = Registry()
    registry.present.add("a")
    assert (await ImageStore(registry).ensure("a")).id == "id of a"
    assert registry.pulled == []


async def test_what_is_missing_is_pulled_once_for_all_who_wait() -> None:
    registry = Registry()
    store = ImageStore(registry)
    await asyncio.gather(*(store.ensure(name) for name in ("a", "b") * 5))
    assert sorted(registry.pulled) == ["a", "b"]


async def test_is_pulled_again_when_that_is_asked_for() -> None:
    registry = Registry()
    registry.present.add("a")
    await ImageStore(registry).ensure("a", Pull.ALWAYS)
    assert registry.pulled == ["a"]


async def test_a_failure_is_everybodys_and_may_be_tried_again() -> None:
    registry = Registry()
    registry.failure = ImageFailed("image_not_found", "no")
    store = ImageStore(registry)
    results = await asyncio.gather(*(store.ensure("a") for _ in range(3)), return_exceptions=True)
    assert [type(result) for result in results] == [ImageFailed] * 3
    registry.failure = None
    assert (await store.ensure("a")).id == "id of a"


async def test_an_image_that_is_gone_again() -> None:
    registry = Registry()
    registry.pull = lambda reference: asyncio.sleep(0)  # type: ignore[method-assign]
    with pytest.raises(ImageFailed, match="gone again"):
        await ImageStore(registry).ensure("a")


async def test_what_must_not_be_pulled_is_not() -> None:
    registry = Registry()
    with pytest.raises(ImageFailed) as failure:
        await ImageStore(registry).ensure("a", Pull.NEVER)
    assert failure.value.code == "image_absent"
    assert registry.pulled == []


async def test_an_archive_comes_before_the_registry(tmp_path: Path) -> None:
    (tmp_path / "registry.example.org_team_tool_1.2.tar").write_bytes(b"archive")
    registry = Registry()
    store = ImageStore(registry, archives=tmp_path)
    assert (await store.ensure("registry.example.org/team/tool:1.2", Pull.NEVER)).id == "id of the archive"
    assert registry.loaded == ["registry.example.org_team_tool_1.2.tar"]
    await store.ensure("other")
    assert registry.pulled == ["other"]


class TestCache:
    def store(self, registry: Registry, directory: Path, limit_bytes: int) -> ImageStore:
        cache = ImageCache(registry, directory / "images.json", limit_bytes)
        return ImageStore(registry, cache=cache)

    async def use(self, store: ImageStore, *references: str) -> None:
        for reference in references:
            with store.keep(reference):
                await store.ensure(reference)

    async def test_the_least_recently_used_goes(self, tmp_path: Path) -> None:
        registry = Registry()
        store = self.store(registry, tmp_path, 250)
        await self.use(store, "a", "b", "a", "c")
        assert registry.present == {"a", "c"}

    async def test_remembers_over_a_restart(self, tmp_path: Path) -> None:
        registry = Registry()
        await self.use(self.store(registry, tmp_path, 250), "a", "b", "a")
        await self.use(self.store(registry, tmp_path, 250), "c")
        assert registry.present == {"a", "c"}

    async def test_never_one_in_use_and_never_one_that_was_there(self, tmp_path: Path) -> None:
        registry = Registry()
        registry.present.add("old")
        store = self.store(registry, tmp_path, 100)
        with store.keep("a"):
            await self.use(store, "old", "a", "b")
            assert registry.present == {"old", "a", "b"}
        await self.use(store, "c")
        assert registry.present == {"old", "c"}

    async def test_one_that_the_runtime_keeps_stays(self, tmp_path: Path) -> None:
        registry = Registry()
        registry.kept = {"a"}
        store = self.store(registry, tmp_path, 250)
        await self.use(store, "a", "b", "c")
        assert registry.present == {"a", "c"}
