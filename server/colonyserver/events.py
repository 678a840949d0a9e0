"""What changed, told to whoever in this server wants to know. Published after the commit, on the event loop."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar


@dataclass(frozen=True, slots=True)
class ProcessChanged:
    """A process entered `state` (a `ProcessState` as int); its topic is the process id."""

    process_id: str
    colony_name: str
    state: int
    executor_type: str
    location_name: str

    @property
    def topic(self) -> str:
        """The process id."""
        return self.process_id


@dataclass(frozen=True, slots=True)
class MembershipChanged:
    """An identity was added to, approved in or removed from a colony, or replaced by another; its topic is the identity."""

    identity: str
    colony_name: str

    @property
    def topic(self) -> str:
        """The identity."""
        return self.identity


@dataclass(frozen=True, slots=True)
class PauseChanged:
    """A colony stopped or resumed handing out processes; topic: the colony's name."""

    colony_name: str
    is_paused: bool

    @property
    def topic(self) -> str:
        """The colony's name."""
        return self.colony_name


@dataclass(frozen=True, slots=True)
class ColonyRemoved:
    """A colony and all that was in it are gone; topic: its name."""

    colony_name: str

    @property
    def topic(self) -> str:
        """The colony's name."""
        return self.colony_name


Event = ProcessChanged | MembershipChanged | PauseChanged | ColonyRemoved
E = TypeVar("E", ProcessChanged, MembershipChanged, PauseChanged, ColonyRemoved)

_ANY = None


class Subscription:
    """A listener's place in `Events`; use as a context manager, or call `cancel`."""

    def __init__(self, cancel: Callable[[], None]) -> None:
        self._cancel = cancel

    def cancel(self) -> None:
        """Stop listening; calling it again does nothing."""
        self._cancel()

    def __enter__(self) -> "Subscription":
        return self

    def __exit__(self, *_exception: object) -> None:
        self._cancel()


class Events:
    """Fan-out of events to listeners on the same event loop."""

    def __init__(self) -> None:
        self._listeners: dict[tuple[type[Any], str | None], list[Callable[[Any], None]]] = {}

    def subscribe(self, kind: type[E], listener: Callable[[E], None], *, topic: str | None = None) -> Subscription:
        """Call `listener` with every event of a kind, or only with those of one topic. It must return quickly."""
        key = (kind, topic)
        self._listeners.setdefault(key, []).append(listener)

        def cancel() -> None:
            listeners = self._listeners.get(key, [])
            if listener in listeners:
                listeners.remove(listener)
            if not listeners:
                self._listeners.pop(key, None)

        return Subscription(cancel)

    def publish(self, event: Event) -> None:
        """Call the listeners of an event, in the order they subscribed."""
        kind = type(event)
        for key in ((kind, event.topic), (kind, _ANY)):
            for listener in tuple(self._listeners.get(key, ())):
                listener(event)
