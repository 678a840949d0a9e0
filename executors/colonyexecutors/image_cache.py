"""The images that this executor has fetched: the least recently used go when they take too much room together.

The record outlives the executor. Images that were there before are never removed, nor those that a process of this
executor uses; the runtime itself keeps those that others use.
"""

import json
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import structlog

from colonyexecutors.errors import ImageFailed, RuntimeUnavailable
from colonyexecutors.runtimes.base import Runtime

_log = structlog.get_logger()


class ImageCache:
    """What was fetched, when it was last used and how large it is, in a file; `limit_bytes` for all together."""

    def __init__(self, runtime: Runtime, path: Path, limit_bytes: int) -> None:
        self._runtime = runtime
        self._path = path
        self._limit = limit_bytes
        self._sizes: dict[str, int] = {}
        self._used_at: dict[str, float] = {}
        self._users: Counter[str] = Counter()
        self._read()

    @contextmanager
    def keep(self, reference: str) -> Iterator[None]:
        """Do not remove an image within the block."""
        self._users[reference] += 1
        try:
            yield
        finally:
            self._users[reference] -= 1
            if reference in self._sizes:
                self._used_at[reference] = time.time()
                self._write()

    async def add(self, reference: str, size_bytes: int, *, replaces: str = "") -> None:
        """Note an image that was fetched, and make room for it.

        The one that it replaces, whose tag has moved, goes at once when it was fetched here and no other process of
        this executor may be about to use it.
        """
        if replaces and reference in self._sizes and self._users[reference] <= 1:
            with suppress(ImageFailed, RuntimeUnavailable):  # a container uses it, or it has other names
                await self._runtime.remove_image(replaces)
        self._sizes[reference] = size_bytes
        self._used_at[reference] = time.time()
        self._write()
        for oldest in sorted(self._sizes, key=self._used_at.__getitem__):
            if sum(self._sizes.values()) <= self._limit:
                return
            if not self._users[oldest]:
                await self._remove(oldest)

    async def _remove(self, reference: str) -> None:
        try:
            await self._runtime.remove_image(reference)
        except (ImageFailed, RuntimeUnavailable) as error:
            _log.info("an image stays, although the cache is full", image=reference, reason=str(error))
            return
        _log.info("an image was removed to make room", image=reference)
        del self._sizes[reference], self._used_at[reference]
        self._write()

    def _read(self) -> None:
        with suppress(OSError, ValueError, KeyError, TypeError):
            for reference, entry in json.loads(self._path.read_text()).items():
                self._sizes[reference] = int(entry["bytes"])
                self._used_at[reference] = float(entry["used"])

    def _write(self) -> None:
        entries = {
            reference: {"bytes": size, "used": self._used_at[reference]} for reference, size in self._sizes.items()
        }
        temporary = self._path.with_suffix(".new")
        try:
            temporary.write_text(json.dumps(entries))
            temporary.replace(self._path)
        except OSError as error:
            _log.warning("the record of images cannot be written", problem=str(error))
