"""Reading a log from its beginning, every entry once and in order, as it grows."""

from collections.abc import Awaitable, Callable

from colonysdk.objects import Log

PAGE_ENTRIES = 500
"""wire: a getlogsmsg reply holds at most this many entries."""

ReadPage = Callable[[int, int], Awaitable[list[Log]]]
"""Returns entries after a moment (Unix nanoseconds), oldest first, at most so many."""


class LogReader:
    """Remembers how far a log has been read.

    wire: `since` excludes its own moment, but entries may share one, and those may be torn apart by the end of a page
    or arrive one after the other. So each page is asked for from just before the last moment, and what was seen of it
    is passed over.
    """

    def __init__(self, read_page: ReadPage, since: int = 0) -> None:
        self._read_page = read_page
        self._last_moment = since
        self._seen_of_it = 0

    async def fresh(self) -> list[Log]:
        """Return what was added since the last call, a page at most; an empty list means that there is no more."""
        since = self._last_moment - 1 if self._seen_of_it else self._last_moment
        page = await self._read_page(since, PAGE_ENTRIES)
        entries = page[self._seen_of_it :]
        if not entries and len(page) == PAGE_ENTRIES:
            # A whole page of one moment: what else shares it cannot be asked for.
            self._seen_of_it = 0
            return await self.fresh()
        if entries:
            last_moment = entries[-1].timestamp
            seen_before = self._seen_of_it if last_moment == self._last_moment else 0
            self._seen_of_it = seen_before + sum(entry.timestamp == last_moment for entry in entries)
            self._last_moment = last_moment
        return entries
