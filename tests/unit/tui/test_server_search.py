"""Searching on the server for what a filter says."""

from datetime import UTC, datetime

import pytest

from colonysdk.errors import Unreachable
from colonysdk.messages import QueryProcesses
from colonysdk.objects import FunctionSpec, Process, ProcessPage, ProcessState
from colonytui.processes.fields import process_fields
from colonytui.processes.server_search import FURTHER_ROWS, ServerSearch
from colonytui.processes.tabs import find_tab
from colonytui.tables.filters import FilterError, SearchText, parse_filter


class Pages:
    """A server whose answers are given page by page."""

    def __init__(self, *pages: ProcessPage) -> None:
        self.pages = list(pages)
        self.asked: list[QueryProcesses] = []

    async def query(self, query: QueryProcesses) -> ProcessPage:
        self.asked.append(query)
        if not self.pages:
            raise Unreachable("gone")
        return self.pages.pop(0)


def process(name: str, *args: object, state: ProcessState = ProcessState.SUCCESS) -> Process:
    return Process(process_id=name, spec=FunctionSpec(func_name="train", args=list(args)), state=state)


def page(*names: str, cursor: str = "", total: int = 0) -> ProcessPage:
    return ProcessPage(processes=[process(name) for name in names], cursor=cursor, total=total)


def search(text: str, pages: Pages, tab: str = "successful") -> ServerSearch:
    fields = process_fields(lambda: datetime(2026, 2, 12, tzinfo=UTC), lambda executor_id: executor_id)
    return ServerSearch(parse_filter(text, fields, lambda process: SearchText.of("")), find_tab(tab), pages.query)


async def found(searched: ServerSearch) -> list[str]:
    await searched.go_on(lambda: None)
    return [row.process_id for row in searched.rows]


class TestQuery:
    async def test_words_values_and_states(self) -> None:
        pages = Pages(page())
        await found(search("imagenet type:gpu exec:gpu-1 func=train label:a by:alice", pages, "failed"))
        assert pages.asked == [
            QueryProcesses(
                states=[3],
                text="imagenet",
                executor_type="gpu",
                executor_name="gpu-1",
                func_name="train",
                label="a",
                initiator="alice",
            )
        ]

    @pytest.mark.parametrize(("tab", "order"), [("waiting", "oldest"), ("running", "oldest"), ("all", "newest")])
    async def test_the_order_is_the_tabs(self, tab: str, order: str) -> None:
        pages = Pages(page())
        await found(search("x", pages, tab))
        assert pages.asked[0].order == order

    async def test_the_longest_word_is_asked_and_the_others_must_occur(self) -> None:
        answer = ProcessPage(processes=[process("1", "ImageNet", "Cat"), process("2", "imagenet")], total=2)
        pages = Pages(answer)
        assert await found(search("cat imagenet", pages)) == ["1"]
        assert pages.asked[0].text == "imagenet"

    @pytest.mark.parametrize(
        "text", ["a | b", "!a", "re:a", "age>1h", "func:tr*", "!func:a", "error:x", "func:a func:b"]
    )
    def test_what_the_server_cannot_search_by_is_said(self, text: str) -> None:
        with pytest.raises(FilterError):
            search(text, Pages())


class TestPages:
    async def test_goes_on_where_it_stopped(self) -> None:
        first, second = [str(number) for number in range(FURTHER_ROWS)], ["x", "y"]
        pages = Pages(page(*first, cursor="c", total=52), page(*second))
        searched = search("train", pages)
        assert await found(searched) == first
        assert searched.summary() == "50 of 52 found on the server, more below"
        assert await found(searched) == [*first, *second]
        assert [asked.cursor for asked in pages.asked] == ["", "c"]
        assert searched.summary() == "52 found on the server, that is all"

    async def test_looks_beyond_pages_without_rows(self) -> None:
        pages = Pages(page(cursor="a"), page(cursor="b"), page("1"))
        assert await found(search("train", pages)) == ["1"]

    async def test_rests_after_many_pages_without_rows(self) -> None:
        pages = Pages(*[page(cursor=str(number)) for number in range(60)])
        searched = search("train", pages)
        assert await found(searched) == []
        assert (len(pages.asked), searched.is_complete) == (50, False)
        assert searched.summary() == "0 found on the server so far, F looks further"

    async def test_what_comes_twice_is_shown_once(self) -> None:
        assert await found(search("train", Pages(page("1", "2", cursor="c"), page("2", "3")))) == ["1", "2", "3"]

    async def test_an_error_keeps_what_was_found(self) -> None:
        searched = search("train", Pages(page("1", cursor="c")))
        with pytest.raises(Unreachable):
            await found(searched)
        assert [row.process_id for row in searched.rows] == ["1"]
        assert searched.summary() == "1 found on the server so far, scroll or F for more"

    async def test_tells_of_every_answer(self) -> None:
        searched, summaries = search("train", Pages(page("1", cursor="c"), page("2"))), []
        await searched.go_on(lambda: summaries.append(searched.summary()))
        assert summaries == [
            "0 found on the server, looking further…",
            "1 found on the server, looking further…",
            "2 found on the server, that is all",
        ]


class TestRows:
    async def test_newer_knowledge_is_taken_over(self) -> None:
        searched = search("train", Pages(page("1", "2")))
        await found(searched)
        rows, newer = searched.rows, process("2", state=ProcessState.FAILED)
        searched.renew([None, rows[0]])
        assert searched.rows is rows
        searched.renew([newer])
        assert searched.rows == [rows[0], newer]

    async def test_removed_ones_leave(self) -> None:
        searched = search("train", Pages(page("1", "2")))
        await found(searched)
        searched.drop("1")
        assert [row.process_id for row in searched.rows] == ["2"]
