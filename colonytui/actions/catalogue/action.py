"""The parts of an action."""

from dataclasses import dataclass
from enum import Enum


class Scope(Enum):
    """Where an action works; the value is the heading in help and in the documentation."""

    GLOBAL = "Everywhere"
    VIEW = "Every screen"
    FILTER = "Filter line"
    TABLE = "Tables"
    PROCESSES = "Process list"
    PROCESS = "Processes"
    DETAIL = "Process detail"
    EXECUTORS = "Executor list"
    EXECUTOR = "Executors"
    EXPLAIN = "Explanation"
    LOG = "Logs"
    TEXT = "Text"
    FIND = "Find bar of a log"
    JSON = "JSON tree"
    POPUP = "Text in a popup"
    SUBMIT = "Submit form"
    SUBMITTED = "Submitted process"
    BULK = "Results of a bulk action"


@dataclass(frozen=True)
class Action:
    """One thing a user can do."""

    id: str
    """Stable name, also the key that a keymap uses."""

    keys: tuple[str, ...]
    """Characters or Textual key names, the one to show first."""

    label: str
    """One or two words for the footer."""

    sentence: str
    """What it does, for help, palette and documentation."""

    scope: Scope
    handler: str
    """The owning node's method is `action_<handler>`."""

    changing: bool = False
    """Whether it changes the colony; such actions are hidden and refused in read-only mode."""

    footer: int = 0
    """Importance in the footer, the highest first; 0 leaves it to help."""
