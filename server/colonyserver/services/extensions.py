"""The services of the extensions to the reference's protocol, put together."""

from dataclasses import dataclass
from typing import Self

from colonyserver.events import Events
from colonyserver.services.colony_events import ColonyEventService
from colonyserver.services.explanation import ExplanationService
from colonyserver.services.freshness import FreshnessService
from colonyserver.services.keyed_submission import KeyedSubmissionService
from colonyserver.services.leases import LeaseService
from colonyserver.services.lifecycle import Lifecycle
from colonyserver.services.offers import Offers
from colonyserver.services.process_query import QueryService
from colonyserver.services.workflow_members import WorkflowMemberService
from colonyserver.storage.database import Database


@dataclass(frozen=True)
class Extensions:
    """What this server can do beyond the reference."""

    queries: QueryService
    workflow_members: WorkflowMemberService
    offers: Offers
    explanations: ExplanationService
    events: ColonyEventService
    submissions: KeyedSubmissionService
    leases: LeaseService
    freshness: FreshnessService

    @classmethod
    async def open(cls, database: Database, events: Events, lifecycle: Lifecycle) -> Self:
        """Put the services together."""
        freshness = FreshnessService(database, events, lifecycle.clock)
        await freshness.start()
        offers = Offers(lifecycle.clock)
        return cls(
            queries=QueryService(database),
            workflow_members=WorkflowMemberService(database),
            offers=offers,
            explanations=ExplanationService(database, lifecycle.clock, lifecycle.presence, offers),
            events=ColonyEventService(events, lifecycle.clock),
            submissions=KeyedSubmissionService(database, lifecycle.submission, lifecycle.workflows, lifecycle.clock),
            leases=LeaseService(database, events, lifecycle.clock),
            freshness=freshness,
        )
