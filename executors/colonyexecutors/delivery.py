"""Calls to the server that must get through: repeated, with growing pauses, for as long as it is away."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog

from colonysdk.errors import Refused, Unreachable

ResultT = TypeVar("ResultT")

_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 0.2, 10.0
_SERVER_ERROR = 500

_log = structlog.get_logger()


class Backoff:
    """Pauses that double, each between half and all of its length so that clients spread out."""

    def __init__(self) -> None:
        self._seconds = _FIRST_PAUSE_SECONDS

    async def pause(self) -> None:
        """Pause before the next attempt."""
        seconds = self._seconds
        self._seconds = min(2 * seconds, _LONGEST_PAUSE_SECONDS)
        await asyncio.sleep(seconds * random.uniform(0.5, 1.0))

    def reset(self) -> None:
        """Start again with a short pause."""
        self._seconds = _FIRST_PAUSE_SECONDS


async def deliver(call: Callable[[], Awaitable[ResultT]]) -> ResultT:
    """Call until the server has answered; raises Refused when it says no. For calls that may be done twice."""
    backoff = Backoff()
    while True:
        try:
            return await call()
        except (Unreachable, Refused) as error:
            _raise_if_final(error)
            await backoff.pause()


async def deliver_once(call: Callable[[], Awaitable[None]], arrived: Callable[[], Awaitable[bool]]) -> None:
    """Deliver a call that must not be done twice.

    An answer that got lost may hide that the call was done; `arrived` finds out before it is repeated.
    """
    backoff = Backoff()
    try:
        return await call()
    except (Unreachable, Refused) as error:
        _raise_if_final(error)
    while True:
        await backoff.pause()
        try:
            return None if await arrived() else await call()
        except (Unreachable, Refused) as error:
            _raise_if_final(error)


def _raise_if_final(error: Unreachable | Refused) -> None:
    if isinstance(error, Refused) and error.status < _SERVER_ERROR:
        raise error
    _log.debug("a message is sent to the server again", problem=str(error))
