"""Sessions over a channel: frames, sending through what passes, never too far ahead, and each thing heard once."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager, suppress
from typing import Any, cast

import pytest

from colonysdk.client import ColonyClient
from colonysdk.errors import InvalidMessage, Refused, Unreachable
from colonysdk.exec import (
    ChannelEntries,
    Command,
    ExecRefused,
    Frame,
    FrameSender,
    Incoming,
    Kind,
    Outgoing,
    SessionLost,
    Terminal,
    end_of_channel,
    open_session,
)
from colonysdk.exec.frames import MAX_DATA_BYTES
from colonysdk.identity import Identity
from colonysdk.objects import ChannelEntry

SESSION = "0123456789abcdef"
WINDOW_BYTES = 512 * 1024
RATE = Refused(500, "rate limit exceeded; 100 messages a second are taken")


class Channel:
    """A channel in memory; `troubles` are raised by the next appends, one each, and `is_over` ends it."""

    def __init__(self) -> None:
        self.entries: list[ChannelEntry] = []
        self.sequences: list[int] = []
        self.troubles: list[Exception] = []
        self.questions = 0
        self.is_over = False

    def client(self) -> ColonyClient:
        return cast("ColonyClient", Member(self))

    @property
    def frames(self) -> list[Frame]:
        return [Frame.decode(entry.payload) for entry in self.entries]

    def data(self) -> bytes:
        return b"".join(frame.data for frame in self.frames)


class Member:
    """A client for which no subscription gets through."""

    def __init__(self, channel: Channel) -> None:
        self.channel = channel
        self.identity = Identity.generate()

    async def append_to_channel(
        self, process_id: str, name: str, payload: bytes, *, sequence: int, entry_type: str
    ) -> None:
        if self.channel.troubles:
            raise self.channel.troubles.pop(0)
        entry = ChannelEntry(sender_id=self.identity.id, payload=payload, type=entry_type, sequence=sequence)
        self.channel.entries.append(entry)
        self.channel.sequences.append(sequence)

    async def read_channel(self, process_id: str, name: str, after: int = 0, limit: int = 0) -> list[ChannelEntry]:
        self.channel.questions += 1
        if self.channel.is_over:
            raise Refused(404, "Channel not found")
        return self.channel.entries[after:][: limit or None]

    async def follow_channel(self, *_: object, **__: object) -> AsyncGenerator[ChannelEntry, None]:
        raise Unreachable("a proxy does not let it through")
        yield

    async def offers(self, extension: str) -> bool:
        return False


@pytest.fixture
def channel() -> Channel:
    return Channel()


@asynccontextmanager
async def running(work: Awaitable[Any]) -> AsyncGenerator[None, None]:
    """Let something run for the length of the block."""
    task = asyncio.ensure_future(work)
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def until(reached: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not reached():
            await asyncio.sleep(0.01)


class TestFrames:
    def test_carries_bytes_as_they_are(self) -> None:
        frame = Frame(session=SESSION, number=3, kind=Kind.DATA, stream=2, data=bytes(range(256)) + b"\n\n")
        assert Frame.decode(frame.encode()) == frame

    def test_carries_a_command(self) -> None:
        command = Command(("sh", "-c", "echo 'a\nb' é"), Terminal(120, 36, "xterm-256color"), rank=2)
        assert Command.of(Frame.decode(command.opening(SESSION).encode())) == command

    @pytest.mark.parametrize(
        "payload",
        [
            None,
            b"",
            b"hello\n",
            b"[]\n",
            b'{"version":2,"session":"0123456789abcdef","kind":"data"}\n',
            b'{"version":1,"session":"../../etc","kind":"data"}\n',
            b'{"version":1,"session":"0123456789abcdef","kind":"dance"}\n',
            b'{"version":1,"session":"0123456789abcdef","kind":"data"}\n' + b"x" * (MAX_DATA_BYTES + 1),
            b'{"version":1,"session":"0123456789abcdef","kind":"open","argv":["a\\u0000b"]}\n',
            b'{"version":1,"session":"0123456789abcdef","kind":"open","columns":-1}\n',
            b" " * 300_000 + b"\n",
        ],
    )
    def test_refuses_what_is_no_frame(self, payload: bytes | None) -> None:
        with pytest.raises(InvalidMessage):
            Frame.decode(payload)

    def test_refuses_a_command_that_cannot_be_sent(self) -> None:
        with pytest.raises(InvalidMessage, match="argv"):
            Command(("a\0b",)).opening(SESSION)

    def test_the_last_of_a_session_is_an_end(self) -> None:
        types = {kind: Frame(session=SESSION, kind=kind).entry_type for kind in Kind}
        assert {kind for kind, name in types.items() if name == "end"} == {Kind.CLOSE, Kind.EXIT, Kind.REFUSED}


class TestSending:
    async def test_waits_while_too_much_is_said_and_while_nobody_answers(self, channel: Channel) -> None:
        channel.troubles = [RATE, Unreachable("away"), RATE, Refused(503, "no database")]
        sender = FrameSender(channel.client(), "process")
        await sender.send(Frame(session=SESSION, kind=Kind.ALIVE))
        assert len(channel.entries) == 1

    @pytest.mark.parametrize(
        ("trouble", "words"),
        [
            (Refused(404, "Channel not found"), "has ended"),
            (Refused(403, "Not authorized to write to channel"), "the server refused"),
            (Refused(500, "channel log is full; it holds 10000 entries"), "takes no more"),
        ],
    )
    async def test_gives_up_where_waiting_does_not_help(self, channel: Channel, trouble: Exception, words: str) -> None:
        channel.troubles = [trouble]
        with pytest.raises(SessionLost, match=words):
            await FrameSender(channel.client(), "process").send(Frame(session=SESSION, kind=Kind.ALIVE))

    async def test_counts_up_over_all_sessions(self, channel: Channel) -> None:
        sender = FrameSender(channel.client(), "process")
        await asyncio.gather(*(sender.send(Frame(session=SESSION, kind=Kind.ALIVE)) for _ in range(20)))
        assert channel.sequences == sorted(set(channel.sequences))


class TestFlow:
    async def test_small_pieces_travel_together_and_in_order(self, channel: Channel) -> None:
        outgoing = Outgoing(FrameSender(channel.client(), "process"), SESSION)
        async with running(outgoing.run()):
            for number in range(500):
                await outgoing.write(b"%d\n" % number)
            await outgoing.flushed()
        assert channel.data() == b"".join(b"%d\n" % number for number in range(500))
        assert len(channel.entries) < 10
        assert [frame.number for frame in channel.frames] == [*range(1, len(channel.entries) + 1)]

    async def test_stdout_and_stderr_keep_their_order(self, channel: Channel) -> None:
        outgoing = Outgoing(FrameSender(channel.client(), "process"), SESSION)
        async with running(outgoing.run()):
            for text, stream in ((b"a", 1), (b"b", 1), (b"c", 2), (b"d", 1)):
                await outgoing.write(text, stream)
            await outgoing.flushed()
        assert [(frame.stream, frame.data) for frame in channel.frames] == [(1, b"ab"), (2, b"c"), (1, b"d")]

    async def test_no_more_is_on_its_way_than_the_other_side_may_have_waiting(self, channel: Channel) -> None:
        outgoing = Outgoing(FrameSender(channel.client(), "process"), SESSION)
        data = bytes(2 * WINDOW_BYTES)
        async with running(outgoing.run()), running(outgoing.write(data)):
            await until(lambda: len(channel.data()) >= WINDOW_BYTES)
            await asyncio.sleep(0.2)
            assert len(channel.data()) == WINDOW_BYTES
            await outgoing.take_note(WINDOW_BYTES)
            await until(lambda: len(channel.data()) == 2 * WINDOW_BYTES)

    async def test_what_arrives_twice_counts_once_and_what_was_taken_is_told(self, channel: Channel) -> None:
        outgoing = Outgoing(FrameSender(channel.client(), "process"), SESSION)
        incoming = Incoming(outgoing, SESSION)
        frame = Frame(session=SESSION, number=1, kind=Kind.DATA, data=b"x")
        assert await incoming.is_new(frame)
        assert not await incoming.is_new(frame)
        assert not await incoming.is_new(Frame(session=SESSION, number=2, kind=Kind.ALIVE))
        for _ in range(4):
            await incoming.took(40_000)
        assert [(told.kind, told.total) for told in channel.frames] == [(Kind.TAKEN, 160_000)]


class TestReading:
    @pytest.mark.parametrize("count", [0, 1, 7, 8, 9, 100, 4096, 9999])
    async def test_finds_the_end_with_few_questions(self, channel: Channel, count: int) -> None:
        channel.entries = [ChannelEntry() for _ in range(count)]
        assert await end_of_channel(channel.client(), "process") == count
        assert channel.questions <= 24

    async def test_asks_where_no_subscription_gets_through_and_ends_with_the_process(self, channel: Channel) -> None:
        channel.entries = [ChannelEntry(sequence=number) for number in range(5)]
        seen = []
        async with asyncio.timeout(10), aclosing(ChannelEntries(channel.client(), "process", 2).follow()) as entries:
            async for entry in entries:
                seen.append(entry.sequence)
                if len(seen) == 3:
                    channel.entries.append(ChannelEntry(sequence=99))
                channel.is_over = len(seen) == 4
        assert seen == [2, 3, 4, 99]


class TestSessions:
    async def test_several_share_one_channel(self, channel: Channel) -> None:
        async with asyncio.timeout(20), running(_echo_executor(channel)):
            words = await asyncio.gather(*(_ask(channel, word) for word in (b"one", b"two", b"three")))
        assert words == [(b"one", 3), (b"two", 3), (b"three", 5)]

    async def test_a_refusal_is_told_in_the_executors_words(self, channel: Channel) -> None:
        async with asyncio.timeout(20), running(_echo_executor(channel, refuses=True)):
            with pytest.raises(ExecRefused, match="not today"):
                await _ask(channel, b"one")

    async def test_one_that_its_user_leaves_is_closed(self, channel: Channel) -> None:
        async with asyncio.timeout(20), running(_echo_executor(channel)):
            async with open_session(channel.client(), "process", Command(("cat",))):
                pass
            assert channel.frames[-1].kind is Kind.CLOSE

    async def test_one_whose_process_ends_is_lost(self, channel: Channel) -> None:
        async with (
            asyncio.timeout(20),
            running(_echo_executor(channel)),
            open_session(channel.client(), "process", Command(("cat",))) as session,
        ):
            channel.is_over = True
            with pytest.raises(SessionLost, match="the process has ended"):
                await anext(session.output())


async def _ask(channel: Channel, word: bytes) -> tuple[bytes, int | None]:
    """Run a command that repeats a word and ends with the number of its letters; what came back."""
    async with open_session(channel.client(), "process", Command(("echo",))) as session:
        await session.write(word)
        answer = b"".join([data async for _, data in session.output()])
        return answer, session.exit_code


async def _echo_executor(channel: Channel, *, refuses: bool = False) -> None:
    """Answer every session's first data with the same, and end it."""
    client = channel.client()
    assert client.identity is not None
    sender = FrameSender(client, "process")
    numbers: dict[str, int] = {}

    async def say(session: str, kind: Kind, **fields: Any) -> None:
        numbers[session] = numbers.get(session, 0) + 1
        await sender.send(Frame(session=session, kind=kind, number=numbers[session], **fields))

    position = 0
    while True:
        for entry in channel.entries[position:]:
            position += 1
            if entry.sender_id == client.identity.id:
                continue
            frame = Frame.decode(entry.payload)
            if frame.kind is Kind.OPEN:
                await say(frame.session, Kind.REFUSED if refuses else Kind.OPENED, reason="not today")
            elif frame.kind is Kind.DATA:
                await say(frame.session, Kind.DATA, data=frame.data)
                await say(frame.session, Kind.EXIT, code=len(frame.data))
        await asyncio.sleep(0.01)
