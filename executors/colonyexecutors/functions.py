"""The functions that an executor offers."""

from collections.abc import Mapping

EXECUTE = "execute"
"""Run a program."""

SYNC = "sync"
"""Bring files only, for processes that come later (wire: all container executors of the reference offer it)."""

DESCRIPTIONS: Mapping[str, str] = {
    EXECUTE: "Run a program, in a container where the executor has them.",
    SYNC: "Bring the files of fs to the executor's machine, and run nothing.",
}
"""What users read about each of them in the colony's list of functions."""
