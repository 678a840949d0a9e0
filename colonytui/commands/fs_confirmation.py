"""Asking before files are changed."""

from __future__ import annotations

import sys
from dataclasses import dataclass

from colonytui.commands.errors import Misuse
from colonytui.commands.output import Output


@dataclass(frozen=True)
class Consent:
    """What the user said beforehand: only show it, or do it without asking."""

    dry: bool = False
    yes: bool = False

    def is_given(self, output: Output, question: str) -> bool:
        """Whether to go on, asked on the terminal if need be; raises Misuse when nobody can be asked."""
        if self.dry:
            return False
        if self.yes:
            return True
        if not sys.stdin.isatty():
            raise Misuse("nobody can be asked here, so nothing was done; give --yes to do it, --dry to only look")
        print(f"{question} [y/N] ", end="", file=sys.stderr, flush=True)
        if sys.stdin.readline().strip().lower() in ("y", "yes"):
            return True
        output.say("nothing was done")
        return False
