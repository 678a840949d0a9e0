"""Following the log of a process: every line once, in order, however the pages fall.

How the colony's log is read (wire: getlogsmsg): `since` excludes its own moment, a page holds at most 500 entries, and
entries may share a timestamp. So each request starts one nanosecond before the newest known entry, and entries already
seen at that moment are dropped. A log that is longer than a page is entered at its end; what lies before is fetched
afterwards, oldest first, up to a limit, and stays a gap beyond it.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass
from typing import Protocol

from colonysdk.errors import Refused, Unreachable
from colonysdk.objects import Log
from colonytui.logs.buffer import GapLine, LogLine
from colonytui.logs.text import split_lines

PAGE_ENTRIES = 500
"""wire: a getlogsmsg reply holds at most this many entries."""

BACKFILL_PAGES = 40
"""Pages that are fetched of a gap without being asked for."""

PAGES_BEHIND = 40
"""After this many full pages in a row the tail skips to the newest entries."""

POLL_SECONDS = 0.5
LONGEST_RETRY_SECONDS = 30.0


class LogSource(Protocol):
    """Where logs come from: the colony's client."""

    async def logs(
        self, process_id: str, since: int = 0, count: int = 500, *, latest: bool = False, executor_name: str = ""
    ) -> list[Log]:
        """Entries after `since` (Unix nanoseconds), or the last ones, oldest first."""
        ...


@dataclass(frozen=True)
class Appended:
    """New lines at the end of the log, after a gap if entries were skipped."""

    lines: Sequence[LogLine]
    after_gap: GapLine | None = None


@dataclass(frozen=True)
class Filled:
    """The first lines of a gap; `rest` is what is left of it."""

    gap: GapLine
    lines: Sequence[LogLine]
    rest: GapLine | None


@dataclass(frozen=True)
class Interrupted:
    """The log could not be read; it is tried again after `retry_seconds`, or never when None."""

    reason: str
    retry_seconds: float | None


@dataclass(frozen=True)
class CaughtUp:
    """Everything that was there has been read; `is_end` when nothing can follow."""

    is_end: bool


TailEvent = Appended | Filled | Interrupted | CaughtUp


