"""The boundary of every command: whatever it raises becomes sentences on stderr and an exit code."""

import os
import sys
import traceback
from collections.abc import Callable

from colonysdk.errors import ColonyError, InvalidKey, InvalidSettings, InvalidSpec, Refused, Unreachable
from colonysdk.files.errors import FilesError, InvalidPlace, StoreUnreachable, TransferFailed
from colonytui.commands.errors import Misuse, NotOffered
from colonytui.commands.exit_code import ExitCode
from colonytui.commands.printable import printable

_VERBOSE_VARIABLE = "COLONIES_VERBOSE"
_MOST_FAILURES = 20


def report(command: Callable[[], int | None]) -> int:
    """Run a command and return its exit code, with the reason on stderr when it is not 0."""
    try:
        code = command() or ExitCode.OK
        sys.stdout.flush()
    except ColonyError as error:
        for line in _sentences(error):
            say(line)
        return _exit_code(error)
    except KeyboardInterrupt:
        return ExitCode.INTERRUPTED
    except BrokenPipeError:
        # Whoever read the output went away, as `head` does. What is left in the buffer has nowhere to go.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitCode.BROKEN_PIPE
    except Exception as error:  # noqa: BLE001 - the last boundary: a defect must not end in a traceback on screen
        say(f"internal error: {type(error).__name__}: {error}")
        if os.environ.get(_VERBOSE_VARIABLE) == "true":
            traceback.print_exc()
        else:
            say(f"set {_VERBOSE_VARIABLE}=true to see where")
        return ExitCode.INTERNAL_ERROR
    return code


def say(text: str) -> None:
    """Write a line for people to stderr."""
    print(printable(text), file=sys.stderr, flush=True)


def _sentences(error: ColonyError) -> list[str]:
    match error:
        case InvalidSpec():
            return [f"error: {problem}" for problem in error.problems]
        case TransferFailed():
            return _failures(error)
        case Refused() if error.forbidden:
            return [f"error: the server refused: {error}", "this identity may not do that; see: colony-tui config show"]
        case Refused():
            return [f"error: the server refused: {error}"]
        case _:
            return [f"error: {error}"]


def _failures(error: TransferFailed) -> list[str]:
    lines = [f"error: {failure.path}: {failure.reason}" for failure in error.failures[:_MOST_FAILURES]]
    others = len(error.failures) - len(lines)
    return [*lines, f"error: {others} more files"] if others else lines


def _exit_code(error: ColonyError) -> ExitCode:
    match error:
        case InvalidSpec() | InvalidSettings() | InvalidKey() | InvalidPlace() | Misuse():
            return ExitCode.INVALID
        case Refused() | NotOffered():
            return ExitCode.REFUSED
        case Unreachable() | StoreUnreachable():
            return ExitCode.UNREACHABLE
        case FilesError():
            return ExitCode.NOT_ALL_FILES
        case _:
            return ExitCode.INTERNAL_ERROR
