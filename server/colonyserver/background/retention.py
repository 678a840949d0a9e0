"""The retention loop: removes what is too old, when the server starts and every minute."""

import asyncio

import structlog

from colonyserver.services.retention import RetentionService

_INTERVAL_SECONDS = 60

_log = structlog.get_logger(__name__)


class RetentionLoop:
    """Sweeps with `RetentionService`; several servers may do so at the same time."""

    def __init__(self, retention: RetentionService) -> None:
        self._retention = retention

    async def run(self) -> None:
        """Go on until cancelled; raises what the database raises."""
        while True:
            removed = await self._retention.sweep()
            if removed:
                _log.info("old processes removed", count=removed)
            await asyncio.sleep(_INTERVAL_SECONDS)
