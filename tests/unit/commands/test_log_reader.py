from hypothesis import given
from hypothesis import strategies as st

from colonysdk.objects import Log
from colonytui.commands.log_reader import PAGE_ENTRIES, LogReader


class GrowingLog:
    """A log as a server keeps it: entries after a moment, a page at most."""

    def __init__(self) -> None:
        self.entries: list[Log] = []

    def add(self, moment: int) -> None:
        self.entries.append(Log(message=str(len(self.entries)), timestamp=moment))

    async def page(self, since: int, count: int) -> list[Log]:
        return [entry for entry in self.entries if entry.timestamp > since][: min(count, PAGE_ENTRIES)]


async def read_all(reader: LogReader) -> list[str]:
    messages = []
    while entries := await reader.fresh():
        messages += [entry.message for entry in entries]
    return messages


async def test_pages_follow_each_other_without_a_gap() -> None:
    log = GrowingLog()
    for moment in range(1, 3 * PAGE_ENTRIES):
        log.add(moment)
    assert await read_all(LogReader(log.page)) == [entry.message for entry in log.entries]


async def test_entries_that_share_a_moment_are_read_across_the_end_of_a_page() -> None:
    log = GrowingLog()
    for _ in range(PAGE_ENTRIES - 5):
        log.add(1)
    for _ in range(10):
        log.add(2)
    assert len(await read_all(LogReader(log.page))) == PAGE_ENTRIES + 5


async def test_an_entry_that_arrives_late_in_the_last_moment_is_read() -> None:
    log = GrowingLog()
    log.add(7)
    reader = LogReader(log.page)
    assert await read_all(reader) == ["0"]
    log.add(7)
    log.add(8)
    assert await read_all(reader) == ["1", "2"]


async def test_reading_goes_on_behind_a_moment_that_fills_a_page() -> None:
    log = GrowingLog()
    for _ in range(PAGE_ENTRIES):
        log.add(1)
    log.add(2)
    assert (await read_all(LogReader(log.page)))[-1] == str(PAGE_ENTRIES)


async def test_reading_can_begin_after_a_moment() -> None:
    log = GrowingLog()
    log.add(1)
    log.add(2)
    assert await read_all(LogReader(log.page, since=1)) == ["1"]


@given(st.lists(st.tuples(st.integers(min_value=0, max_value=2), st.booleans()), max_size=60))
async def test_every_entry_is_read_once_however_the_log_grows(growth: list[tuple[int, bool]]) -> None:
    log = GrowingLog()
    reader = LogReader(log.page)
    moment = 1
    messages: list[str] = []
    for step, is_read_now in growth:
        moment += step
        log.add(moment)
        if is_read_now:
            messages += await read_all(reader)
    messages += await read_all(reader)
    assert messages == [entry.message for entry in log.entries]
