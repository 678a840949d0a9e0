"""The services that submit workflows by themselves, put together over the process lifecycle."""

from dataclasses import dataclass
from datetime import tzinfo
from typing import Self

from colonyserver.events import Events
from colonyserver.services.cron_runs import CronRuns
from colonyserver.services.crons import CronService
from colonyserver.services.generator_runs import GeneratorRuns
from colonyserver.services.generators import GeneratorService
from colonyserver.services.lifecycle import Lifecycle
from colonyserver.storage.database import Database


@dataclass(frozen=True)
class Schedules:
    """Crons and generators: what members do with them, and their runs."""

    crons: CronService
    cron_runs: CronRuns
    generators: GeneratorService
    generator_runs: GeneratorRuns

    @classmethod
    def over(
        cls,
        database: Database,
        events: Events,
        lifecycle: Lifecycle,
        *,
        local_zone: tzinfo,
        cron_checker_milliseconds: int = 1000,
        generator_checker_milliseconds: int = 1000,
    ) -> Self:
        """Put the services together; `local_zone` is the time zone of cron expressions that name none."""
        clock, workflows = lifecycle.clock, lifecycle.workflows
        return cls(
            crons=CronService(
                database, events, clock, workflows, local_zone, checker_milliseconds=cron_checker_milliseconds
            ),
            cron_runs=CronRuns(database, events, clock, workflows, local_zone),
            generators=GeneratorService(
                database, events, clock, workflows, checker_milliseconds=generator_checker_milliseconds
            ),
            generator_runs=GeneratorRuns(database, clock, workflows),
        )
