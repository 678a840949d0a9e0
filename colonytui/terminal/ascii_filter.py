"""Turns everything that is painted into ASCII, for terminals and fonts that have no more."""

from __future__ import annotations

from functools import lru_cache

from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

_STANDING_FOR = {
    "-": "–—─━┄┈╌·•‐",
    "|": "│┃┆┊║▌▐▏▎▍▕❘",
    "+": "╭╮╰╯┌┐└┘├┤┬┴┼┏┓┗┛┣┫┳┻╋╔╗╚╝▪■",
    "#": "█▇▆▅▄▃▂▁▀▔▓▒",
    ".": "░",
    ">": "›→▶▸►",
    "<": "‹←◀◂",
    "^": "↑▲▴",
    "v": "↓▼▾",
    "~": "…",
    "*": "●◉",
    "o": "○◌◐",
    "x": "✖✗×⊘",
    "V": "✔✓",
    "=": "‖═",
    '"': "“”„",
    "'": "‘’",
}
_TABLE = str.maketrans({sign: ascii_sign for ascii_sign, signs in _STANDING_FOR.items() for sign in signs})


class AsciiFilter(LineFilter):
    """Replaces signs by their likeness and any other character by question marks of the same width."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Return the segments with ASCII texts."""
        del background
        return [
            segment if segment.control or segment.text.isascii() else Segment(as_ascii(segment.text), segment.style)
            for segment in segments
        ]


@lru_cache(4096)
def as_ascii(text: str) -> str:
    """Return an ASCII text of the same width in cells."""
    return "".join(sign if sign.isascii() else "?" * cell_len(sign) for sign in text.translate(_TABLE))
