"""When the interpreter looks for garbage: a search among all objects would hold up the keys for tenths of a second."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_STARTING = 50_000
_RUNNING = (2_000, 10, 10)
"""Frequent and therefore short searches, among what came after the start."""


def begin_loading() -> None:
    """Hardly search while modules are loaded, which makes many objects and no garbage."""
    gc.set_threshold(_STARTING)


def end_loading() -> None:
    """Search again, but never among what has been loaded since `begin_loading`; without that, nothing changes."""
    if gc.get_threshold()[0] == _STARTING:
        gc.freeze()
        gc.set_threshold(*_RUNNING)


@contextmanager
def many_kept() -> Iterator[None]:
    """Search neither while many objects are made that will be kept, nor among them later."""
    # First what is garbage already: it would be kept as well.
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
