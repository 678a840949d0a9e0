"""Asking the server for processes, for as long as there is room for them."""

import asyncio
import time

import structlog

from colonyexecutors.delivery import Backoff
from colonyexecutors.ledger import Ledger
from colonyexecutors.recovery import take_lost_assignments
from colonyexecutors.registration import Registration
from colonyexecutors.running import RunningProcesses
from colonyexecutors.site import Site
from colonysdk.errors import ColonyError, Refused, Unreachable
from colonysdk.units import format_cpu

_IDLE_POLL_SECONDS = 30
_BUSY_POLL_SECONDS = 2
"""While a part of the machine is taken, an offer is soon out of date: it grows when something ends."""

_SHORTEST_ROUND_SECONDS = 0.3
_SIGN_OF_LIFE_SECONDS = 60.0
_MIB = 2**20

_log = structlog.get_logger()


class Assigner:
    """Keeps one assign call in flight while there is a free slot."""

    def __init__(self, site: Site, ledger: Ledger, running: RunningProcesses, registration: Registration) -> None:
        self._site = site
        self._ledger = ledger
        self._running = running
        self._registration = registration
        self._backoff = Backoff()
        self._unreachable = False

    async def run(self) -> None:
        """Ask until cancelled; raises SetupFailed when the executor cannot be a member any more."""
        while True:
            await self._wait_for_room()
            try:
                await self._ask()
            except Unreachable as error:
                if not self._unreachable:
                    _log.warning("the server is away; what runs goes on", problem=str(error))
                self._unreachable = True
                await self._backoff.pause()
            except Refused as refusal:
                await self._on_refusal(refusal)

    async def _ask(self) -> None:
        free = self._ledger.free
        seconds = _IDLE_POLL_SECONDS if self._ledger.untouched else _BUSY_POLL_SECONDS
        asked = time.monotonic()
        if self._unreachable:
            await take_lost_assignments(self._site, self._running)
        process = await self._site.client.assign(seconds, format_cpu(free.cpu_milli), f"{free.memory_bytes // _MIB}Mi")
        self._on_answer()
        if process is not None:
            self._running.take(process)
        elif time.monotonic() - asked < _SHORTEST_ROUND_SECONDS:
            # A server that is about to stop answers at once.
            await asyncio.sleep(_SHORTEST_ROUND_SECONDS)

    def _on_answer(self) -> None:
        if self._unreachable:
            _log.info("the server is back")
        self._unreachable = False
        self._backoff.reset()

    async def _on_refusal(self, refusal: Refused) -> None:
        _log.warning("the server does not assign processes", problem=str(refusal))
        await self._backoff.pause()
        if refusal.forbidden:
            await self._registration.complete()

    async def _wait_for_room(self) -> None:
        while True:
            try:
                async with asyncio.timeout(_SIGN_OF_LIFE_SECONDS):
                    return await self._ledger.room()
            except TimeoutError:
                await self._give_sign_of_life()

    async def _give_sign_of_life(self) -> None:
        """Ask for what no process can be.

        wire: the reference takes an executor that does not ask for ten minutes for dead, and gives its processes away.
        """
        try:
            process = await self._site.client.assign(-1, "-1m", "-1Mi")
        except ColonyError as error:
            _log.debug("a sign of life was refused", problem=str(error))
        else:
            if process is not None:
                self._running.take(process)
