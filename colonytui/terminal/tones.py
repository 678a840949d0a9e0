"""What a text means, from which every theme takes its colour; glyphs and words say it too."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import NamedTuple

from colonysdk.objects import ExecutorState, ProcessState


class Tone(Enum):
    """The meaning of a piece of text; the value is its name in style sheets."""

    PLAIN = "plain"
    MUTED = "muted"
    KEY = "key"
    GOOD = "good"
    BUSY = "busy"
    WARN = "warn"
    BAD = "bad"


class Cell(NamedTuple):
    """A piece of text with its meaning."""

    text: str
    tone: Tone = Tone.PLAIN


NOTHING = Cell("–", Tone.MUTED)
"""A cell without a value."""

STATE_TONES: Mapping[ProcessState, Tone] = {
    ProcessState.WAITING: Tone.PLAIN,
    ProcessState.RUNNING: Tone.BUSY,
    ProcessState.SUCCESS: Tone.GOOD,
    ProcessState.FAILED: Tone.BAD,
    ProcessState.CANCELLED: Tone.WARN,
}

EXECUTOR_TONES: Mapping[ExecutorState, Tone] = {
    ExecutorState.PENDING: Tone.WARN,
    ExecutorState.APPROVED: Tone.GOOD,
    ExecutorState.REJECTED: Tone.BAD,
    ExecutorState.UNREGISTERED: Tone.MUTED,
}


def tone_style(tone: Tone) -> str:
    """Return the Textual style of a tone, in theme variables."""
    return _STYLES[tone]


_STYLES: Mapping[Tone, str] = {
    Tone.PLAIN: "$foreground",
    Tone.MUTED: "$text-muted",
    Tone.KEY: "$text-accent",
    Tone.GOOD: "$text-success",
    Tone.BUSY: "$text-primary",
    Tone.WARN: "$text-warning",
    Tone.BAD: "$text-error",
}
