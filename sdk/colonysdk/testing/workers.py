"""Executors of a fake colony and the functions they register."""

from colonysdk import messages
from colonysdk.errors import Refused
from colonysdk.objects import Executor, ExecutorState, Function, ProcessState
from colonysdk.testing import transitions
from colonysdk.testing.access import require_colony_owner, require_executor, require_member
from colonysdk.testing.answering import answers
from colonysdk.testing.records import Records


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
