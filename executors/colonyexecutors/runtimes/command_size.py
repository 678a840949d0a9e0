"""How long a command line may be: Linux refuses longer ones when the program is started, in words that help nobody."""

from collections.abc import Iterable, Mapping, Sequence

from colonyexecutors.errors import StartFailed

_ONE_TEXT_BYTES = 128 * 1024
"""One argument or variable, with the NUL at its end (MAX_ARG_STRLEN)."""
_ALL_BYTES = 2 * 2**20 - 64 * 1024
"""All of them: a quarter of the usual stack of 8 MiB, less what wrappers and init processes add."""
_POINTER_BYTES = 8


def check_size(argv: Sequence[str], environment: Mapping[str, str]) -> None:
    """Raise StartFailed for a command line that no program can be started with."""
    for place, texts in (("arguments", argv), ("environment variables", _variables(environment))):
        longest = max(map(_size, texts), default=0)
        if longest > _ONE_TEXT_BYTES:
            raise _too_long(f"one of its {place} has {longest:,} bytes, and {_ONE_TEXT_BYTES:,} are possible")
    total = sum(_size(text) + _POINTER_BYTES for text in (*argv, *_variables(environment)))
    if total > _ALL_BYTES:
        raise _too_long(f"arguments and environment have {total:,} bytes, and {_ALL_BYTES:,} are possible")


def _variables(environment: Mapping[str, str]) -> Iterable[str]:
    return [f"{name}={value}" for name, value in environment.items()]


def _size(text: str) -> int:
    return len(text.encode(errors="surrogateescape")) + 1


def _too_long(problem: str) -> StartFailed:
    return StartFailed(
        "command_too_long",
        f"the command line is too long: {problem}",
        hint="put the data into a file, and name the file in the command",
    )
