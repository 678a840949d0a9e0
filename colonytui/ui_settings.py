"""How the interface looks and behaves, apart from which colony it talks to."""

from __future__ import annotations

import locale
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Clipboard = Literal["auto", "native", "osc52"]


@dataclass(frozen=True)
class UiSettings:
    """What a user may choose about the interface."""

    theme: str = "colony-dark"
    """One of `colony-dark`, `colony-light`, `colony-contrast`, or any theme that Textual ships."""

    ascii: bool = False
    """Draw with ASCII signs and borders only."""

    animation: bool = True
    """Let scrolling and popups move smoothly."""

    clipboard: Clipboard = "auto"
    """How copying reaches the clipboard: a native tool, the terminal's OSC 52, or whichever works."""

    keymap: Mapping[str, str] = field(default_factory=dict)
    """Keys by action id that replace the built-in ones, such as `{"process.cancel": "k"}`."""


def needs_ascii() -> bool:
    """Tell whether this terminal's character set cannot show the Unicode signs."""
    encoding = locale.getpreferredencoding(do_setlocale=False)
    return encoding.lower().replace("-", "") != "utf8"
