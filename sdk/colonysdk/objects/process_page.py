"""One page of a process query (extension `processquery`)."""

from pydantic import Field

from colonysdk.objects.process import Process
from colonysdk.objects.wire import Int64, WireModel


class ProcessPage(WireModel):
    """Some processes, and where to go on.

    `cursor` is empty at the end of the list; a page may hold fewer than asked for, even none, and still have one.
    `total` comes with the first page: how many there are if `total_exact`, else how many there are at least.
    """

    processes: list[Process] = Field(default_factory=list)
    cursor: str = ""
    total: Int64 = 0
    total_exact: bool = False
