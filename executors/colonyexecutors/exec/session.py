"""One session beside a running program, from its opening to its end."""

import asyncio
import shlex
from contextlib import aclosing, suppress
from dataclasses import dataclass

import structlog

from colonyexecutors.errors import NotOurs, RuntimeUnavailable, StartFailed
from colonyexecutors.logs import LogSender
from colonyexecutors.runtimes.base import Handle, Runtime, Stream
from colonyexecutors.runtimes.live import LiveCommand
from colonysdk.exec import SILENCE_SECONDS, Command, Frame, FrameSender, Incoming, Kind, Outgoing, SessionLost

_NUMBERS = {Stream.STDOUT: 1, Stream.STDERR: 2}
_KILLED = 137
_TELL_SECONDS = 2.0
_LOOK_SECONDS = 1.0
_SHOWN_CHARACTERS = 200

_log = structlog.get_logger()


@dataclass(frozen=True)
class Beside:
    """The program that sessions run beside, who may open them, and where it is written that they did."""

    runtime: Runtime
    handle: Handle
    logs: LogSender
    visitor_name: str


class ServedSession:
    """A session that somebody asks for with the frame `opening`."""

    def __init__(self, beside: Beside, sender: FrameSender, opening: Frame) -> None:
        self.id = opening.session
        self._beside = beside
        self._command = Command.of(opening)
        self._outgoing = Outgoing(sender, self.id)
        self._incoming = Incoming(self._outgoing, self.id)
        self._opening = opening
        # Bounded by what the other side may send before something was taken.
        self._input: asyncio.Queue[Frame] = asyncio.Queue()
        self._finished = asyncio.Event()
        self._reason = ""
        self._last_words_seconds = 0.0

    async def hear(self, frame: Frame) -> None:
        """Take in a frame of the other side."""
        if not await self._incoming.is_new(frame):
            return
        if frame.kind is Kind.CLOSE:
            self.finish("it was closed")
        elif frame.kind in (Kind.DATA, Kind.EOF, Kind.RESIZE):
            self._input.put_nowait(frame)

    def finish(self, reason: str, *, last_words_seconds: float = 0.0) -> None:
        """End it for a reason, after so much time for what its command still says; `run` returns soon."""
        self._reason = self._reason or reason
        self._last_words_seconds = last_words_seconds
        self._finished.set()

    async def refuse(self, reason: str) -> None:
        """Say why there is no session."""
        with suppress(SessionLost):
            await self._outgoing.send(Frame(session=self.id, kind=Kind.REFUSED, reason=reason[:1000]))

    async def run(self) -> None:
        """Run its command until that or the session has ended."""
        await self._incoming.is_new(self._opening)
        try:
            live = await self._beside.runtime.begin_beside(self._beside.handle, self._command, self.id)
        except StartFailed as failure:
            return await self.refuse(failure.sentence)
        except RuntimeUnavailable as error:
            return await self.refuse(str(error))
        code = _KILLED
        try:
            await self._note(f"opened a session ({self._shown_command()})")
            await self._outgoing.say(Kind.OPENED)
            code = await self._converse(live)
        except (SessionLost, NotOurs, RuntimeUnavailable) as error:
            self._reason = self._reason or str(error)
        finally:
            await live.end()
            await self._tell_end(code)
        return None

    async def _converse(self, live: LiveCommand) -> int:
        """Carry bytes both ways until the command has ended or the session is finished; the exit code."""
        output = asyncio.create_task(self._send_output(live))
        others = [
            asyncio.create_task(self._outgoing.run()),
            asyncio.create_task(self._pass_input(live)),
            asyncio.create_task(self._listen_for_silence()),
            asyncio.create_task(self._finished.wait()),
        ]
        try:
            await asyncio.wait({output, *others}, return_when=asyncio.FIRST_COMPLETED)
            if not output.done():
                await asyncio.wait({output}, timeout=self._last_words_seconds)
            for task in others:
                if task.done():
                    task.result()
            if not output.done():
                return _KILLED
            output.result()
            return await live.exit_code()
        finally:
            for task in (output, *others):
                task.cancel()
            await asyncio.gather(output, *others, return_exceptions=True)

    async def _send_output(self, live: LiveCommand) -> None:
        async with aclosing(live.output()) as pieces:
            async for stream, data in pieces:
                await self._outgoing.write(data, _NUMBERS[stream])
        await self._outgoing.flushed()

    async def _pass_input(self, live: LiveCommand) -> None:
        while True:
            frame = await self._input.get()
            match frame.kind:
                case Kind.DATA:
                    await live.write(frame.data)
                    await self._incoming.took(len(frame.data))
                case Kind.EOF:
                    await live.end_input()
                case _:
                    await live.resize(frame.columns, frame.rows)

    async def _listen_for_silence(self) -> None:
        while self._incoming.silent_seconds < SILENCE_SECONDS:
            await asyncio.sleep(_LOOK_SECONDS)
        self.finish(f"nothing was heard of its user for {SILENCE_SECONDS:.0f} s")

    async def _tell_end(self, code: int) -> None:
        reason = f" ({self._reason})" if self._reason else ""
        with suppress(SessionLost, NotOurs, TimeoutError):
            async with asyncio.timeout(_TELL_SECONDS):
                await self._outgoing.send(Frame(session=self.id, kind=Kind.EXIT, code=code & 0xFF, reason=self._reason))
                await self._note(f"closed a session, exit code {code}{reason}")

    async def _note(self, sentence: str) -> None:
        """Write into the process's log, for everybody who may read it."""
        _log.info("a session beside a process", process_id=self._beside.handle.process_id, said=sentence)
        await self._beside.logs.add_line(f"colony: exec: {self._beside.visitor_name} {sentence}")

    def _shown_command(self) -> str:
        text = shlex.join(self._command.argv).replace("\n", "\\n").replace("\r", "\\r")
        return text if len(text) <= _SHOWN_CHARACTERS else f"{text[:_SHOWN_CHARACTERS]}…"
