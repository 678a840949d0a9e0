"""What the kernel held against containers that reached a limit: processes it refused and processes it killed.

The engine tells nothing of the former, and of the latter it may not know yet when the container ends soon after; the
counters of a container's control group go with the container. The kernel's log keeps both, with cgroup v1 and v2, in
lines that name the group and so the container. It can be read on the engine's machine only, and by root only where
`kernel.dmesg_restrict` is set.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_LOG = Path("/dev/kmsg")
_RECORD_BYTES = 8 * 1024
_REFUSED = b"fork rejected by pids controller"
_KILLED = b"oom-kill:"


@dataclass(frozen=True, slots=True)
class KernelVerdict:
    """Whether the kernel refused a container a process, and whether it killed one of its processes for memory."""

    out_of_processes: bool = False
    out_of_memory: bool = False


def kernel_verdict(container_id: str) -> KernelVerdict:
    """What the log says of a container; nothing when it cannot be read. Blocks for milliseconds."""
    name = container_id.encode()
    try:
        of_container = [record for record in _records() if name in record]
    except OSError:
        return KernelVerdict()
    return KernelVerdict(
        out_of_processes=any(_REFUSED in record for record in of_container),
        out_of_memory=any(_KILLED in record for record in of_container),
    )


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
