"""Request bodies: read up to a limit, and large ones only while there is room for them."""

import asyncio
from collections.abc import Iterable

import pytest
from starlette.types import Message, Receive

from colonyserver.errors import Refusal
from colonyserver.gateway.body import BodyReader, ClientGone

_KIBIBYTE = 1024
_MEBIBYTE = 1024 * _KIBIBYTE


def _reader(limit: int, room: int = 64 * _MEBIBYTE, patience_seconds: float = 30) -> BodyReader:
    return BodyReader(limit, room, patience_seconds)


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


async def _read(reader: BodyReader, receive: Receive, length: int | None = None) -> bytes:
    async with reader.read(_scope(length), receive) as body:
        return bytes(body.take())


async def _status(reader: BodyReader, receive: Receive, length: int | None = None) -> int:
    with pytest.raises(Refusal) as caught:
        await _read(reader, receive, length)
    return caught.value.status


async def test_whole_bodies() -> None:
    reader = _reader(10)
    assert await _read(reader, _chunks(b"1234567890")) == b"1234567890"
    assert await _read(reader, _chunks(b"12", b"", b"34")) == b"1234"
    assert await _read(reader, _chunks(b"")) == b""


async def test_too_large_in_one_piece() -> None:
    assert await _status(_reader(10), _chunks(b"x" * 11)) == 413


async def test_too_large_as_announced_is_not_read() -> None:
    assert await _status(_reader(10), _chunks(b"x", ends=False), length=11) == 413


async def test_too_large_without_an_announcement() -> None:
    assert await _status(_reader(10), _chunks(*[b"xxx"] * 10)) == 413


async def test_too_large_beyond_the_size_of_large_bodies() -> None:
    reader = _reader(3 * _MEBIBYTE)
    assert await _status(reader, _chunks(*[b"x" * _MEBIBYTE] * 9)) == 413
    assert len(await _read(reader, _chunks(*[b"x" * _MEBIBYTE] * 3))) == 3 * _MEBIBYTE


@pytest.mark.parametrize("sent", [[], [b"x"], [b"x" * _MEBIBYTE]])
async def test_client_that_leaves(sent: list[bytes]) -> None:
    with pytest.raises(ClientGone):
        await _read(_reader(2 * _MEBIBYTE), _chunks(*sent, ends=False))


async def test_client_that_is_too_slow() -> None:
    async def receive() -> Message:
        await asyncio.sleep(0.001)
        return {"type": "http.request", "body": b"", "more_body": True}

    assert await _status(_reader(10, patience_seconds=0.02), receive) == 408


class _Upload:
    """A large body whose last piece is held back until it may end."""

    def __init__(self, reader: BodyReader, size: int, *, is_announced: bool = True) -> None:
        self._reader = reader
        self._size = size
        self._length = size if is_announced else None
        self._sent = 0
        self.has_room = asyncio.Event()
        self.may_end = asyncio.Event()
        self.task = asyncio.create_task(_read(reader, self._receive, self._length))

    async def _receive(self) -> Message:
        if self._sent >= _MEBIBYTE:
            self.has_room.set()
            await self.may_end.wait()
            return {"type": "http.request", "body": b"x" * (self._size - self._sent), "more_body": False}
        self._sent += _MEBIBYTE
        return {"type": "http.request", "body": b"x" * _MEBIBYTE, "more_body": True}


async def _turn() -> None:
    for _ in range(50):
        await asyncio.sleep(0)


@pytest.mark.parametrize("is_announced", [True, False])
async def test_large_bodies_wait_for_room(is_announced: bool) -> None:
    reader = _reader(4 * _MEBIBYTE, room=8 * _MEBIBYTE)
    uploads = [_Upload(reader, 4 * _MEBIBYTE, is_announced=is_announced) for _ in range(5)]
    await _turn()
    assert [upload.has_room.is_set() for upload in uploads] == [True, True, False, False, False]
    uploads[1].may_end.set()
    await _turn()
    assert [upload.has_room.is_set() for upload in uploads] == [True, True, True, False, False]
    for upload in uploads:
        upload.may_end.set()
    assert {len(content) for content in await asyncio.gather(*[upload.task for upload in uploads])} == {4 * _MEBIBYTE}


async def test_a_body_larger_than_all_room_is_read_alone() -> None:
    reader = _reader(4 * _MEBIBYTE, room=2 * _MEBIBYTE)
    small, large = _Upload(reader, 2 * _MEBIBYTE), _Upload(reader, 4 * _MEBIBYTE)
    await _turn()
    assert not large.has_room.is_set()
    small.may_end.set()
    await asyncio.wait_for(large.has_room.wait(), 10)
    large.may_end.set()
    assert len(await large.task) == 4 * _MEBIBYTE


async def test_who_leaves_makes_room() -> None:
    reader = _reader(4 * _MEBIBYTE, room=4 * _MEBIBYTE)
    reading, waiting, last = (_Upload(reader, 4 * _MEBIBYTE) for _ in range(3))
    await _turn()
    for upload in (waiting, reading):
        upload.task.cancel()
    await asyncio.wait_for(last.has_room.wait(), 10)
    last.may_end.set()
    assert len(await last.task) == 4 * _MEBIBYTE


async def test_small_bodies_never_wait() -> None:
    reader = _reader(4 * _MEBIBYTE, room=4 * _MEBIBYTE)
    reading = _Upload(reader, 4 * _MEBIBYTE)
    await _turn()
    assert len(await _read(reader, _chunks(b"x" * 1000, b"x" * 1000))) == 2000
    reading.task.cancel()


async def test_room_is_left_early_by_who_waits_for_other_things() -> None:
    reader = _reader(4 * _MEBIBYTE, room=4 * _MEBIBYTE)
    async with reader.read(_scope(_MEBIBYTE), _chunks(*[b"x" * (256 * _KIBIBYTE)] * 4)) as body:
        body.leave_room()
        assert len(await _read(reader, _chunks(*[b"x" * _MEBIBYTE] * 4), 4 * _MEBIBYTE)) == 4 * _MEBIBYTE
