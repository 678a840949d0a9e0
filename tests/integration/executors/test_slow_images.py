"""An image that takes its time: whoever follows the log is told what is waited for."""

import asyncio
from pathlib import Path

import pytest

from colonyexecutors import stages
from colonyexecutors.runtimes.base import Image
from colonyexecutors.runtimes.process import ProcessRuntime
from colonysdk.objects import ProcessState
from tests.integration.executors.site import IMAGE, Site


class SlowImages(ProcessRuntime):
    """A runtime whose images come when they are let."""

    uses_images = True

    def __init__(self, directory: Path, arrived: asyncio.Event) -> None:
        super().__init__(directory)
        self._arrived = arrived

    async def image_present(self, reference: str) -> Image | None:
        return Image("id", "digest") if self._arrived.is_set() else None

    async def pull(self, reference: str) -> None:
        await self._arrived.wait()


@pytest.fixture
def arrived() -> asyncio.Event:
    return asyncio.Event()


@pytest.fixture
def site(tmp_path: Path, arrived: asyncio.Event, monkeypatch: pytest.MonkeyPatch) -> Site:
    monkeypatch.setattr(stages, "_SLOW_SECONDS", 0.05)
    return Site(tmp_path, lambda: SlowImages(tmp_path / "work", arrived))


async def test_is_told(site: Site, arrived: asyncio.Event) -> None:
    process_id = site.submit("echo", "hello")
    async with site.executor():
        await site.until_logged(process_id, f"colony: image: fetching {IMAGE}\n")
        arrived.set()
        assert (await site.end_of(process_id)).state is ProcessState.SUCCESS
    assert await site.log_of(process_id) == f"colony: image: fetching {IMAGE}\nhello\n"


async def test_can_be_cancelled_meanwhile(site: Site) -> None:
    process_id = site.submit("echo", "hello")
    async with site.executor() as executor:
        await site.until_logged(process_id, "fetching")
        await site.client.cancel(process_id)
        async with asyncio.timeout(10):
            while executor.running:
                await asyncio.sleep(0.02)
