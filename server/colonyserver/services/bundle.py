"""Every service, as the handlers see them."""

from dataclasses import dataclass

from colonyserver.services.about import About
from colonyserver.services.assignment import AssignmentService
from colonyserver.services.closing import ClosingService
from colonyserver.services.colonies import ColonyService, ServerOwnerService
from colonyserver.services.executors import ExecutorService
from colonyserver.services.functions import FunctionService
from colonyserver.services.pause import PauseService
from colonyserver.services.presence import Presence
from colonyserver.services.removal import RemovalService
from colonyserver.services.statistics import StatisticsService
from colonyserver.services.submission import SubmissionService
from colonyserver.services.users import UserService


@dataclass(frozen=True)
class Services:
    """The rules of the server, one service for each family."""

    about: About
    server_owner: ServerOwnerService
    colonies: ColonyService
    users: UserService
    executors: ExecutorService
    presence: Presence
    functions: FunctionService
    statistics: StatisticsService
    pause: PauseService
    submission: SubmissionService
    assignment: AssignmentService
    closing: ClosingService
    removal: RemovalService
