"""A load generator that costs little itself: kept-alive connections and ready-made requests."""

import asyncio
import time
from collections.abc import Sequence
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

_START_SECONDS = 20.0


class Connection:
    """One kept-alive HTTP connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def post(self, body: bytes) -> tuple[int, bytes]:
        """Send a request to /api; the status and body of the answer."""
        self._writer.write(b"POST /api HTTP/1.1\r\nHost: b\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        head = await self._reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
        return int(head[9:12]), await self._reader.readexactly(length)

    def close(self) -> None:
        """Hang up."""
        self._writer.close()


class LoadClient:
    """A fixed number of connections, to each of the servers in turn."""

    def __init__(self, urls: Sequence[str], connections: int) -> None:
        self._urls = urls
        self._count = connections
        self.connections: list[Connection] = []

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for connection in self.connections:
            connection.close()

    async def wait_until_up(self) -> None:
        """Connect, waiting for a server that is still starting."""
        ends = time.monotonic() + _START_SECONDS
        while not self.connections:
            try:
                self.connections = [await _connect(self._urls[n % len(self._urls)]) for n in range(self._count)]
            except ConnectionRefusedError:
                if time.monotonic() > ends:
                    raise
                await asyncio.sleep(0.05)

    async def post_all(self, bodies: Sequence[bytes], connections: int | None = None) -> list[float]:
        """Send every body over so many connections, or all, as soon as one is free; seconds per call.

        Any refusal ends it.
        """
        remaining = iter(bodies)
        seconds: list[float] = []

        async def work(connection: Connection) -> None:
            for body in remaining:
                begin = time.perf_counter()
                status, answer = await connection.post(body)
                seconds.append(time.perf_counter() - begin)
                if status != 200:
                    raise RuntimeError(f"status {status}: {answer[:300]!r}")

        await asyncio.gather(*(work(connection) for connection in self.connections[:connections]))
        return seconds


async def _connect(url: str) -> Connection:
    parts = urlsplit(url)
    return Connection(*await asyncio.open_connection(parts.hostname or "127.0.0.1", parts.port or 80))
