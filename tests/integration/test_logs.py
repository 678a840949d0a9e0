"""Logs: in order, never a line twice or lost while following, and only from who runs the process."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from colonysdk.objects import Log, Process
from colonyserver.access import Member
from colonyserver.clock import NANOSECONDS
from colonyserver.errors import Forbidden, Invalid, NotFound
from colonyserver.storage.logs import LogRecord
from tests.support.core import COLONY, Core, caller, executor_id, open_core

DAY = 86_400


@pytest.fixture
async def process(core: Core) -> Process:
    await core.submit()
    return await core.assign("one")


async def write(core: Core, process: Process, *messages: str, name: str = "one") -> None:
    for message in messages:
        await core.lifecycle.logs.add(caller(name), process.process_id, message)


async def read(
    core: Core, process: Process, count: int = 500, *, since: int = 0, latest: bool = False
) -> list[LogRecord]:
    return await core.lifecycle.logs.read(
        COLONY, process_id=process.process_id, count=count, since=since, latest=latest
    )


def messages(records: list[LogRecord]) -> list[str]:
    return [record.message for record in records]


class TestReading:
    async def test_pages(self, core: Core, process: Process) -> None:
        await write(core, process, *"abcdefg")
        everything = await read(core, process)
        assert messages(everything) == [*"abcdefg"]
        assert messages(await read(core, process, 3)) == [*"abc"]
        assert messages(await read(core, process, 3, since=everything[2].timestamp)) == [*"def"]
        assert messages(await read(core, process, since=everything[-1].timestamp)) == []
        assert messages(await read(core, process, 3, latest=True)) == [*"efg"]
        assert messages(await read(core, process, 3, since=everything[0].timestamp, latest=True)) == [*"efg"]
        assert messages(await read(core, process, 0)) == []

    async def test_the_wire_form(self, core: Core, process: Process) -> None:
        await write(core, process, 'å "quoted"\n')
        (record,) = await read(core, process)
        log = Log.from_json(record.to_json_text())
        assert log == Log(
            process_id=process.process_id,
            colony_name=COLONY,
            executor_name="one",
            message='å "quoted"\n',
            timestamp=record.timestamp,
        )

    async def test_following_sees_every_line_once(self, core: Core, process: Process) -> None:
        seen: list[str] = []

        async def follow() -> None:
            since = 0
            while len(seen) < 300:
                page = await read(core, process, 7, since=since)
                seen.extend(messages(page))
                since = page[-1].timestamp if page else since

        following = asyncio.create_task(follow())
        for number in range(0, 300, 10):
            await asyncio.gather(*(write(core, process, str(number + offset)) for offset in range(10)))
        await asyncio.wait_for(following, 20)
        assert seen == [str(number) for number in range(300)]

    async def test_timestamps_go_on_after_a_restart_with_an_earlier_clock(
        self, tmp_path: Path, database_url: str
    ) -> None:
        async with open_core(tmp_path, url=database_url) as core:
            core.clock.advance(3600)
            await core.submit()
            process = await core.assign("one")
            await write(core, process, "before")
        async with open_core(tmp_path, url=database_url) as core:
            await write(core, process, "after")
            assert messages(await read(core, process)) == ["before", "after"]

    async def test_by_executor(self, core: Core, process: Process) -> None:
        member = caller("one").members[COLONY]
        await write(core, process, "of the process")
        await core.lifecycle.logs.add_of_executor(member, "one", "of itself")
        records = await core.lifecycle.logs.read(COLONY, executor_name="one", count=10)
        assert [(record.process_id, record.message) for record in records] == [
            (process.process_id, "of the process"),
            ("", "of itself"),
        ]
        assert await core.lifecycle.logs.read(COLONY, executor_name="two", count=10) == []

    async def test_not_of_a_namesake_in_another_colony(self, core: Core, process: Process) -> None:
        await core.add_executor("one", "other")
        elsewhere = Member(executor_id("one"), "other", "one", is_executor=True)
        await core.lifecycle.logs.add_of_executor(elsewhere, "one", "secret")
        assert await core.lifecycle.logs.read(COLONY, executor_name="one", count=10) == []
        with pytest.raises(NotFound):
            await core.lifecycle.logs.read("other", process_id=process.process_id, count=10)

    async def test_refused(self, core: Core, process: Process) -> None:
        with pytest.raises(Forbidden) as too_many:
            await read(core, process, 501)
        assert too_many.value.status == 403
        with pytest.raises(Invalid):
            await read(core, process, -1)
        unknowns: list[dict[str, Any]] = [{"process_id": "f" * 64}, {"executor_name": "nobody"}, {}]
        for unknown in unknowns:
            with pytest.raises(NotFound) as refusal:
                await core.lifecycle.logs.read(COLONY, count=1, **unknown)
            assert refusal.value.status == 500


class TestWriting:
    async def test_only_the_executor_of_a_running_process(self, core: Core, process: Process) -> None:
        with pytest.raises(Forbidden):
            await write(core, process, "x", name="two")
        with pytest.raises(Forbidden):
            await core.lifecycle.logs.add(caller("one", "other"), process.process_id, "x")
        with pytest.raises(NotFound) as refusal:
            await core.lifecycle.logs.add(caller("one"), "f" * 64, "x")
        assert refusal.value.status == 500
        waiting = await core.submit()
        with pytest.raises(Forbidden, match="not running"):
            await write(core, waiting, "x")
        await core.succeed(process)
        with pytest.raises(Forbidden, match="not running"):
            await write(core, process, "x")
        assert await read(core, process) == []

    async def test_an_executor_writes_about_itself_only(self, core: Core) -> None:
        member = caller("one").members[COLONY]
        with pytest.raises(Forbidden):
            await core.lifecycle.logs.add_of_executor(member, "two", "x")

    async def test_a_line_that_is_refused_does_not_hold_up_others(self, core: Core, process: Process) -> None:
        outcomes = await asyncio.gather(
            write(core, process, "a"),
            write(core, process, "x", name="two"),
            write(core, process, "b"),
            return_exceptions=True,
        )
        assert [type(outcome) for outcome in outcomes] == [type(None), Forbidden, type(None)]
        assert messages(await read(core, process)) == ["a", "b"]


class TestSearch:
    async def search(self, core: Core, text: str, days: int = 1, count: int = 100) -> list[str]:
        return messages(await core.lifecycle.logs.search(COLONY, text, days=days, count=count))

    async def test_substrings_case_and_wildcards(self, core: Core, process: Process) -> None:
        await write(core, process, "Error: disk full", "error: none", "100% sure", "a[b]c*d?", "nothing")
        assert await self.search(core, "rror") == ["error: none", "Error: disk full"]
        assert await self.search(core, "Error") == ["Error: disk full"]
        assert await self.search(core, "E%full") == ["Error: disk full"]
        assert await self.search(core, "n_thing") == ["nothing"]
        assert await self.search(core, "[b]") == ["a[b]c*d?"]
        assert await self.search(core, "c*d?") == ["a[b]c*d?"]
        assert await self.search(core, "z") == []

    async def test_limits(self, core: Core, process: Process) -> None:
        await write(core, process, "old line")
        core.clock.advance(2 * DAY)
        await write(core, process, "new line", "newest line")
        assert await self.search(core, "line") == ["newest line", "new line"]
        assert await self.search(core, "line", days=3) == ["newest line", "new line", "old line"]
        assert await self.search(core, "line", count=1) == ["newest line"]
        assert await core.lifecycle.logs.search("other", "line", days=3, count=10) == []

    @pytest.mark.parametrize(("days", "count"), [(31, 1), (1, 101), (-1, 1), (1, -1)])
    async def test_refused(self, core: Core, days: int, count: int) -> None:
        with pytest.raises(Invalid) as refusal:
            await self.search(core, "x", days=days, count=count)
        assert refusal.value.status == 400


async def test_a_thousand_lines_are_read_in_milliseconds(core: Core, process: Process) -> None:
    """A generous bound: what it must catch is a scan, which takes a hundred times as long."""
    await asyncio.gather(*(write(core, process, f"line {number} of a program's output\n") for number in range(3000)))
    (middle,) = (await read(core, process, 500))[-1:]
    begin = core.clock.now()
    for _ in range(10):
        assert len(await read(core, process, 500, since=middle.timestamp)) == 500
    assert (core.clock.now() - begin) / 10 < 0.05 * NANOSECONDS
