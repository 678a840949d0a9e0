"""Request bodies: read up to a limit, and only a few large ones at a time."""

import asyncio
from collections.abc import Iterable

import pytest
from starlette.types import Message, Receive

from colonyserver.errors import Refusal
from colonyserver.gateway.body import BodyReader, ClientGone

_MEBIBYTE = 1024 * 1024


def _chunks(*chunks: bytes, ends: bool = True) -> Receive:
    messages: list[Message] = [{"type": "http.request", "body": chunk, "more_body": True} for chunk in chunks]
    if ends:
        messages[-1]["more_body"] = False
    else:
        messages.append({"type": "http.disconnect"})
    return _receive(messages)


def _receive(messages: Iterable[Message]) -> Receive:
    waiting = iter(messages)

    async def receive() -> Message:
        return next(waiting)

    return receive


def _scope(length: int | None = None) -> dict[str, object]:
    headers = [] if length is None else [(b"content-length", b"%d" % length)]
    return {"type": "http", "headers": headers}


async def _status(reader: BodyReader, receive: Receive, length: int | None = None) -> int:
    with pytest.raises(Refusal) as caught:
        await reader.read(_scope(length), receive)
    return caught.value.status


async def test_whole_bodies() -> None:
    reader = BodyReader(10)
    assert await reader.read(_scope(), _chunks(b"1234567890")) == b"1234567890"
    assert await reader.read(_scope(), _chunks(b"12", b"", b"34")) == b"1234"
    assert await reader.read(_scope(), _chunks(b"")) == b""


async def test_too_large_in_one_piece() -> None:
    assert await _status(BodyReader(10), _chunks(b"x" * 11)) == 413


async def test_too_large_as_announced_is_not_read() -> None:
    assert await _status(BodyReader(10), _chunks(b"x", ends=False), length=11) == 413


async def test_too_large_without_an_announcement() -> None:
    assert await _status(BodyReader(10), _chunks(*[b"xxx"] * 10)) == 413


async def test_too_large_beyond_the_size_of_large_bodies() -> None:
    reader = BodyReader(3 * _MEBIBYTE)
    assert await _status(reader, _chunks(*[b"x" * _MEBIBYTE] * 9)) == 413
    body = await reader.read(_scope(), _chunks(*[b"x" * _MEBIBYTE] * 3))
    assert len(body) == 3 * _MEBIBYTE


@pytest.mark.parametrize("sent", [[], [b"x"]])
async def test_client_that_leaves(sent: list[bytes]) -> None:
    with pytest.raises(ClientGone):
        await BodyReader(10).read(_scope(), _chunks(*sent, ends=False))


async def test_client_that_is_too_slow() -> None:
    async def receive() -> Message:
        await asyncio.sleep(0.001)
        return {"type": "http.request", "body": b"", "more_body": True}

    assert await _status(BodyReader(10, patience_seconds=0.02), receive) == 408


async def test_large_bodies_are_held_a_few_at_a_time() -> None:
    reader = BodyReader(8 * _MEBIBYTE)
    may_end = asyncio.Event()
    started = 0

    async def read() -> bytes:
        nonlocal started
        sent = 0

        async def receive() -> Message:
            nonlocal sent, started
            sent += 1
            if sent == 3:
                started += 1
                await may_end.wait()
            return {"type": "http.request", "body": b"x" * _MEBIBYTE, "more_body": sent < 4}

        return await reader.read(_scope(), receive)

    reading = [asyncio.create_task(read()) for _ in range(10)]
    while started < 4:
        await asyncio.sleep(0)
    for _ in range(100):
        await asyncio.sleep(0)
    assert started == 4
    may_end.set()
    assert {len(body) for body in await asyncio.gather(*reading)} == {4 * _MEBIBYTE}
