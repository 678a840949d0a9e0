"""The door to a running program: sessions are asked for in a channel of its process, several at a time."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager, suppress
from datetime import timedelta

import structlog

from colonyexecutors.delivery import Backoff
from colonyexecutors.errors import RuntimeUnavailable
from colonyexecutors.exec.session import Beside, ServedSession
from colonyexecutors.journal import Entry
from colonyexecutors.logs import LogSender
from colonyexecutors.runtimes.base import Handle
from colonyexecutors.site import Site
from colonysdk.errors import InvalidMessage, Refused, Unreachable
from colonysdk.exec import CHANNEL, ChannelEntries, Frame, FrameSender, Kind, SessionLost
from colonysdk.objects import ChannelEntry

_MOST_SESSIONS = 16
_OPENING_COUNTS = timedelta(minutes=1)
"""Who asks for a session does not wait for longer."""
_ENDED = "the process has ended"
_STARTED_ANEW = "the executor was started anew"
_FORBIDDEN = "this executor lets nobody into its processes (EXECUTOR_ALLOW_EXEC)"
_LOST_CODE = 255
_LAST_WORDS_SECONDS = 2.0

_log = structlog.get_logger()


@asynccontextmanager
async def exec_door(site: Site, entry: Entry, handle: Handle, logs: LogSender) -> AsyncIterator[None]:
    """Let the submitter of a process into its program for the length of the block, if its specification says so."""
    if CHANNEL not in (entry.process.spec.channels or ()):
        yield
        return
    door = _Door(site, entry, handle, logs)
    serving = asyncio.create_task(door.serve())
    try:
        yield
        await door.close(_ENDED)
    finally:
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)
        await door.abandon()


class _Door:
    def __init__(self, site: Site, entry: Entry, handle: Handle, logs: LogSender) -> None:
        process = entry.process
        self._site = site
        self._entry = entry
        self._visitor_id = process.initiator_id
        self._handle = handle
        self._beside = Beside(site.runtime, handle, logs, process.initiator_name or process.initiator_id)
        self._sender = FrameSender(site.client, process.process_id)
        self._entries = ChannelEntries(site.client, process.process_id)
        self._sessions: dict[str, ServedSession] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def serve(self) -> None:
        """Open sessions and hear what is said in them, until cancelled or the process is not this executor's."""
        try:
            await self._catch_up()
            async with aclosing(self._entries.follow()) as entries:
                async for entry in entries:
                    if entry.sender_id == self._visitor_id and (frame := _frame_of(entry)):
                        await self._hear(frame)
        except Refused as refusal:
            _log.info("no sessions are served", process_id=self._handle.process_id, problem=str(refusal))

    async def close(self, reason: str) -> None:
        """End all sessions, and wait until that is told: their commands have ended with the program."""
        for session in self._sessions.values():
            session.finish(reason, last_words_seconds=_LAST_WORDS_SECONDS)
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def abandon(self) -> None:
        """End what is left at once."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _catch_up(self) -> None:
        """Deal with what was said before: by whom nobody answered, and to whom an earlier run of this executor did."""
        asked: dict[str, Frame] = {}
        answered: set[str] = set()
        async for entry in self._present():
            frame = _frame_of(entry)
            if frame is None:
                continue
            if entry.sender_id != self._visitor_id:
                asked.pop(frame.session, None)
                answered.add(frame.session)
                if frame.kind in (Kind.EXIT, Kind.REFUSED):
                    answered.discard(frame.session)
            elif frame.kind is Kind.CLOSE:
                asked.pop(frame.session, None)
            elif frame.kind is Kind.OPEN and self._is_recent(entry):
                asked[frame.session] = frame
        for session in answered:
            await self._end_left(session)
        for frame in asked.values():
            await self._hear(frame)

    async def _present(self) -> AsyncIterator[ChannelEntry]:
        backoff = Backoff()
        while True:
            try:
                async with aclosing(self._entries.present()) as entries:
                    async for entry in entries:
                        yield entry
            except Unreachable:
                await backoff.pause()
            else:
                return

    def _is_recent(self, said: ChannelEntry) -> bool:
        """Whether it was said less than a minute ago, on the server's clock, which may differ from ours."""
        assigned = self._entry.process.start_time
        if said.timestamp is None or assigned is None:
            return False
        return assigned + timedelta(seconds=time.time() - self._entry.taken_at) - said.timestamp < _OPENING_COUNTS

    async def _end_left(self, session: str) -> None:
        try:
            await self._site.runtime.end_beside(self._handle, session)
        except RuntimeUnavailable as error:
            _log.warning("what a session left cannot be ended", process_id=self._handle.process_id, problem=str(error))
        # Numbered behind whatever the earlier run may have said.
        last = Frame(session=session, kind=Kind.EXIT, code=_LOST_CODE, reason=_STARTED_ANEW, number=2**53)
        with suppress(SessionLost):
            await self._sender.send(last)

    async def _hear(self, frame: Frame) -> None:
        session = self._sessions.get(frame.session)
        if session is not None:
            await session.hear(frame)
        elif frame.kind is Kind.OPEN:
            self._open(ServedSession(self._beside, self._sender, frame))

    def _open(self, session: ServedSession) -> None:
        if not self._site.allows_exec:
            work = session.refuse(_FORBIDDEN)
        elif len(self._sessions) >= _MOST_SESSIONS:
            work = session.refuse(f"{_MOST_SESSIONS} sessions are open in this process already; end one of them")
        else:
            work = session.run()
            self._sessions[session.id] = session
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(lambda done: self._forget(session.id, done))

    def _forget(self, session_id: str, task: asyncio.Task[None]) -> None:
        self._sessions.pop(session_id, None)
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            _log.error("a session broke", process_id=self._handle.process_id, problem=repr(error))


def _frame_of(entry: ChannelEntry) -> Frame | None:
    try:
        return Frame.decode(entry.payload)
    except InvalidMessage:
        return None
