"""How the command of a specification becomes an argument list.

Three rules, so that nothing is evaluated by a shell that was not meant for one:

1. `args` are handed to the program exactly as they are, whatever they contain.
2. `cmd` is split into words as a shell would split it, quotes and backslashes included, and no shell runs.
3. `cmd` is given to `sh -c` when it can only be meant for a shell: an `init-cmd` stands before it, or outside of
   single quotes it holds `$` or a backquote, or outside of any quotes one of `| & ; < > ( ) * ? [` or a line break, or
   a word that starts with `~` or `#`, or it starts with an assignment or a word that only a shell knows (`cd`, `exit`,
   `if` …). Then `args` follow as the shell's positional parameters: `sh -c 'cmd "$@"' sh args…`.

The first line of such a script is `init-cmd`; when it fails, `cmd` runs nevertheless (wire: the reference joins them
with `;`).
"""

import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass

_PLAIN = re.compile(r"""'[^']*'|"(?:[^"\\$`]|\\[^$`])*"|\\[^$`\n]|[^\\'"$`|&;<>()*?\[\n]""", re.DOTALL)
_DOUBLE_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_WORD_START = re.compile(r"(?:^|\s)[~#]")
_ASSIGNMENT = re.compile(r"\s*[A-Za-z_][A-Za-z0-9_]*=")
_SHELL_WORD = re.compile(
    r"[.:!{]|break|case|cd|command|continue|eval|exec|exit|export|for|if|read|readonly|return|set|shift|times|trap|type"
    r"|ulimit|umask|unset|until|wait|while"
)


@dataclass(frozen=True)
class Command:
    """An argument list; `by_shell` when its program is the shell that the specification asked for."""

    argv: tuple[str, ...]
    by_shell: bool = False


def build_command(cmd: str, args: Sequence[str] = (), init_cmd: str = "") -> Command:
    """Read a command by the rules above; raises ValueError for a quote that is never closed."""
    if init_cmd.strip() or _needs_shell(cmd):
        lines = [init_cmd] if init_cmd.strip() else []
        lines.append(f'{cmd.rstrip()} "$@"' if args else cmd)
        parameters = ("sh", *args) if args else ()
        return Command(("sh", "-c", "\n".join(lines), *parameters), by_shell=True)
    return Command((*shlex.split(cmd), *args))


def _needs_shell(cmd: str) -> bool:
    """Whether only a shell can give the command its meaning; raises ValueError for a quote that is never closed."""
    position, unquoted = 0, ""
    while position < len(cmd):
        match = _PLAIN.match(cmd, position)
        if match is None:
            _check_closed(cmd, position)
            return True
        unquoted += match[0] if len(match[0]) == 1 else "x"
        position = match.end()
    if _WORD_START.search(unquoted) or _ASSIGNMENT.match(unquoted):
        return True
    words = shlex.split(cmd)
    return bool(words) and _SHELL_WORD.fullmatch(words[0]) is not None


def _check_closed(cmd: str, position: int) -> None:
    character = cmd[position]
    unclosed = character == "'" or (character == '"' and not _DOUBLE_QUOTED.match(cmd, position))
    if unclosed:
        raise ValueError(f"the quote {character} at character {position + 1} is never closed")
    if character == "\\" and position == len(cmd) - 1:
        raise ValueError("it ends in a backslash")
