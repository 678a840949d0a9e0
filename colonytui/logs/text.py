"""Program output made safe to draw: colours are kept, whatever else could drive a terminal is neutralised."""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import NamedTuple

from rich.color import Color
from rich.style import Style

LONGEST_LINE = 8_192
"""Characters after which a line is broken, so that one endless line cannot stall drawing."""

TAB_WIDTH = 8


class Pen(NamedTuple):
    """The colours and attributes that escape sequences have switched on."""

    color: str | None = None
    background: str | None = None
    bold: bool = False
    dim: bool = False
    italic: bool = False
    underline: bool = False
    reverse: bool = False
    strike: bool = False

    def style(self) -> Style:
        """The pen as a Rich style."""
        return _style(self)


PLAIN_PEN = Pen()


def split_lines(message: str) -> list[str]:
    """Split one log entry into its lines, still carrying their escape sequences.

    An entry is never joined with the next one: executors that end entries in the middle of a line cannot be told
    from those that leave out the line end.
    """
    lines = message.split("\n")
    if len(lines) > 1 and not lines[-1]:
        lines.pop()
    lines = [line.removesuffix("\r") for line in lines]
    if len(message) <= LONGEST_LINE:
        return lines
    return [piece for line in lines for piece in _broken(line)]


def plain(raw: str) -> str:
    """The text a reader sees of a raw line: no escape sequences, no control characters."""
    if raw.isprintable():
        return raw
    return "".join(text for text, _ in pieces(raw))


def pieces(raw: str) -> Iterator[tuple[str, Pen]]:
    """The visible text of a raw line in runs of equal colour.

    Colour never carries over to the next line, links and cursor movements are dropped, and of a line that overwrites
    itself with carriage returns (progress bars) the last text is left.
    """
    if "\r" in raw:
        raw = next((part for part in reversed(raw.split("\r")) if part), "")
    pen, position, column = PLAIN_PEN, 0, 0
    for escape in _ESCAPE.finditer(raw):
        if text := _visible(raw[position : escape.start()], column):
            column += len(text)
            yield text, pen
        if escape["final"] == "m":
            pen = _switched(pen, escape["parameters"])
        position = escape.end()
    if text := _visible(raw[position:], column):
        yield text, pen


def _broken(line: str) -> Iterator[str]:
    for start in range(0, max(len(line), 1), LONGEST_LINE):
        yield line[start : start + LONGEST_LINE]


def _visible(text: str, column: int) -> str:
    if text.isprintable():
        return text
    if "\t" in text:
        text = (" " * (column % TAB_WIDTH) + text).expandtabs(TAB_WIDTH)[column % TAB_WIDTH :]
    return text.translate(_NEUTRAL)


def _neutral_characters() -> dict[int, str]:
    """Control characters as their pictures; characters that reorder or cannot be encoded as the replacement sign."""
    pictures = {code: chr(0x2400 + code) for code in range(0x20)} | {0x7F: "\u2421"}
    hidden = [
        *range(0x80, 0xA0),
        0x200E,
        0x200F,
        0x2028,
        0x2029,
        *range(0x202A, 0x202F),
        *range(0x2066, 0x206A),
        0xFEFF,
    ]
    lone_surrogates = range(0xD800, 0xE000)
    return pictures | dict.fromkeys([*hidden, *lone_surrogates], "\ufffd")


_NEUTRAL = _neutral_characters()

_ESCAPE = re.compile(
    r"""
    (?: \x1b\[ | \x9b ) (?P<parameters> [0-?]* ) [ -/]* (?P<final> [@-~] )   # control sequences; "m" sets colours
    | \x1b [\]PX^_] [^\x07\x1b]* (?: \x07 | \x1b\\ )                         # titles, links, device strings
    | \x1b [ -/]* [0-~]                                                      # two-character escapes
    """,
    re.VERBOSE,
)

_SWITCHES: dict[int, Callable[[Pen], Pen]] = {
    1: lambda pen: pen._replace(bold=True),
    2: lambda pen: pen._replace(dim=True),
    3: lambda pen: pen._replace(italic=True),
    4: lambda pen: pen._replace(underline=True),
    7: lambda pen: pen._replace(reverse=True),
    9: lambda pen: pen._replace(strike=True),
    21: lambda pen: pen._replace(underline=True),
    22: lambda pen: pen._replace(bold=False, dim=False),
    23: lambda pen: pen._replace(italic=False),
    24: lambda pen: pen._replace(underline=False),
    27: lambda pen: pen._replace(reverse=False),
    29: lambda pen: pen._replace(strike=False),
}


def _switched(pen: Pen, parameters: str) -> Pen:
    """The pen after a colour sequence; codes that hide or blink text are ignored on purpose."""
    codes = iter([int(code) if code.isdecimal() else 0 for code in re.split("[;:]", parameters[:64])])
    for code in codes:
        if code == 0:
            pen = PLAIN_PEN
        elif code in _SWITCHES:
            pen = _SWITCHES[code](pen)
        elif code in (38, 48):
            color = _extended_color(codes)
            pen = pen._replace(color=color) if code == 38 else pen._replace(background=color)
        elif 30 <= code <= 37 or 90 <= code <= 97:
            pen = pen._replace(color=f"color({code - 30 if code < 40 else code - 82})")
        elif 40 <= code <= 47 or 100 <= code <= 107:
            pen = pen._replace(background=f"color({code - 40 if code < 50 else code - 92})")
        elif code == 39:
            pen = pen._replace(color=None)
        elif code == 49:
            pen = pen._replace(background=None)
    return pen


def _extended_color(codes: Iterator[int]) -> str | None:
    match next(codes, None):
        case 5:
            return f"color({min(next(codes, 0), 255)})"
        case 2:
            red, green, blue = (min(next(codes, 0), 255) for _ in range(3))
            return f"#{red:02x}{green:02x}{blue:02x}"
    return None


_INK = ("color(0)", "color(7)", "color(15)", "color(16)")
"""Black and white without a background: drawn in the theme's own colour, as one of them could not be seen."""


@lru_cache(maxsize=1024)
def _style(pen: Pen) -> Style:
    return Style(
        color=Color.parse(pen.color) if pen.color and (pen.background or pen.color not in _INK) else None,
        bgcolor=Color.parse(pen.background) if pen.background else None,
        bold=pen.bold or None,
        dim=pen.dim or None,
        italic=pen.italic or None,
        underline=pen.underline or None,
        reverse=pen.reverse or None,
        strike=pen.strike or None,
    )