class LogTail:
    """Reads the log of one process, or of the executor when one is named, to its end after `finish` was called."""

    def __init__(
        self,
        source: LogSource,
        process_id: str,
        *,
        executor_name: str = "",
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        poll_seconds: float = POLL_SECONDS,
        page_entries: int = PAGE_ENTRIES,
    ) -> None:
        self.process_id = process_id
        self.executor_name = executor_name
        self._source = source
        self._sleep = sleep
        self._poll_seconds = poll_seconds
        self._page_entries = page_entries
        self._border = _Border()
        self._gap_borders: dict[GapLine, _Border] = {}
        self._finished = asyncio.Event()

    def finish(self) -> None:
        """Tell that the process has ended: what is there is still read, then `events` ends."""
        self._finished.set()

    async def events(self) -> AsyncGenerator[TailEvent, None]:
        """Everything that happens to the log, until its end; failures are events, not exceptions."""
        failures = 0
        while True:
            try:
                async with aclosing(self._read_all()) as reading:
                    async for event in reading:
                        failures = 0
                        yield event
            except Refused as error:
                yield Interrupted(str(error), None)
                return
            except Unreachable as error:
                pause = min(2.0**failures, LONGEST_RETRY_SECONDS)
                failures += 1
                yield Interrupted(str(error), pause)
                await self._sleep(pause)
            else:
                return

    async def fill(self, gap: GapLine, pages: int = BACKFILL_PAGES) -> AsyncGenerator[Filled, None]:
        """Fetch up to `pages` pages of a gap from its old end. Raises Unreachable and Refused."""
        border = self._gap_borders.pop(gap, None) or _Border(gap.timestamp)
        for _ in range(pages):
            page = await self._page(since=border.request_since)
            inside = [entry for entry in page if entry.timestamp < gap.until]
            fresh = border.pass_over(inside)
            if not fresh and len(inside) == self._page_entries:
                border.step_over()
                continue
            is_closed = len(inside) < len(page) or len(page) < self._page_entries
            rest = None if is_closed else GapLine(border.timestamp, gap.until)
            if rest:
                self._gap_borders[rest] = border
            yield Filled(gap, _lines(fresh), rest)
            if rest is None:
                return
            gap = rest

    async def _read_all(self) -> AsyncGenerator[TailEvent, None]:
        if not self._border.timestamp:
            async for event in self._enter():
                yield event
        while True:
            is_end = self._finished.is_set()
            async for event in self._catch_up():
                yield event
            yield CaughtUp(is_end)
            if is_end:
                return
            await self._wait_for_more()

    async def _enter(self) -> AsyncGenerator[TailEvent, None]:
        """Show the end of the log first, then what comes before."""
        page = await self._page(latest=True)
        if not page:
            return
        gap, page = self._jump_to(page, behind=_Border())
        yield Appended(_lines(page), after_gap=gap)
        if gap:
            async for filled in self.fill(gap):
                yield filled

    async def _catch_up(self) -> AsyncGenerator[TailEvent, None]:
        for full_pages in range(PAGES_BEHIND + 1):
            page = await self._page(since=self._border.request_since)
            fresh = self._border.pass_over(page)
            if fresh:
                yield Appended(_lines(fresh))
            if len(page) < self._page_entries:
                return
            if not fresh:
                self._border.step_over()
            if full_pages == PAGES_BEHIND:
                async for event in self._skip_to_end():
                    yield event

    async def _skip_to_end(self) -> AsyncGenerator[TailEvent, None]:
        page = await self._page(latest=True)
        if page and page[0].timestamp > self._border.timestamp:
            gap, page = self._jump_to(page, behind=self._border)
            yield Appended(_lines(page), after_gap=gap)

    def _jump_to(self, page: list[Log], behind: "_Border") -> tuple[GapLine | None, list[Log]]:
        """Go on from a page of the newest entries; returns the gap behind it and the page.

        A full page may begin in the middle of entries that share a moment, so that moment is left to the gap.
        """
        gap = None
        if len(page) == self._page_entries:
            page = [entry for entry in page if entry.timestamp > page[0].timestamp] or page
            gap = GapLine(behind.timestamp, page[0].timestamp)
            self._gap_borders[gap] = behind
        self._border = _Border()
        self._border.pass_over(page)
        return gap, page

    async def _page(self, *, since: int = 0, latest: bool = False) -> list[Log]:
        return await self._source.logs(
            self.process_id,
            since=since,
            count=self._page_entries,
            latest=latest,
            executor_name=self.executor_name,
        )

    async def _wait_for_more(self) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._finished.wait(), self._poll_seconds)


class _Border:
    """The newest moment that was read, and the entries seen at that very moment."""

    def __init__(self, timestamp: int = 0) -> None:
        self.timestamp = timestamp
        self._seen: Counter[tuple[str, str]] = Counter()
        self._is_exclusive = True

    @property
    def request_since(self) -> int:
        """What to ask from, so that entries sharing the border's moment come again."""
        return self.timestamp if self._is_exclusive else self.timestamp - 1

    def pass_over(self, page: Sequence[Log]) -> list[Log]:
        """Move to the end of a page; returns its entries that were not seen before."""
        repeated = self._seen.copy()
        fresh = []
        for entry in page:
            identity = (entry.executor_name, entry.message)
            if entry.timestamp == self.timestamp and repeated[identity] > 0:
                repeated[identity] -= 1
            else:
                fresh.append(entry)
        if page and page[-1].timestamp != self.timestamp:
            self.timestamp = page[-1].timestamp
            self._seen.clear()
            self._is_exclusive = False
        self._seen.update((entry.executor_name, entry.message) for entry in fresh if entry.timestamp == self.timestamp)
        return fresh

    def step_over(self) -> None:
        """Go past the moment although entries of it may be missing: more share it than a page holds."""
        self._is_exclusive = True


def _lines(entries: Sequence[Log]) -> list[LogLine]:
    return [LogLine(text, entry.timestamp) for entry in entries for text in split_lines(entry.message)]
