"""When the queue of a generator makes a workflow."""

from colonyserver.clock import NANOSECONDS
from colonyserver.storage.generators import GeneratorRecord


def is_full(generator: GeneratorRecord) -> bool:
    """Whether there are as many arguments as one workflow takes."""
    return generator.queue_size >= generator.threshold


def due_at(generator: GeneratorRecord, now: int) -> int | None:
    """When a generator is due if its queue stays as it is, in Unix nanoseconds; None for never.

    wire: the timeout counts from the last run, before the first one from the first argument ever.
    """
    if generator.queue_size == 0:
        return None
    if is_full(generator):
        return max(now, generator.retry_at)
    if generator.timeout_seconds == 0:
        return None
    since = generator.last_run_at or generator.first_packed_at or now
    return max(since + generator.timeout_seconds * NANOSECONDS, generator.retry_at)
