"""Appending frames to a channel, in order, through what passes: rate limits, and servers that are away for a while."""

import asyncio
import time

from colonysdk.client import ColonyClient
from colonysdk.errors import Refused, Unreachable
from colonysdk.exec.errors import SessionLost
from colonysdk.exec.frames import CHANNEL, Frame

_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 0.05, 1.0
_PATIENCE_SECONDS = 60.0
_SERVER_ERROR = 500
_FULL = "log is full"


class FrameSender:
    """Sends the frames of one side of a process's channel, one at a time."""

    def __init__(self, client: ColonyClient, process_id: str) -> None:
        self._client = client
        self._process_id = process_id
        self._sequence = 0
        self._turn = asyncio.Lock()

    async def send(self, frame: Frame) -> None:
        """Append a frame; raises SessionLost when that cannot be done.

        It is tried again for a minute: when a server refuses because too much was said in a second, and when it does
        not answer. So a frame may arrive twice, and its number tells.
        """
        async with self._turn:
            # wire: the reference keeps a sender's entries in the order of their sequence, also over several sessions.
            self._sequence = max(self._sequence + 1, time.time_ns())
            await self._append_patiently(frame)

    async def _append_patiently(self, frame: Frame) -> None:
        pause = _FIRST_PAUSE_SECONDS
        last_try = time.monotonic() + _PATIENCE_SECONDS
        while True:
            try:
                return await self._append(frame)
            except (Unreachable, Refused) as error:
                if lost := _as_lost(error, is_last_try=time.monotonic() > last_try):
                    raise lost from error
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)

    async def _append(self, frame: Frame) -> None:
        await self._client.append_to_channel(
            self._process_id, CHANNEL, frame.encode(), sequence=self._sequence, entry_type=frame.entry_type
        )


def _as_lost(error: Unreachable | Refused, *, is_last_try: bool) -> SessionLost | None:
    """What to give up with, None to try again."""
    if isinstance(error, Unreachable):
        return SessionLost(str(error)) if is_last_try else None
    if error.not_found:
        return SessionLost("the process has ended, or does not declare the channel")
    if _FULL in error.message:
        return SessionLost(f"the process's channel takes no more: {error}")
    if error.status < _SERVER_ERROR or is_last_try:
        return SessionLost(f"the server refused: {error}")
    return None
