"""Log entries."""

from colonysdk.objects.wire import Int64, WireModel


class Log(WireModel):
    """One message of a process, or of an executor when `process_id` is empty; `timestamp` in Unix nanoseconds."""

    process_id: str = ""
    colony_name: str = ""
    executor_name: str = ""
    message: str = ""
    timestamp: Int64 = 0
