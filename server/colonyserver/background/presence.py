"""The presence loop: writes signs of life down, once a second when there are any."""

import asyncio

from colonyserver.services.presence import Presence

_INTERVAL_SECONDS = 1.0


class PresenceLoop:
    """Flushes `Presence`."""

    def __init__(self, presence: Presence) -> None:
        self._presence = presence

    async def run(self) -> None:
        """Go on until cancelled; raises what the database raises."""
        while True:
            await self._presence.flush()
            await asyncio.sleep(_INTERVAL_SECONDS)
