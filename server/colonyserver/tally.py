"""Counting what goes on under each key."""

from collections.abc import Hashable, Iterator
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)


class Tally(Generic[Key]):
    """How many hold each key; one that nobody holds any more is forgotten."""

    def __init__(self) -> None:
        self._amounts: dict[Key, int] = {}

    def add(self, key: Key) -> None:
        """One more holds it."""
        self._amounts[key] = self._amounts.get(key, 0) + 1

    def drop(self, key: Key) -> None:
        """One fewer holds it; there must be one."""
        amount = self._amounts.pop(key) - 1
        if amount:
            self._amounts[key] = amount

    def amount(self, key: Key) -> int:
        """How many hold it."""
        return self._amounts.get(key, 0)

    def __contains__(self, key: Key) -> bool:
        return key in self._amounts

    def __iter__(self) -> Iterator[Key]:
        return iter(self._amounts)
