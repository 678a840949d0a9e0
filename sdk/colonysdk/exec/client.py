"""The submitter's side of sessions."""

import asyncio
import secrets
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager, suppress

from colonysdk.client import ColonyClient
from colonysdk.errors import InvalidMessage, Refused
from colonysdk.exec.entries import ChannelEntries, end_of_channel
from colonysdk.exec.errors import ExecRefused, SessionLost
from colonysdk.exec.frames import Command, Frame, Kind
from colonysdk.exec.halves import SILENCE_SECONDS, Incoming, Outgoing
from colonysdk.exec.sending import FrameSender

_OPEN_SECONDS = 30.0
_CLOSE_SECONDS = 2.0
_LOOK_SECONDS = 1.0


class RemoteSession:
    """A command beside a running program; made by `open_session`.

    `exit_code` and `reason` are known once `output` has ended; `reason` is empty when the command ended by itself.
    """

    def __init__(self, client: ColonyClient, process_id: str) -> None:
        self.exit_code: int | None = None
        self.reason = ""
        self._client = client
        self._process_id = process_id
        self._id = secrets.token_hex(8)
        self._outgoing = Outgoing(FrameSender(client, process_id), self._id)
        self._incoming = Incoming(self._outgoing, self._id)
        self._opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        # Bounded by what the executor may send before something was taken.
        self._output: asyncio.Queue[Frame | Exception] = asyncio.Queue()

    async def write(self, data: bytes) -> None:
        """Send bytes to the command's stdin or terminal, waiting while it does not take them."""
        await self._outgoing.write(data)

    async def end_input(self) -> None:
        """Say that no more will be written; raises SessionLost."""
        await self._outgoing.flushed()
        await self._outgoing.say(Kind.EOF)

    async def resize(self, columns: int, rows: int) -> None:
        """Give the command's terminal another size; raises SessionLost."""
        await self._outgoing.send(Frame(session=self._id, kind=Kind.RESIZE, columns=columns, rows=rows))

    async def output(self) -> AsyncGenerator[tuple[int, bytes], None]:
        """Yield what the command writes, with 1 for stdout and 2 for stderr, until it has ended; raises SessionLost."""
        while True:
            item = await self._output.get()
            if isinstance(item, Exception):
                raise item
            if item.kind is Kind.EXIT:
                self.exit_code, self.reason = item.code, item.reason
                return
            yield item.stream, item.data
            await self._incoming.took(len(item.data))

    async def _open(self, command: Command) -> None:
        try:
            async with asyncio.timeout(_OPEN_SECONDS):
                await self._outgoing.send(command.opening(self._id))
                await self._opened
        except TimeoutError:
            raise SessionLost(
                f"the executor did not answer within {_OPEN_SECONDS:.0f} s: it is away, or it offers no sessions"
            ) from None

    async def _receive(self, position: int) -> None:
        try:
            async with aclosing(ChannelEntries(self._client, self._process_id, position).follow()) as entries:
                async for entry in entries:
                    with suppress(InvalidMessage):
                        await self._hear(Frame.decode(entry.payload), is_own=entry.sender_id == self._own_id)
            self._fail(SessionLost("the process has ended"))
        except Refused as refusal:
            self._fail(SessionLost(f"the server refused: {refusal}"))

    async def _hear(self, frame: Frame, *, is_own: bool) -> None:
        if frame.session != self._id or is_own or not await self._incoming.is_new(frame):
            return
        match frame.kind:
            case Kind.OPENED:
                if not self._opened.done():
                    self._opened.set_result(None)
            case Kind.REFUSED:
                self._fail(ExecRefused(frame.reason or "the executor refuses"))
            case Kind.DATA | Kind.EXIT:
                self._output.put_nowait(frame)
            case _:
                pass

    async def _send(self) -> None:
        try:
            await self._outgoing.run()
        except SessionLost as lost:
            self._fail(lost)

    async def _listen_for_silence(self) -> None:
        while self._incoming.silent_seconds < SILENCE_SECONDS:
            await asyncio.sleep(_LOOK_SECONDS)
        self._fail(SessionLost(f"nothing was heard of the executor for {SILENCE_SECONDS:.0f} s"))

    async def _close(self) -> None:
        """Let the executor end a command that has not ended; it notices by itself when this does not get through."""
        with suppress(SessionLost, TimeoutError):
            async with asyncio.timeout(_CLOSE_SECONDS):
                await self._outgoing.say(Kind.CLOSE)

    def _fail(self, error: ExecRefused | SessionLost) -> None:
        if not self._opened.done():
            self._opened.set_exception(error)
            self._opened.exception()  # it counts as seen, also when nobody waits for it any more
        self._output.put_nowait(error)

    @property
    def _own_id(self) -> str:
        return self._client.identity.id if self._client.identity else ""


@asynccontextmanager
async def open_session(client: ColonyClient, process_id: str, command: Command) -> AsyncIterator[RemoteSession]:
    """Run a command beside the program of a running process, for the length of the block; then it is ended.

    Raises Refused when the server says no (403: only the submitter may), ExecRefused when the executor does,
    SessionLost when nobody answers, and InvalidMessage for a command that cannot be sent.
    """
    position = await end_of_channel(client, process_id)
    session = RemoteSession(client, process_id)
    tasks = [
        asyncio.create_task(session._receive(position)),
        asyncio.create_task(session._send()),
        asyncio.create_task(session._listen_for_silence()),
    ]
    try:
        await session._open(command)
        yield session
    finally:
        tasks[1].cancel()
        if session.exit_code is None:
            await session._close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
