"""Every service, as the handlers see them."""

from dataclasses import dataclass

from colonyserver.services.about import About
from colonyserver.services.blueprint_changes import BlueprintChanges
from colonyserver.services.blueprint_definitions import BlueprintDefinitionService
from colonyserver.services.blueprints import BlueprintService
from colonyserver.services.channels import ChannelService
from colonyserver.services.colonies import ColonyService
from colonyserver.services.executors import ExecutorService
from colonyserver.services.extensions import Extensions
from colonyserver.services.files import FileService
from colonyserver.services.functions import FunctionService
from colonyserver.services.lifecycle import Lifecycle
from colonyserver.services.locations import LocationService
from colonyserver.services.pause import PauseService
from colonyserver.services.schedules import Schedules
from colonyserver.services.server_owner import ServerOwnerService
from colonyserver.services.snapshots import SnapshotService
from colonyserver.services.statistics import StatisticsService
from colonyserver.services.users import UserService


@dataclass(frozen=True)
class Services:
    """The rules of the server, one service for each family; those about processes are in `lifecycle`."""

    about: About
    server_owner: ServerOwnerService
    colonies: ColonyService
    users: UserService
    executors: ExecutorService
    functions: FunctionService
    statistics: StatisticsService
    pause: PauseService
    lifecycle: Lifecycle
    channels: ChannelService
    extensions: Extensions
    files: FileService
    snapshots: SnapshotService
    locations: LocationService
    schedules: Schedules
    blueprint_definitions: BlueprintDefinitionService
    blueprints: BlueprintService
    blueprint_changes: BlueprintChanges
