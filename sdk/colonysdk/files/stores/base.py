"""The protocol of all stores; its methods block, and may be called from several threads at once."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from colonysdk.objects import Reference

CHUNK_BYTES = 2**20
"""How much is read and written at a time."""

OnBytes = Callable[[int], None]
"""Told how many more bytes have been moved; may raise to break a transfer off."""


class Readable(Protocol):
    """Content that is read once from its start to its end."""

    def read(self, size: int, /) -> bytes:
        """The next bytes, up to `size`; none at the end."""


@dataclass(frozen=True, slots=True)
class Stored:
    """What was put into a store: how to find it, and what it is."""

    reference: Reference
    size: int
    checksum: str


@dataclass(frozen=True, slots=True)
class StoredObject:
    """An object of a store; `modified` is when it was last put there."""

    name: str
    size: int
    modified: datetime


class Store(Protocol):
    """A store of objects; every method raises StoreUnreachable."""

    @property
    def name(self) -> str:
        """What to call it when talking to people."""

    def put(self, content: Readable, size: int, on_bytes: OnBytes, *, identity: str = "") -> Stored:
        """Store all that can be read, about `size` bytes; no object is there before all of it is.

        A put that is broken off may be continued by the next one of the same `identity`, if it has one.
        """

    def read(self, object_name: str, start: int = 0) -> Iterator[bytes]:
        """The bytes of an object from a position on; raises ObjectMissing."""

    def forget(self, object_name: str) -> None:
        """The revision that an object was made for is gone; the object goes, if it was that revision's alone."""

    def objects(self) -> Iterator[StoredObject]:
        """Every object of the colony in the store, whoever put it there."""

    def discard(self, stored: StoredObject) -> bool:
        """Remove an object that no revision refers to, unless it changed since or is not ours; whether it is gone."""
