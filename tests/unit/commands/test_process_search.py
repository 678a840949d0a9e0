"""Which processes are found, where the server searches and where it only lists."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from colonysdk import messages
from colonysdk.extensions import PROCESS_QUERY
from colonysdk.objects import Process, ProcessPage, ProcessState
from colonysdk.testing import FakeColony
from colonysdk.testing.client import FakeClient
from colonytui.commands.process_filter import ProcessFilter
from colonytui.commands.process_search import Tally, find_processes

WAITING, FAILED = ProcessState.WAITING, ProcessState.FAILED
BEGIN = datetime(2026, 2, 12, tzinfo=UTC)


class SearchingClient(FakeClient):
    """A client whose server searches, and answers with the pages that the test gives."""

    def prepare(self, *pages: ProcessPage) -> None:
        self.pages = [*pages]
        self.asked: list[messages.QueryProcesses] = []

    async def offers(self, extension: str) -> bool:
        return extension == PROCESS_QUERY

    async def query(self, query: messages.QueryProcesses) -> ProcessPage:
        self.asked.append(query)
        return self.pages.pop(0)


def page(numbers: Sequence[int], cursor: str = "", total: int = 0, *, is_exact: bool = False) -> ProcessPage:
    processes = [Process(process_id=str(number), state=WAITING) for number in numbers]
    return ProcessPage(processes=processes, cursor=cursor, total=total, total_exact=is_exact)


def searching(*pages: ProcessPage) -> SearchingClient:
    colony = FakeColony()
    client = SearchingClient(colony, colony.identity("alice"))
    client.prepare(*pages)
    return client


async def found_by(client: FakeClient, wanted: ProcessFilter) -> tuple[list[Process], Tally]:
    tally = Tally()
    pages = find_processes(client, wanted, {}, tally)
    return [process async for found in pages for process in found], tally


class TestServerThatSearches:
    async def test_pages_are_read_until_there_are_enough(self) -> None:
        client = searching(page(range(100), "c1", total=1204, is_exact=True), page(range(100, 120), "c2"))
        processes, tally = await found_by(client, ProcessFilter((WAITING,), count=120))
        assert [int(process.process_id) for process in processes] == list(range(120))
        assert [(query.cursor, query.count) for query in client.asked] == [("", 100), ("c1", 20)]
        assert (tally.shown, tally.total, tally.is_exact) == (120, 1204, True)

    async def test_short_and_empty_pages_are_no_end(self) -> None:
        client = searching(page([1], "c1", total=1), page([], "c2"), page([2]))
        processes, tally = await found_by(client, ProcessFilter((WAITING,), text="x"))
        assert [process.process_id for process in processes] == ["1", "2"]
        assert (tally.total, tally.is_exact) == (2, True)

    async def test_what_comes_twice_is_shown_once(self) -> None:
        client = searching(page([1, 2], "c1", total=3), page([2, 3]))
        processes, tally = await found_by(client, ProcessFilter((WAITING,), count=None))
        assert [process.process_id for process in processes] == ["1", "2", "3"]
        assert tally.shown == 3

    async def test_a_total_that_is_too_small_is_what_was_read(self) -> None:
        client = searching(page([1, 2], "c1", total=2), page([3], "c2"))
        _, tally = await found_by(client, ProcessFilter((WAITING,), count=3))
        assert (tally.shown, tally.total, tally.is_exact) == (3, 3, False)

    async def test_every_condition_is_asked_for(self) -> None:
        client = searching(page([]), page([]))
        wanted = ProcessFilter(
            (WAITING, FAILED),
            executor_type="gpu",
            initiator="alice",
            label="/a",
            function="train",
            executor="gpu-1",
            text="imagenet",
            since=BEGIN,
            until=BEGIN + timedelta(days=1),
        )
        await found_by(client, wanted)
        waiting, failed = client.asked
        assert (waiting.executor_type, waiting.initiator, waiting.label) == ("gpu", "alice", "/a")
        assert (waiting.func_name, waiting.executor_name, waiting.text) == ("train", "gpu-1", "imagenet")
        assert (waiting.submitted_from, waiting.submitted_before, waiting.ended_from) == (
            BEGIN,
            BEGIN + timedelta(days=1),
            None,
        )
        assert (failed.ended_from, failed.ended_before, failed.submitted_from) == (
            BEGIN,
            BEGIN + timedelta(days=1),
            None,
        )
        assert (waiting.order, failed.order) == ("oldest", "newest")


class TestServerThatOnlyLists:
    @pytest.fixture
    def colony(self) -> FakeColony:
        return FakeColony()

    def submit(self, colony: FakeColony, function: str = "echo", **fields: Any) -> str:
        return colony.submit(colony.specification(function, **fields)).process_id

    async def found(self, colony: FakeColony, wanted: ProcessFilter) -> tuple[list[str], Tally]:
        client = FakeClient(colony, colony.identity("alice"))
        processes, tally = await found_by(client, wanted)
        return [process.process_id for process in processes], tally

    async def test_conditions_that_it_does_not_know_are_applied_here(self, colony: FakeColony) -> None:
        wanted = self.submit(colony, "train", label="/a", args=['say "hi"'])
        self.submit(colony, "train")
        self.submit(colony, "other", label="/a")
        for one in (
            ProcessFilter((WAITING,), function="train", label="/a"),
            ProcessFilter((WAITING,), text='SAY "HI"'),
            ProcessFilter((WAITING,), initiator="alice", label="/a", text="train"),
        ):
            assert await self.found(colony, one) == ([wanted], Tally(1, 1))

    async def test_one_condition_goes_to_the_server(self, colony: FakeColony) -> None:
        await self.found(colony, ProcessFilter((WAITING,), initiator="alice", label="/a", executor_type="gpu"))
        asked = [request for request in colony.requests if isinstance(request, messages.GetProcesses)]
        assert [(one.executor_type, one.initiator, one.label) for one in asked] == [("gpu", "", "")]

    async def test_times(self, colony: FakeColony) -> None:
        self.submit(colony)
        colony.advance(10)
        middle, now = self.submit(colony), colony.clock.now()
        colony.advance(10)
        self.submit(colony)
        second = timedelta(seconds=1)
        ids, _ = await self.found(colony, ProcessFilter((WAITING,), since=now, until=now + second))
        assert ids == [middle]

    async def test_it_is_told_how_far_was_looked(self, colony: FakeColony) -> None:
        for _ in range(101):
            self.submit(colony)
        ids, tally = await self.found(colony, ProcessFilter((WAITING,), function="nothing"))
        assert (ids, tally.is_exact) == ([], False)
        (remark,) = tally.remarks
        assert "no search: looked at its first 100 waiting processes only" in remark
        ids, tally = await self.found(colony, ProcessFilter((WAITING,), count=None))
        assert (len(ids), tally.total, tally.is_exact, len(tally.remarks)) == (100, 100, False, 1)
        ids, tally = await self.found(colony, ProcessFilter((WAITING,), function="echo"))
        assert (len(ids), tally.total, tally.is_exact, tally.remarks) == (20, 100, False, [])

    async def test_a_list_that_goes_back_far_enough_is_whole(self, colony: FakeColony) -> None:
        colony.add_executor("worker", "container-executor")
        for _ in range(100):
            process_id = self.submit(colony)
            colony.start(process_id, "worker")
            colony.fail(process_id, "x")
        wanted = ProcessFilter((FAILED,), count=None, since=colony.clock.now())
        assert (await self.found(colony, wanted))[1].remarks
        colony.advance(10)
        wanted = ProcessFilter((FAILED,), count=None, since=colony.clock.now())
        assert await self.found(colony, wanted) == ([], Tally())
