"""The generator loop: sleeps until a queue is full enough, or has waited for long enough."""

from colonyserver.background.alarm import Alarm
from colonyserver.clock import Clock
from colonyserver.events import Events, GeneratorChanged
from colonyserver.services.generator_runs import GeneratorRuns


class GeneratorLoop:
    """Runs `GeneratorRuns` whenever something is due; learns of packed arguments from events."""

    def __init__(self, runs: GeneratorRuns, events: Events, clock: Clock) -> None:
        self._runs = runs
        self._alarm = Alarm(clock)
        events.subscribe(GeneratorChanged, lambda change: self._alarm.wake_at(change.due_at))

    async def run(self) -> None:
        """Go on until cancelled; raises what the database raises."""
        while True:
            self._alarm.reset()
            self._alarm.wake_at(await self._runs.run_due())
            await self._alarm.wait()
