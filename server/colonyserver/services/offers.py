"""Offers: what each executor had free when it last asked this server for work."""

from collections import OrderedDict
from typing import NamedTuple

from colonyserver.clock import Clock
from colonyserver.requirements import Asker
from colonyserver.tally import Tally

_MOST = 10_000
"""Executors that are remembered; the one that asked longest ago is forgotten first."""


_Key = tuple[str, str]
"""The names of a colony and of an executor in it."""


class Offer(NamedTuple):
    """What an executor had free: cpu in millicores, memory in bytes, when in Unix nanoseconds."""

    cpu: int
    mem: int
    at: int
    is_asking: bool
    """Whether it waits for work now."""


class Offers:
    """Remembers offers; those made to other servers are not known here, nor those from before the start."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._latest: OrderedDict[_Key, tuple[int, int, int]] = OrderedDict()
        self._asking = Tally[_Key]()

    def made_by(self, asker: Asker) -> "_Standing":
        """Remember an offer, which stands for as long as the block lasts."""
        key = (asker.colony_name, asker.executor_name)
        self._latest[key] = (asker.cpu, asker.mem, self._clock.now())
        self._latest.move_to_end(key)
        if len(self._latest) > _MOST:
            self._latest.popitem(last=False)
        return _Standing(self._asking, key)

    def latest(self, colony_name: str, executor_name: str) -> Offer | None:
        """What an executor offered last; None when it has not asked here."""
        key = (colony_name, executor_name)
        known = self._latest.get(key)
        return None if known is None else Offer(*known, is_asking=key in self._asking)


class _Standing:
    """A context manager that counts an executor among those that ask."""

    __slots__ = ("_asking", "_key")

    def __init__(self, asking: Tally[_Key], key: _Key) -> None:
        self._asking = asking
        self._key = key

    def __enter__(self) -> None:
        self._asking.add(self._key)

    def __exit__(self, *_error: object) -> None:
        self._asking.drop(self._key)
