"""Which containers the kernel refused another process, because they were at their limit.

The engine does not tell, and the counter of a container's control group goes with the container. The kernel's log keeps
it, with cgroup v1 and v2: one line for the first refusal of each group, which names the group and so the container. It
can be read on the engine's machine only, and by root only where `kernel.dmesg_restrict` is set.
"""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

_LOG = Path("/dev/kmsg")
_RECORD_BYTES = 8 * 1024
_REFUSAL = b"fork rejected by pids controller"


def was_refused_processes(container_id: str) -> bool:
    """Whether the log says so; False also when it cannot be read. Blocks for milliseconds."""
    name = container_id.encode()
    with suppress(OSError):
        return any(_REFUSAL in record and name in record for record in _records())
    return False


def _records() -> Iterator[bytes]:
    descriptor = os.open(_LOG, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        while True:
            try:
                yield os.read(descriptor, _RECORD_BYTES)
            except BrokenPipeError:  # what was to be read next was overwritten meanwhile
                continue
            except BlockingIOError:
                return
    finally:
        os.close(descriptor)
