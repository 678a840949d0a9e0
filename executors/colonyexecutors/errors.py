"""The errors of the executors.

ExecutorError
├── SetupFailed           the executor cannot start or go on: settings, key, registration, state directory
├── RuntimeUnavailable    what runs the workloads (the Docker daemon) does not answer
├── OutputUnreadable      what a program wrote cannot be read back
├── NotOurs               the server says that a process is no longer this executor's
└── StageFailed           a process cannot be brought further; becomes the process's errors
    ├── ValidateFailed    its specification is not a job that this executor can run
    ├── PrepareFailed     the site refuses it, or its prepare hook failed
    ├── ImageFailed       its image cannot be had
    ├── StageInFailed     its files cannot be had
    ├── StartFailed       its command cannot be started
    ├── RunFailed         its program ended badly, or was ended
    └── StageOutFailed    its results cannot be published
"""

from collections.abc import Sequence
from typing import ClassVar


class ExecutorError(Exception):
    """Anything the executors can report."""


class SetupFailed(ExecutorError):  # noqa: N818 - named for what happened, as are all of this tree
    """The executor cannot start or go on; the message says what the operator can do."""


class RuntimeUnavailable(ExecutorError):  # noqa: N818
    """What runs the workloads does not answer."""


class OutputUnreadable(ExecutorError):  # noqa: N818
    """What a program wrote cannot be read back."""


class NotOurs(ExecutorError):  # noqa: N818
    """The server refuses because the process is no longer assigned to this executor."""


class StageFailed(ExecutorError):  # noqa: N818
    """A process failed in one of its stages.

    `code` is stable and meant for programs, `sentence` for people; `hint` says what could help, `retry` whether the
    same specification may succeed when it is submitted again, `details` are further lines such as single problems.
    """

    stage: ClassVar[str] = ""

    def __init__(
        self, code: str, sentence: str, *, hint: str = "", retry: bool = False, details: Sequence[str] = ()
    ) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence
        self.hint = hint
        self.retry = retry
        self.details = tuple(details)

    def as_errors(self) -> list[str]:
        """The process's errors: the sentence, its details, then `stage:`, `code:`, `hint:` and `retry:` lines."""
        hint = [f"hint: {self.hint}"] if self.hint else []
        retry = f"retry: {'may help' if self.retry else 'will not help'}"
        return [self.sentence, *self.details, f"stage: {self.stage}", f"code: {self.code}", *hint, retry]


class ValidateFailed(StageFailed):
    """The specification is not a job that this executor can run."""

    stage = "validate"


class PrepareFailed(StageFailed):
    """The site refuses the job, or its prepare hook failed."""

    stage = "prepare"


class ImageFailed(StageFailed):
    """The image cannot be had."""

    stage = "image"


class StartFailed(StageFailed):
    """The command cannot be started."""

    stage = "start"


class RunFailed(StageFailed):
    """The program ended badly, or was ended."""

    stage = "run"


class StageInFailed(StageFailed):
    """The files of the job cannot be had."""

    stage = "stage-in"


class StageOutFailed(StageFailed):
    """The results of the job cannot be published."""

    stage = "stage-out"
