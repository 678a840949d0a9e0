"""A server whose clock differs from the executor's: deadlines mean what they say."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from colonyexecutors.runtimes.process import ProcessRuntime
from colonysdk.objects import ProcessState
from colonysdk.testing import SystemClock
from tests.integration.executors.site import Site, until


class SkewedClock(SystemClock):
    """The machine's time, and some."""

    def __init__(self, skew: timedelta) -> None:
        self._skew = skew

    def now(self) -> datetime:
        return super().now() + self._skew


@pytest.fixture(params=[-3, 3])
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Site:
    clock = SkewedClock(timedelta(hours=request.param))
    return Site(tmp_path, lambda: ProcessRuntime(tmp_path / "work"), clock)


async def test_a_program_has_the_time_that_it_was_given(site: Site) -> None:
    process_id = site.submit("sh -c 'echo a; sleep 1; echo b'", max_exec_time=30, conditions={"wall_time": 30})
    async with site.executor():
        assert (await site.end_of(process_id)).state is ProcessState.SUCCESS
    assert await site.log_of(process_id) == "a\nb\n"


async def test_and_no_more(site: Site) -> None:
    process_id = site.submit("sh -c 'sleep 60'", max_exec_time=1)
    async with site.executor() as executor:
        process = await site.end_of(process_id)
        await until(lambda: not executor.running)
    assert process.errors == ["Maximum execution time limit exceeded"]


async def test_after_a_crash_too(site: Site) -> None:
    process_id = site.submit("sh -c 'echo a; sleep 1; echo b'", max_exec_time=30)
    async with site.executor(crashes=True):
        await site.until_logged(process_id, "a")
    async with site.executor():
        assert (await site.end_of(process_id)).state is ProcessState.SUCCESS
    assert await site.log_of(process_id) == "a\nb\n"
