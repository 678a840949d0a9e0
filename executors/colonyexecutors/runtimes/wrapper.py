"""The shell script between the executor and a plain process, so that the executor may die and come back.

It runs a program only after it was told to, and writes the program's exit code to a file. It outlives the signals that
end the program, which share its process group. The line break after the code is the mark that it was written whole.
When the executor is gone before it said "go", reading its word fails and nothing runs. The redirections belong to a
subshell because shells report how a program was killed to the stderr that they gave it.
"""

import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from colonyexecutors.errors import StartFailed

SHELL = "/bin/sh"
GO = b"go\n"

STDOUT, STDERR, EXIT_CODE = ".stdout", ".stderr", ".exit"
"""The files beside a job's working directory: its path with these endings."""

_SCRIPT = f"""
trap : HUP INT TERM
read -r word && [ "$word" = go ] || exit 1
ulimit -c 0
{{ echo 500 >/proc/self/oom_score_adj; }} 2>/dev/null
directory=$1
shift
(exec "$@") </dev/null >>"$directory{STDOUT}" 2>>"$directory{STDERR}"
echo $? >"$directory{EXIT_CODE}"
"""
_DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_SHOWN_CHARACTERS = 200
_FIRST_LINE_BYTES = 256
_INTERPRETER = re.compile(rb"#![ \t]*([^ \t\n]+)")
_INHERITED = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "USER", "LOGNAME")


def command_line(
    directory: Path, argv: Sequence[str], environment: Mapping[str, str], working_directory: Path
) -> list[str]:
    """The wrapper's command line for a program; raises StartFailed when there is no such program."""
    program = _find(argv[0], working_directory, environment.get("PATH", _DEFAULT_PATH))
    # The whole path: a bare name could be a builtin of the wrapper's shell.
    return [SHELL, "-c", _SCRIPT, "colony-job", str(directory), str(program), *argv[1:]]


def clean_environment(directory: Path, wanted: Mapping[str, str]) -> dict[str, str]:
    """What a job sees: where programs are, language and time zone, its own directory as home, and what it asked for.

    Nothing else of the executor's environment, which holds keys.
    """
    inherited = {name: os.environ[name] for name in _INHERITED if name in os.environ}
    return {"PATH": _DEFAULT_PATH, **inherited, "HOME": str(directory), **wanted}


def beside(directory: Path, ending: str) -> Path:
    """A file beside a job's working directory."""
    return directory.with_name(directory.name + ending)


def read_exit_code(directory: Path) -> int | None:
    """The exit code that the wrapper recorded, None when it did not come to that."""
    try:
        text = beside(directory, EXIT_CODE).read_text()
    except FileNotFoundError:
        return None
    return int(text) if text.endswith("\n") else None


def _find(name: str, working_directory: Path, path: str) -> Path:
    shown = name if len(name) <= _SHOWN_CHARACTERS else f"{name[:_SHOWN_CHARACTERS]}…"
    places = [""] if "/" in name else path.split(":")
    candidates = [working_directory / place / name for place in places]
    for candidate in candidates:
        if os.access(candidate, os.X_OK) and candidate.is_file():
            _check_interpreter(candidate, working_directory, shown)
            return candidate
    if any(candidate.exists() for candidate in candidates):
        raise StartFailed(
            "command_not_executable",
            f'"{shown}" is not a program that may be executed',
            hint="make the file executable, or name the interpreter that runs it",
        )
    raise StartFailed(
        "command_not_found",
        f'there is no program "{shown}" on this machine',
        hint="check the spelling of cmd; the process runtime has only what is installed on its machine",
    )


def _check_interpreter(program: Path, working_directory: Path, shown: str) -> None:
    """Raise StartFailed for a script whose interpreter is missing: the wrapper's shell would say it on its stderr."""
    try:
        with program.open("rb") as file:
            match = _INTERPRETER.match(file.read(_FIRST_LINE_BYTES))
    except OSError:  # a program may be executable and not readable
        return
    if match is None:
        return
    interpreter = os.fsdecode(match[1])
    if not os.access(working_directory / interpreter, os.X_OK):
        raise StartFailed(
            "command_not_found",
            f'"{shown}" is a script for {interpreter!r}, which is not on this machine',
            hint="correct its first line (#!), which must end without a carriage return, or install the interpreter",
        )
