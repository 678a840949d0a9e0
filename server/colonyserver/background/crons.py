"""The cron loop: sleeps until the next cron is due, or until one that waits for its previous run may go on."""

from collections.abc import Set as AbstractSet

from colonysdk.objects import ProcessState
from colonyserver.background.alarm import Alarm
from colonyserver.clock import NANOSECONDS, Clock
from colonyserver.events import CronChanged, Events, ProcessChanged
from colonyserver.services.cron_runs import CronRuns

_LOOK_AGAIN_NANOSECONDS = NANOSECONDS // 10
"""Processes end all the time in a busy colony; those that wait for one are looked at no more often than this."""


class CronLoop:
    """Runs `CronRuns` whenever something is due; learns of new crons and ended processes from events."""

    def __init__(self, runs: CronRuns, events: Events, clock: Clock) -> None:
        self._runs = runs
        self._clock = clock
        self._alarm = Alarm(clock)
        self._held_back_in: AbstractSet[str] = frozenset()
        self._ended_in: set[str] = set()
        events.subscribe(CronChanged, lambda change: self._alarm.wake_at(change.due_at))
        events.subscribe(ProcessChanged, self._on_process)

    async def run(self) -> None:
        """Go on until cancelled; raises what the database raises."""
        while True:
            self._alarm.reset()
            self._ended_in.clear()
            ahead = await self._runs.run_due()
            self._held_back_in = ahead.held_back_in
            self._alarm.wake_at(ahead.next_due_at)
            # What ended while the crons were looked at may be what one of them has begun to wait for.
            if self._held_back_in & self._ended_in:
                self._look_again()
            await self._alarm.wait()

    def _on_process(self, change: ProcessChanged) -> None:
        if not ProcessState(change.state).is_final:
            return
        self._ended_in.add(change.colony_name)
        if change.colony_name in self._held_back_in:
            self._look_again()

    def _look_again(self) -> None:
        self._alarm.wake_at(self._clock.now() + _LOOK_AGAIN_NANOSECONDS)
