"""What a process asks of an executor, and what an executor that asks for work has to offer."""

from collections.abc import Sequence
from typing import NamedTuple

UNLIMITED = 2**63 - 1
"""The resources of an executor that sets no limit."""


class Asker(NamedTuple):
    """An executor that asks for a process; `cpu` in millicores and `mem` in bytes are what it has free now."""

    colony_name: str
    executor_type: str
    executor_name: str
    executor_id: str
    location_name: str
    """In lower case, as all locations that are compared."""
    cpu: int
    mem: int


class Requirement(NamedTuple):
    """What a process needs: `targets` are executor names, empty for any; `cpu` in millicores, `mem` in bytes."""

    colony_name: str
    executor_type: str
    targets: tuple[str, ...]
    location_name: str
    cpu: int
    mem: int

    def fits(self, asker: Asker) -> bool:
        """Whether the asker may take a process that needs this (wire: semantics of assignprocessmsg)."""
        return (
            self.cpu <= asker.cpu
            and self.mem <= asker.mem
            and (not self.targets or asker.executor_name in self.targets)
            and (not self.location_name or self.location_name == asker.location_name)
            and self.executor_type == asker.executor_type
            and self.colony_name == asker.colony_name
        )


def targets_of(executor_names: Sequence[str] | None) -> tuple[str, ...]:
    """The names a process is meant for, each once; empty for anyone (wire: null, [] or exactly ["*"])."""
    if not executor_names or list(executor_names) == ["*"]:
        return ()
    return tuple(dict.fromkeys(executor_names))
