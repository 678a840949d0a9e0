"""How long an executor may go on with a process (extension `lease`)."""

from colonysdk.objects.wire import Timestamp, WireModel


class Lease(WireModel):
    """A running process and its execution deadline; None for no deadline."""

    process_id: str = ""
    exec_deadline: Timestamp = None
