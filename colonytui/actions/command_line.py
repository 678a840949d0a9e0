"""The language of the command line: a word, and what it is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

COMMANDS: Mapping[str, str] = {
    "proc": "open the process whose id begins or ends so",
    "log": "read the log of that process",
    "explain": "say why that process waits, or what became of it",
    "executor": "open an executor, or list all",
    "submit": "open the submit form",
    "waiting": "waiting processes, with a filter if one follows",
    "running": "running processes",
    "successful": "successful processes",
    "failed": "failed processes",
    "cancelled": "cancelled processes",
    "all": "all processes",
    "theme": "switch to the theme of this name",
    "help": "explain the keys",
    "q": "quit",
}
"""The commands with what they do."""


@dataclass(frozen=True)
class Command:
    """A command that was understood."""

    name: str
    argument: str


def parse_command(text: str) -> Command:
    """Read a command line; its first word may be shortened while it stays unique. Raises ValueError with a sentence."""
    word, _, argument = text.strip().removeprefix(":").partition(" ")
    if not word:
        raise ValueError("type a command; there are " + ", ".join(COMMANDS))
    matches = _names_of(word)
    if len(matches) != 1:
        known = ", ".join(matches or COMMANDS)
        raise ValueError(f"no command {word!r}; there are {known}" if not matches else f"{word!r} may be {known}")
    return Command(matches[0], argument.strip().removeprefix("/"))


def completions(text: str, ids: list[str], executors: list[str], themes: list[str]) -> list[str]:
    """Return whole command lines that begin with `text`."""
    word, space, argument = text.partition(" ")
    if not space:
        return [name for name in COMMANDS if name.startswith(word)]
    match _names_of(word):
        case ["proc" | "log" | "explain"]:
            values = ids
        case ["executor"]:
            values = executors
        case ["theme"]:
            values = themes
        case _:
            return []
    return [f"{word} {value}" for value in values if value.startswith(argument.strip())]


def _names_of(word: str) -> list[str]:
    return [word] if word in COMMANDS else [name for name in COMMANDS if name.startswith(word)]
