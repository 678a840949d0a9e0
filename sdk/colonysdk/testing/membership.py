"""The server, the colony and its users, as a fake colony tells about them."""

from colonysdk import messages
from colonysdk.errors import Refused
from colonysdk.objects import (
    Colony,
    ExecutorState,
    PauseStatus,
    ProcessState,
    ServerInfo,
    Statistics,
    User,
    Version,
)
from colonysdk.testing.access import require_colony_owner, require_member, require_server_owner
from colonysdk.testing.answering import answers
from colonysdk.testing.records import Records


@answers(messages.GetVersion)
def _version(records: Records, caller: str, message: messages.GetVersion) -> Version:
    return Version(build_version="fake")


@answers(messages.GetServerInfo)
def _server_info(records: Records, caller: str, message: messages.GetServerInfo) -> ServerInfo:
    return ServerInfo(build_version="fake")


@answers(messages.GetStatistics)
def _statistics(records: Records, caller: str, message: messages.GetStatistics) -> Statistics:
    require_server_owner(records, caller)
    return _count(records)


@answers(messages.GetColonyStatistics)
def _colony_statistics(records: Records, caller: str, message: messages.GetColonyStatistics) -> Statistics:
    require_member(records, caller, message.colony_name)
    return _count(records)


@answers(messages.GetColonies)
def _colonies(records: Records, caller: str, message: messages.GetColonies) -> list[Colony]:
    require_server_owner(records, caller)
    return [_colony(records)]


@answers(messages.GetColony)
def _get_colony(records: Records, caller: str, message: messages.GetColony) -> Colony:
    require_member(records, caller, message.colony_name)
    return _colony(records)


@answers(messages.PauseAssignments)
def _pause(records: Records, caller: str, message: messages.PauseAssignments) -> None:
    require_colony_owner(records, caller, message.colony_name)
    records.paused = True
    records.changes.announce()


@answers(messages.ResumeAssignments)
def _resume(records: Records, caller: str, message: messages.ResumeAssignments) -> None:
    require_colony_owner(records, caller, message.colony_name)
    records.paused = False
    records.changes.announce()


@answers(messages.GetPauseStatus)
def _pause_status(records: Records, caller: str, message: messages.GetPauseStatus) -> PauseStatus:
    require_member(records, caller, message.colony_name, approved=False)
    return PauseStatus(colony_name=records.colony_name, is_paused=records.paused)


@answers(messages.AddUser)
def _add_user(records: Records, caller: str, message: messages.AddUser) -> User:
    user = message.user
    require_colony_owner(records, caller, user.colony_name)
    if user.name in records.users:
        raise Refused(400, f"A User with name <{user.name}> already exists")
    records.users[user.name] = user
    return user


@answers(messages.GetUsers)
def _users(records: Records, caller: str, message: messages.GetUsers) -> list[User]:
    require_member(records, caller, message.colony_name, approved=False)
    return list(records.users.values())


@answers(messages.RemoveUser)
def _remove_user(records: Records, caller: str, message: messages.RemoveUser) -> None:
    require_colony_owner(records, caller, message.colony_name)
    if records.users.pop(message.name, None) is None:
        raise Refused(400, f"User with name <{message.name}> not found")


def _colony(records: Records) -> Colony:
    return Colony(colony_id=records.colony_id, name=records.colony_name)


def _count(records: Records) -> Statistics:
    executors = [executor.state for executor in records.executors.values()]
    return Statistics(
        colonies=1,
        executors=len(executors),
        active_executors=executors.count(ExecutorState.APPROVED),
        unregistered_executors=executors.count(ExecutorState.UNREGISTERED),
        waiting_processes=len(records.processes(ProcessState.WAITING)),
        running_processes=len(records.processes(ProcessState.RUNNING)),
        successful_processes=len(records.processes(ProcessState.SUCCESS)),
        failed_processes=len(records.processes(ProcessState.FAILED)),
        cancelled_processes=len(records.processes(ProcessState.CANCELLED)),
    )
