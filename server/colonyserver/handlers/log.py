"""Messages about logs."""

from colonysdk.messages import AddExecutorLog, AddLog, GetLogs, SearchLogs
from colonyserver.access import member_of, member_somewhere
from colonyserver.handlers.registry import NULL, Request, handles
from colonyserver.services.bundle import Services
from colonyserver.storage.logs import log_list_json


@handles(AddLog, "add log", allow=member_somewhere)
async def add_log(services: Services, request: Request[AddLog]) -> None:
    """Append to the log of a process that the calling executor runs."""
    await services.lifecycle.logs.add(request.caller, request.message.process_id, request.message.message)


@handles(AddExecutorLog, "add log", allow=member_of())
async def add_executor_log(services: Services, request: Request[AddExecutorLog]) -> None:
    """Append to the calling executor's own log."""
    message = request.message
    member = request.member(message.colony_name)
    await services.lifecycle.logs.add_of_executor(member, message.executor_name, message.message)


@handles(GetLogs, "get logs", allow=member_of())
async def get_logs(services: Services, request: Request[GetLogs]) -> bytes:
    """Read the log of a process or an executor."""
    message = request.message
    records = await services.lifecycle.logs.read(
        message.colony_name,
        process_id=message.process_id,
        executor_name=message.executor_name,
        count=message.count,
        since=message.since,
        latest=message.latest,
    )
    return log_list_json(records) if records else NULL


@handles(SearchLogs, "search logs", allow=member_of())
async def search_logs(services: Services, request: Request[SearchLogs]) -> bytes:
    """Find entries that contain a text."""
    message = request.message
    records = await services.lifecycle.logs.search(
        message.colony_name, message.text, days=message.days, count=message.count
    )
    return log_list_json(records) if records else NULL
