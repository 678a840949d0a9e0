"""Pulling what is missing, once."""

import asyncio

import pytest

from colonyexecutors.errors import ImageFailed
from colonyexecutors.images import ImageStore
from colonyexecutors.job import Pull
from colonyexecutors.runtimes.base import Image
from colonyexecutors.runtimes.process import ProcessRuntime


class Registry(ProcessRuntime):
    """A runtime whose images appear when they are pulled."""

    def __init__(self) -> None:
        self.present: set[str] = set()
        self.pulled: list[str] = []
        self.failure: ImageFailed | None = None

    async def image_present(self, reference: str) -> Image | None:
        return Image(f"id of {reference}", "digest") if reference in self.present else None

    async def pull(self, reference: str) -> None:
        self.pulled.append(reference)
        await asyncio.sleep(0)
        if self.failure is not None:
            raise self.failure
        self.present.add(reference)


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
