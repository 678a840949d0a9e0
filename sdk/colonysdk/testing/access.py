"""Who may do what: the four principals of the protocol, with the reference's refusals."""

from colonysdk.errors import Refused
from colonysdk.objects import Executor, ExecutorState, Process, ProcessState
from colonysdk.testing.records import Records


def require_server_owner(records: Records, caller: str) -> None:
    """Refuse everybody but the owner of the server."""
    if caller != records.server_id:
        raise Refused(403, "Access denied, not server owner")


def require_colony_owner(records: Records, caller: str, colony_name: str) -> None:
    """Refuse everybody but the owner of the colony."""
    _require_colony(records, colony_name)
    if caller != records.colony_id:
        raise Refused(403, "Access denied, not colony owner")


def require_member(records: Records, caller: str, colony_name: str, *, approved: bool = True) -> None:
    """Refuse everybody but users and executors; executors must be approved unless `approved` is false."""
    _require_colony(records, colony_name)
    if records.user_with_id(caller) is not None:
        return
    executor = records.executor_with_id(caller)
    if executor is None or (approved and executor.state is not ExecutorState.APPROVED):
        raise Refused(403, f"Access denied, not a member of Colony with name <{colony_name}>")


def require_executor(records: Records, caller: str, executor_name: str, status: int, message: str) -> Executor:
    """The named executor when it is the caller itself."""
    executor = records.executors.get(executor_name)
    if executor is None or executor.executor_id != caller:
        raise Refused(status, message)
    return executor


def require_process(records: Records, process_id: str, status: int = 404) -> Process:
    """The process, or a refusal with the status that the reference gives for this message."""
    process = records.process(process_id)
    if process is None:
        raise Refused(status, "Failed to get process, process not found")
    return process


def require_assigned(records: Records, caller: str, process: Process) -> None:
    """Refuse everybody but the executor that the process is assigned to, and it too once the process is not running."""
    require_member(records, caller, records.colony_name)
    if process.assigned_executor_id != caller or not process.is_assigned:
        raise Refused(403, "Only the executor that the process is assigned to may do this")
    if process.state is not ProcessState.RUNNING:
        raise Refused(403, "The process is not running")


def _require_colony(records: Records, colony_name: str) -> None:
    if colony_name != records.colony_name:
        raise Refused(403, f"Colony with name <{colony_name}> does not exists")
