"""Crons and generators over the server's core, in UTC."""

from datetime import UTC

from colonyserver.services.schedules import Schedules
from tests.support.core import Core


def schedules_over(core: Core) -> Schedules:
    """The services of crons and generators; several of one core are as if each were on a server of its own."""
    return Schedules.over(core.database, core.events, core.lifecycle, local_zone=UTC)
