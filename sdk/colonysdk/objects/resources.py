"""Resources that specifications ask for and executors offer."""

from colonysdk.objects.wire import Int64, WireModel


class Gpu(WireModel):
    """Graphics processors: what kind, how much memory each, how many, and how many per node."""

    name: str = ""
    mem: str = ""
    count: Int64 = 0
    node_count: Int64 = 0
