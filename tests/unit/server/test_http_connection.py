"""The short way of requests: long ones do not take it, and clients that do not keep their word or leave end it."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import uvicorn

from colonyserver.gateway.body import SmallBody
from colonyserver.gateway.departure import Departure
from colonyserver.gateway.http_connection import HttpConnection, ShortWay

TEN_BYTES = b"POST /api HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 10\r\n\r\n"

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def not_found(_scope: Any, _receive: Any, send: Any) -> None:
    """What is on uvicorn's way."""
    await send({"type": "http.response.start", "status": 404, "headers": [(b"content-length", b"0")]})
    await send({"type": "http.response.body", "body": b""})


async def echo(body: SmallBody, _departure: Departure) -> tuple[int, bytes]:
    return 200, bytes(body.take())


@asynccontextmanager
async def connected(short_way: ShortWay) -> AsyncIterator[Streams]:
    """A client of a server."""
    config = uvicorn.Config(not_found, log_config=None)
    config.load()
    protocol = partial(HttpConnection, config, uvicorn.server.ServerState(), {}, short_way=short_way)
    async with await asyncio.get_running_loop().create_server(protocol, "127.0.0.1", 0) as server:
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        yield reader, writer
        writer.close()


async def test_a_body_that_does_not_come_is_not_waited_for_long() -> None:
    async with connected(ShortWay(echo, patience_seconds=0.02)) as (reader, writer):
        writer.write(TEN_BYTES + b"half")
        assert (await reader.read()).startswith(b"HTTP/1.1 408 ")


async def test_a_body_has_its_time_anew_for_each_request() -> None:
    async with connected(ShortWay(echo, patience_seconds=30)) as (reader, writer):
        for _ in range(2):
            writer.write(TEN_BYTES.replace(b"close", b"keep-alive") + b"01234")
            await writer.drain()
            writer.write(b"56789")
            assert (await reader.readuntil(b"0123456789")).startswith(b"HTTP/1.1 200 ")


async def test_long_bodies_go_the_other_way() -> None:
    for longest, status in ((10, b"200"), (9, b"404")):
        async with connected(ShortWay(echo, longest_bytes=longest)) as (reader, writer):
            writer.write(TEN_BYTES + b"0123456789")
            assert (await reader.read()).startswith(b"HTTP/1.1 %b " % status)


async def test_whoever_answers_learns_that_the_client_has_left() -> None:
    has_begun, has_ended = asyncio.Event(), asyncio.Event()

    async def wait(_body: SmallBody, departure: Departure) -> tuple[int, bytes]:
        has_begun.set()
        try:
            with departure:
                await asyncio.Event().wait()
        finally:
            has_ended.set()
        return 500, b"nobody leaves"

    async with connected(ShortWay(wait)) as (_, writer):
        writer.write(TEN_BYTES + b"0123456789")
        await has_begun.wait()
        writer.transport.abort()
        await has_ended.wait()


async def test_nobody_holds_a_body_that_was_taken() -> None:
    async def count_holders(body: SmallBody, _departure: Departure) -> tuple[int, bytes]:
        content = body.take()
        return 200, b"%d %d" % (sys.getrefcount(content), len(body.take()))

    async with connected(ShortWay(count_holders)) as (reader, writer):
        writer.write(TEN_BYTES + b"0123456789")
        # This function and the one that counts.
        assert (await reader.read()).endswith(b"\r\n\r\n2 0")
