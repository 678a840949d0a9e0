"""The five states of a process."""

from enum import IntEnum
from typing import Annotated

from pydantic import BeforeValidator

from colonysdk.objects.wire import to_enum


class ProcessState(IntEnum):
    """Where a process is in its life (wire: state)."""

    WAITING = 0
    RUNNING = 1
    SUCCESS = 2
    FAILED = 3
    CANCELLED = 4

    @property
    def is_final(self) -> bool:
        """Whether a process in this state will never change again."""
        return self >= ProcessState.SUCCESS


StateField = Annotated[ProcessState, BeforeValidator(to_enum(ProcessState))]
