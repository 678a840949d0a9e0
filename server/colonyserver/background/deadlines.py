"""The deadline loop: sleeps until the next deadline of any process, then lets it expire."""

from colonyserver.background.alarm import Alarm
from colonyserver.clock import Clock
from colonyserver.events import Events, ProcessChanged
from colonyserver.services.expiry import ExpiryService


class DeadlineLoop:
    """Runs `ExpiryService` whenever something is due; learns of new deadlines from events."""

    def __init__(self, expiry: ExpiryService, events: Events, clock: Clock) -> None:
        self._expiry = expiry
        self._alarm = Alarm(clock)
        events.subscribe(ProcessChanged, lambda change: self._alarm.wake_at(change.due_at))

    async def run(self) -> None:
        """Go on until cancelled; raises what the database raises."""
        while True:
            self._alarm.reset()
            self._alarm.wake_at(await self._expiry.expire())
            await self._alarm.wait()
