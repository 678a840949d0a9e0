import asyncio
from collections.abc import Sequence

import pytest

from colonysdk.errors import Refused, Unreachable
from colonysdk.objects import Log
from colonytui.logs.buffer import GapLine, LogBuffer
from colonytui.logs.tail import Appended, CaughtUp, Filled, Interrupted, LogTail, TailEvent

PAGE = 10


class ScriptedLog:
    """A log that obeys the wire's rules and fails when told to."""

    def __init__(self, entries: Sequence[Log] = ()) -> None:
        self.entries = list(entries)
        self.requests: list[tuple[int, bool]] = []
        self.failures: list[Exception] = []

    async def logs(
        self, process_id: str, since: int = 0, count: int = 500, *, latest: bool = False, executor_name: str = ""
    ) -> list[Log]:
        self.requests.append((since, latest))
        if self.failures:
            raise self.failures.pop(0)
        if latest:
            return self.entries[-count:]
        return [entry for entry in self.entries if entry.timestamp > since][:count]


def entry(timestamp: int, text: str = "") -> Log:
    return Log(process_id="p", executor_name="e", message=text or f"line {timestamp}\n", timestamp=timestamp)


def entries(start: int, stop: int) -> list[Log]:
    return [entry(moment) for moment in range(start, stop)]


def tail_of(source: ScriptedLog, *, finished: bool = True) -> LogTail:
    async def no_pause(seconds: float) -> None:
        await asyncio.sleep(0)

    tail = LogTail(source, "p", sleep=no_pause, poll_seconds=0.001, page_entries=PAGE)
    if finished:
        tail.finish()
    return tail


def apply(event: TailEvent, buffer: LogBuffer) -> None:
    match event:
        case Appended(lines, gap):
            buffer.append([*([gap] if gap else []), *lines])
        case Filled(gap, lines, rest):
            buffer.fill(gap, lines, rest)


async def read(tail: LogTail) -> tuple[LogBuffer, list[TailEvent]]:
    buffer, events = LogBuffer(), []
    async for event in tail.events():
        events.append(event)
        apply(event, buffer)
    return buffer, events


def texts(buffer: LogBuffer) -> list[str]:
    return [line.raw for line in buffer.slice(buffer.first, buffer.end)]


def expected(stop: int) -> list[str]:
    return [f"line {moment}" for moment in range(1, stop)]


class TestReading:
    @pytest.mark.parametrize("length", [0, 1, PAGE - 1, PAGE, PAGE + 1, 3 * PAGE, 7 * PAGE + 3])
    async def test_every_line_once_in_order(self, length: int) -> None:
        buffer, events = await read(tail_of(ScriptedLog(entries(1, length + 1))))
        assert texts(buffer) == expected(length + 1)
        assert events[-1] == CaughtUp(is_end=True)

    async def test_the_end_of_a_long_log_comes_first(self) -> None:
        _, events = await read(tail_of(ScriptedLog(entries(1, 55))))
        first = events[0]
        assert isinstance(first, Appended)
        assert first.lines[-1].raw == "line 54"

    @pytest.mark.parametrize("shared", [2, 5, PAGE - 1])
    async def test_lines_of_the_same_moment_at_a_page_border(self, shared: int) -> None:
        log = [entry(moment // shared + 1, f"line {moment}\n") for moment in range(1, 48)]
        buffer, _ = await read(tail_of(ScriptedLog(log)))
        assert texts(buffer) == expected(48)

    async def test_equal_lines_of_one_moment_are_all_kept(self) -> None:
        log = [entry(1, "same\n")] * 3 + [entry(2, "same\n")] * 3
        buffer, _ = await read(tail_of(ScriptedLog(log)))
        assert texts(buffer) == ["same"] * 6

    async def test_more_lines_of_one_moment_than_a_page_do_not_stop_the_tail(self) -> None:
        log = [entry(1, f"line {number}\n") for number in range(1, 26)] + [entry(2, "after\n")]
        buffer, events = await read(tail_of(ScriptedLog(log)))
        assert texts(buffer)[-1] == "after"
        assert events[-1] == CaughtUp(is_end=True)

    async def test_backfill_stops_and_leaves_a_gap(self) -> None:
        source = ScriptedLog(entries(1, 1001))
        tail = tail_of(source)
        buffer, _ = await read(tail)
        [gap] = buffer.gaps()
        assert texts(buffer)[:2] == ["line 1", "line 2"]
        assert texts(buffer)[-1] == "line 1000"
        async for filled in tail.fill(gap, pages=1000):
            apply(filled, buffer)
        assert texts(buffer) == expected(1001)


class TestFollowing:
    async def test_new_lines_arrive_until_the_process_ends(self) -> None:
        source = ScriptedLog(entries(1, 4))
        tail = tail_of(source, finished=False)
        buffer = LogBuffer()
        caught_up = 0
        async for event in tail.events():
            apply(event, buffer)
            if isinstance(event, CaughtUp):
                caught_up += 1
                if caught_up == 1:
                    source.entries += entries(4, 30)
                elif caught_up == 2:
                    source.entries += [entry(29, "line 30\n"), entry(31, "line 31\n")]
                    tail.finish()
        assert texts(buffer) == expected(32)

    async def test_a_tail_far_behind_skips_to_the_end(self) -> None:
        source = ScriptedLog(entries(1, 4))
        tail = tail_of(source, finished=False)
        buffer = LogBuffer()
        async for event in tail.events():
            apply(event, buffer)
            if isinstance(event, CaughtUp) and not event.is_end:
                source.entries += entries(4, 2000)
                tail.finish()
        [gap] = buffer.gaps()
        assert texts(buffer)[-1] == "line 1999"
        async for filled in tail.fill(gap, pages=1000):
            apply(filled, buffer)
        assert texts(buffer) == expected(2000)


class TestFailures:
    async def test_unreachable_server_is_tried_again_with_longer_pauses(self) -> None:
        source = ScriptedLog(entries(1, 25))
        source.failures = [Unreachable("gone")] * 3
        buffer, events = await read(tail_of(source))
        pauses = [event.retry_seconds for event in events if isinstance(event, Interrupted)]
        assert pauses == [1, 2, 4]
        assert texts(buffer) == expected(25)

    async def test_what_was_read_stays_and_nothing_comes_twice(self) -> None:
        source = ScriptedLog(entries(1, 9))
        tail = tail_of(source, finished=False)
        buffer = LogBuffer()
        async for event in tail.events():
            apply(event, buffer)
            if isinstance(event, CaughtUp) and not event.is_end:
                source.failures = [Unreachable("gone")]
                source.entries += entries(9, 15)
                tail.finish()
        assert texts(buffer) == expected(15)

    async def test_refusal_ends_the_tail(self) -> None:
        source = ScriptedLog()
        source.failures = [Refused(403, "not a member")]
        _, events = await read(tail_of(source))
        assert events == [Interrupted("not a member (status 403)", None)]

    async def test_filling_raises(self) -> None:
        source = ScriptedLog(entries(1, 5))
        source.failures = [Unreachable("gone")]
        with pytest.raises(Unreachable):
            await anext(tail_of(source).fill(GapLine(0, 5)))
