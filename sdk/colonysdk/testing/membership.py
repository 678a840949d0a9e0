"""Colony, users, executors and functions of a fake colony."""

from colonysdk import messages
from colonysdk.errors import Refused
from colonysdk.objects import (
    Colony,
    Executor,
    ExecutorState,
    Function,
    PauseStatus,
    ProcessState,
    ServerInfo,
    Statistics,
    User,
    Version,
)
from colonysdk.testing import transitions
from colonysdk.testing.access import require_colony_owner, require_executor, require_member, require_server_owner
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


@answers(messages.AddExecutor)
def _add_executor(records: Records, caller: str, message: messages.AddExecutor) -> Executor:
    require_colony_owner(records, caller, message.executor.colony_name)
    name = message.executor.executor_name
    known = records.executors.get(name)
    if known is not None and known.state is not ExecutorState.UNREGISTERED:
        raise Refused(400, f"Executor with name <{name}> in Colony <{records.colony_name}> already exists")
    changes = {"state": ExecutorState.PENDING, "commission_time": records.clock.now()}
    records.executors[name] = message.executor.model_copy(update=changes)
    return records.executors[name]


@answers(messages.GetExecutors)
def _executors(records: Records, caller: str, message: messages.GetExecutors) -> list[Executor]:
    require_member(records, caller, message.colony_name, approved=False)
    return list(records.executors.values())


@answers(messages.GetExecutor)
def _get_executor(records: Records, caller: str, message: messages.GetExecutor) -> Executor:
    require_member(records, caller, message.colony_name)
    return _executor(records, message.executor_name)


@answers(messages.ApproveExecutor)
def _approve(records: Records, caller: str, message: messages.ApproveExecutor) -> None:
    require_colony_owner(records, caller, message.colony_name)
    _set_state(records, message.executor_name, ExecutorState.APPROVED)


@answers(messages.RejectExecutor)
def _reject(records: Records, caller: str, message: messages.RejectExecutor) -> None:
    require_colony_owner(records, caller, message.colony_name)
    _set_state(records, message.executor_name, ExecutorState.REJECTED)


@answers(messages.RemoveExecutor)
def _remove_executor(records: Records, caller: str, message: messages.RemoveExecutor) -> None:
    require_colony_owner(records, caller, message.colony_name)
    executor = _set_state(records, message.executor_name, ExecutorState.UNREGISTERED)
    for function in [entry for entry in records.functions.values() if entry.executor_name == executor.executor_name]:
        del records.functions[function.function_id]
    for process in list(records.processes(ProcessState.RUNNING).values()):
        if process.assigned_executor_id == executor.executor_id:
            records.put(transitions.released(process))


@answers(messages.UpdateExecutor)
def _update_executor(records: Records, caller: str, message: messages.UpdateExecutor) -> None:
    require_member(records, caller, message.colony_name, approved=False)
    refusal = "Only an executor can update its own capabilities"
    executor = require_executor(records, caller, message.executor_name, 400, refusal)
    changes = {"capabilities": message.capabilities}
    records.executors[executor.executor_name] = executor.model_copy(update=changes)


@answers(messages.AddFunction)
def _add_function(records: Records, caller: str, message: messages.AddFunction) -> Function:
    function = message.function
    require_member(records, caller, function.colony_name)
    executor = require_executor(
        records, caller, function.executor_name, 403, "Only the executor itself may add its functions"
    )
    changes = {
        "function_id": function.function_id or records.new_id(),
        "location_name": executor.location_name,
    }
    added = function.model_copy(update=changes)
    records.functions[added.function_id] = added
    return added


@answers(messages.GetFunctions)
def _functions(records: Records, caller: str, message: messages.GetFunctions) -> list[Function]:
    require_member(records, caller, message.colony_name)
    return [entry for entry in records.functions.values() if message.executor_name in ("", entry.executor_name)]


@answers(messages.RemoveFunction)
def _remove_function(records: Records, caller: str, message: messages.RemoveFunction) -> None:
    require_member(records, caller, records.colony_name)
    function = records.functions.get(message.function_id)
    if function is None:
        raise Refused(404, "Failed to remove function, function not found")
    require_executor(records, caller, function.executor_name, 403, "Only the executor itself may remove its functions")
    del records.functions[function.function_id]


def _executor(records: Records, name: str) -> Executor:
    executor = records.executors.get(name)
    if executor is None:
        raise Refused(500, f"Executor with name <{name}> not found")
    return executor


def _set_state(records: Records, name: str, state: ExecutorState) -> Executor:
    records.executors[name] = _executor(records, name).model_copy(update={"state": state})
    return records.executors[name]


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
