"""The tabs of the process list: which states each shows, in which order, with which columns."""

from __future__ import annotations

from dataclasses import dataclass

from colonysdk.objects import ProcessState


@dataclass(frozen=True)
class ProcessTab:
    """One tab of the process list."""

    id: str
    title: str
    states: tuple[ProcessState, ...]
    columns: tuple[str, ...]
    """Ids of the columns that show, from left to right."""
    order: str
    """The order in which the rows come, in words."""
    nearest: str
    """Which processes the server's window holds, in one word."""
    empty: str
    """What an empty tab says: a sentence and a key."""


WIDE_COLUMNS = ("submitted", "label", "by", "retries", "limits", "workflow", "full_id")
"""Ids of the columns that follow in every tab when wide columns are on."""

TABS: tuple[ProcessTab, ...] = (
    ProcessTab(
        "waiting",
        "Waiting",
        (ProcessState.WAITING,),
        ("glyph", "id", "function", "wants", "waiting", "prio", "why"),
        "next to run first",
        "next",
        "No waiting processes. s to submit one, ] for running ones.",
    ),
    ProcessTab(
        "running",
        "Running",
        (ProcessState.RUNNING,),
        ("glyph", "id", "function", "type", "executor", "started", "run", "left", "prio"),
        "longest first",
        "longest-running",
        "No running processes. s to submit one, [ for waiting ones.",
    ),
    ProcessTab(
        "successful",
        "Successful",
        (ProcessState.SUCCESS,),
        ("glyph", "id", "function", "type", "executor", "ended", "run", "output"),
        "newest first",
        "newest",
        "No successful processes. s to submit one, ] for failed ones.",
    ),
    ProcessTab(
        "failed",
        "Failed",
        (ProcessState.FAILED,),
        ("glyph", "id", "function", "type", "executor", "ended", "run", "error"),
        "newest first",
        "newest",
        "No failed processes. ] for cancelled, s to submit.",
    ),
    ProcessTab(
        "cancelled",
        "Cancelled",
        (ProcessState.CANCELLED,),
        ("glyph", "id", "function", "type", "executor", "ended", "run", "by"),
        "newest first",
        "newest",
        "No cancelled processes. ] for all, s to submit.",
    ),
    ProcessTab(
        "all",
        "All",
        tuple(ProcessState),
        ("glyph", "id", "state", "function", "type", "executor", "submitted", "run", "detail"),
        "newest first",
        "newest",
        "No processes yet. s to submit one.",
    ),
)


def find_tab(tab_id: str) -> ProcessTab:
    """Return the tab with this id; raises KeyError for an unknown one."""
    return {tab.id: tab for tab in TABS}[tab_id]
