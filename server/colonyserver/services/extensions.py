"""The services of the extensions to the reference's protocol, put together."""

from dataclasses import dataclass
from typing import Self

from colonyserver.services.process_query import QueryService
from colonyserver.storage.database import Database


@dataclass(frozen=True)
class Extensions:
    """What this server can do beyond the reference."""

    queries: QueryService

    @classmethod
    def over(cls, database: Database) -> Self:
        """Put the services together."""
        return cls(queries=QueryService(database))
