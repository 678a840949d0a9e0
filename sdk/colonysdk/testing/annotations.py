"""Logs and attributes of a fake colony."""

import bisect
from datetime import timedelta

from colonysdk import messages
from colonysdk.errors import Refused
from colonysdk.objects import Attribute, Log, ProcessState, attribute_id
from colonysdk.testing.access import require_assigned, require_executor, require_member, require_process
from colonysdk.testing.answering import answers
from colonysdk.testing.records import Records

_MAX_LOG_COUNT = 500
_MAX_SEARCH_COUNT = 100
_MAX_SEARCH_DAYS = 30
_DAY_NANOSECONDS = timedelta(days=1) // timedelta(microseconds=1) * 1000


@answers(messages.AddLog)
def _add_log(records: Records, caller: str, message: messages.AddLog) -> None:
    process = require_process(records, message.process_id, 500)
    require_assigned(records, caller, process)
    executor = records.executor_with_id(caller)
    records.add_log(
        Log(
            process_id=process.process_id,
            colony_name=records.colony_name,
            executor_name=executor.executor_name if executor else "",
            message=message.message,
            timestamp=records.nanoseconds(),
        )
    )


@answers(messages.AddExecutorLog)
def _add_executor_log(records: Records, caller: str, message: messages.AddExecutorLog) -> None:
    require_member(records, caller, message.colony_name)
    refusal = "Only an executor can add logs to itself"
    executor = require_executor(records, caller, message.executor_name, 403, refusal)
    records.add_log(
        Log(
            colony_name=records.colony_name,
            executor_name=executor.executor_name,
            message=message.message,
            timestamp=records.nanoseconds(),
        )
    )


@answers(messages.GetLogs)
def _logs(records: Records, caller: str, message: messages.GetLogs) -> list[Log]:
    require_member(records, caller, message.colony_name)
    if message.count > _MAX_LOG_COUNT:
        raise Refused(403, f"Count is larger than MaxCount limit <{_MAX_LOG_COUNT}>")
    if message.executor_name:
        logs = [log for log in records.logs if log.executor_name == message.executor_name]
    else:
        logs = records.logs_of_process(require_process(records, message.process_id, 500).process_id)
    count = max(message.count, 0)
    if message.latest:
        return logs[max(len(logs) - count, 0) :]
    start = bisect.bisect_right(logs, message.since, key=lambda log: log.timestamp)
    return logs[start : start + count]


@answers(messages.SearchLogs)
def _search(records: Records, caller: str, message: messages.SearchLogs) -> list[Log]:
    require_member(records, caller, message.colony_name)
    if message.count > _MAX_SEARCH_COUNT or message.days > _MAX_SEARCH_DAYS:
        raise Refused(400, f"Count is larger than {_MAX_SEARCH_COUNT} or days is larger than {_MAX_SEARCH_DAYS}")
    since = records.nanoseconds() - message.days * _DAY_NANOSECONDS
    found = [log for log in records.logs if log.timestamp > since and message.text in log.message]
    return found[: max(message.count, 0)]


@answers(messages.AddAttribute)
def _add_attribute(records: Records, caller: str, message: messages.AddAttribute) -> Attribute:
    wanted = message.attribute
    process = require_process(records, wanted.target_id)
    require_assigned(records, caller, process)
    added = wanted.model_copy(
        update={
            "attribute_id": attribute_id(process.process_id, wanted.key, wanted.attribute_type),
            "state": ProcessState.RUNNING,
        }
    )
    if any(attribute.attribute_id == added.attribute_id for attribute in process.attributes):
        raise Refused(400, f"Attribute with key <{added.key}> already exists")
    records.put(process.model_copy(update={"attributes": [*process.attributes, added]}))
    return added


@answers(messages.GetAttribute)
def _get_attribute(records: Records, caller: str, message: messages.GetAttribute) -> Attribute:
    require_member(records, caller, records.colony_name)
    for attribute in records.attributes():
        if attribute.attribute_id == message.attribute_id:
            return attribute
    raise Refused(400, "Attribute does not exists")
