"""The signs that stand beside every state word, in Unicode and in plain ASCII."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from colonysdk.objects import ExecutorState, ProcessState


@dataclass(frozen=True)
class Glyphs:
    """One set of signs, each one terminal cell wide."""

    process: Mapping[ProcessState, str]
    executor: Mapping[ExecutorState, str]
    executor_silent: str
    mark: str
    live: str
    stale: str
    paused: str
    locked: str
    ascending: str
    descending: str
    selected: str
    separator: str
    ellipsis: str
    bar_full: str
    bar_empty: str
    done: str
    missing: str
    levels: str
    """Eight signs of rising height, for the course of a quantity."""


UNICODE = Glyphs(
    process={
        ProcessState.WAITING: "○",
        ProcessState.RUNNING: "◐",
        ProcessState.SUCCESS: "●",
        ProcessState.FAILED: "✖",
        ProcessState.CANCELLED: "⊘",
    },
    executor={
        ExecutorState.PENDING: "○",
        ExecutorState.APPROVED: "●",
        ExecutorState.REJECTED: "⊘",
        ExecutorState.UNREGISTERED: "✖",
    },
    executor_silent="◌",
    mark="▪",
    live="●",
    stale="◌",
    paused="‖",
    locked="⊝",
    ascending="▲",
    descending="▼",
    selected="◀",
    separator="│",
    ellipsis="…",
    bar_full="█",
    bar_empty="░",
    done="✔",
    missing="✖",
    levels="▁▂▃▄▅▆▇█",
)

ASCII = Glyphs(
    process={
        ProcessState.WAITING: ".",
        ProcessState.RUNNING: ">",
        ProcessState.SUCCESS: "+",
        ProcessState.FAILED: "x",
        ProcessState.CANCELLED: "-",
    },
    executor={
        ExecutorState.PENDING: ".",
        ExecutorState.APPROVED: "+",
        ExecutorState.REJECTED: "-",
        ExecutorState.UNREGISTERED: "x",
    },
    executor_silent="?",
    mark="*",
    live="+",
    stale="?",
    paused="=",
    locked="#",
    ascending="^",
    descending="v",
    selected="<",
    separator="|",
    ellipsis="~",
    bar_full="#",
    bar_empty=".",
    done="+",
    missing="x",
    levels="_.:-=+*#",
)

STATE_WORDS: Mapping[ProcessState, str] = {
    ProcessState.WAITING: "waiting",
    ProcessState.RUNNING: "running",
    ProcessState.SUCCESS: "successful",
    ProcessState.FAILED: "failed",
    ProcessState.CANCELLED: "cancelled",
}

EXECUTOR_STATE_WORDS: Mapping[ExecutorState, str] = {
    ExecutorState.PENDING: "pending",
    ExecutorState.APPROVED: "approved",
    ExecutorState.REJECTED: "rejected",
    ExecutorState.UNREGISTERED: "unregistered",
}
