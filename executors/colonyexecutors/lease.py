"""How long the server lets this executor go on with a process, and asking for more where it gives more."""

import time
from datetime import timedelta

import structlog

from colonyexecutors.journal import Entry
from colonyexecutors.site import Site
from colonysdk.errors import Refused, Unreachable
from colonysdk.extensions import LEASE

_FOREVER = float("inf")
_RETRY_SECONDS = 1.0

_log = structlog.get_logger()


class Lease:
    """The lease of one process, in Unix seconds of this machine.

    It is renewed when half of `maxexectime` is left, by servers that announce it and for processes that may take longer
    than that: their `maxleasetime` says so.
    """

    def __init__(self, site: Site, entry: Entry) -> None:
        self._site = site
        self._entry = entry
        self._renewal = self._half_way() if self._is_renewable() else _FOREVER

    @property
    def until(self) -> float:
        """When the server lets the assignment expire."""
        process = self._entry.process
        if process.exec_deadline is None or process.start_time is None or process.spec.max_exec_time <= 0:
            return _FOREVER
        if self._entry.lease_until is not None:
            return self._entry.lease_until
        # Both moments are on the server's clock, which may differ from ours.
        return self._entry.taken_at + (process.exec_deadline - process.start_time).total_seconds()

    @property
    def renewal(self) -> float:
        """When to ask for more."""
        return self._renewal

    async def renew(self) -> None:
        """Ask for more; a server that refuses is not asked again."""
        process = self._entry.process
        asked_at = time.time()
        try:
            if not await self._site.client.offers(LEASE):
                self._renewal = _FOREVER
                return
            renewed = await self._site.client.renew_lease(process.process_id)
        except Unreachable:
            self._renewal = asked_at + _RETRY_SECONDS
            return
        except Refused as refusal:
            _log.info("a lease was not renewed", process_id=process.process_id, reason=str(refusal))
            self._renewal = _FOREVER
            return
        if renewed.exec_deadline is None or process.exec_deadline is None or process.start_time is None:
            self._renewal = _FOREVER
            return
        granted = renewed.exec_deadline - process.start_time
        self._entry.lease_until = self._entry.taken_at + granted.total_seconds()
        self._site.journal.update(self._entry)
        is_last = granted >= timedelta(seconds=process.spec.max_lease_time)
        self._renewal = _FOREVER if is_last else self._half_way()

    def _is_renewable(self) -> bool:
        spec = self._entry.process.spec
        return 0 < spec.max_exec_time < spec.max_lease_time

    def _half_way(self) -> float:
        return self.until - self._entry.process.spec.max_exec_time / 2
