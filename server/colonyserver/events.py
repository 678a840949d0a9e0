"""What changed, told to whoever wants to know, in this server and in others on its database.

Events are published after the commit, on the event loop.
"""

from collections.abc import Callable
from typing import Any, NamedTuple, Self, TypeVar

from colonyserver.requirements import Requirement


class ProcessChanged(NamedTuple):
    """A process entered `state` (a `ProcessState` as int); its topic is the process id.

    `due_at` is its next deadline in Unix nanoseconds; `requirement` is there when an executor can take it from now on.
    `executor_id` is the executor that has it, or has just lost it; empty when there is none.
    """

    process_id: str
    colony_name: str
    state: int
    executor_type: str
    location_name: str
    due_at: int | None = None
    requirement: Requirement | None = None
    executor_id: str = ""

    @property
    def topic(self) -> str:
        """The process id."""
        return self.process_id


class MembershipChanged(NamedTuple):
    """What an identity may do in a colony has changed, or may have; its topic is the identity."""

    identity: str
    colony_name: str

    @property
    def topic(self) -> str:
        """The identity."""
        return self.identity


class PauseChanged(NamedTuple):
    """A colony stopped or resumed handing out processes; its topic is the colony's name."""

    colony_name: str
    is_paused: bool

    @property
    def topic(self) -> str:
        """The colony's name."""
        return self.colony_name


class ColonyRemoved(NamedTuple):
    """A colony and all that was in it are gone; its topic is the colony's name."""

    colony_name: str

    @property
    def topic(self) -> str:
        """The colony's name."""
        return self.colony_name


class ChannelAppended(NamedTuple):
    """Somebody said something in a channel; its topic is made of both names."""

    process_id: str
    name: str

    @property
    def topic(self) -> str:
        """The process id and the channel's name."""
        return f"{self.process_id}_{self.name}"


class CronChanged(NamedTuple):
    """A cron was added, or its next run was moved; its topic is its id. `due_at` in Unix nanoseconds."""

    cron_id: str
    colony_name: str
    due_at: int

    @property
    def topic(self) -> str:
        """The cron's id."""
        return self.cron_id


class GeneratorChanged(NamedTuple):
    """The queue of a generator will make a workflow at `due_at`, in Unix nanoseconds; its topic is its id."""

    generator_id: str
    colony_name: str
    due_at: int

    @property
    def topic(self) -> str:
        """The generator's id."""
        return self.generator_id


class LeaseRenewed(NamedTuple):
    """A running process was given more time; its topic is the process id."""

    process_id: str
    colony_name: str
    executor_type: str
    executor_id: str

    @property
    def topic(self) -> str:
        """The process id."""
        return self.process_id


class FreshnessChanged(NamedTuple):
    """A colony set another policy for the freshness of messages; its topic is the colony's name."""

    colony_name: str
    policy: str

    @property
    def topic(self) -> str:
        """The colony's name."""
        return self.colony_name


class EventsMissed(NamedTuple):
    """Anything may have happened unnoticed: on another server, or while the database was away."""

    @property
    def topic(self) -> str:
        """Nothing."""
        return ""


Event = (
    ProcessChanged
    | MembershipChanged
    | PauseChanged
    | ColonyRemoved
    | ChannelAppended
    | CronChanged
    | GeneratorChanged
    | LeaseRenewed
    | FreshnessChanged
    | EventsMissed
)
E = TypeVar(
    "E",
    ProcessChanged,
    MembershipChanged,
    PauseChanged,
    ColonyRemoved,
    ChannelAppended,
    CronChanged,
    GeneratorChanged,
    LeaseRenewed,
    FreshnessChanged,
    EventsMissed,
)


Listener = Callable[[Any], None]


class Subscription:
    """A listener's place in `Events`; use as a context manager, or call `cancel`."""

    def __init__(self, cancel: Callable[[], None]) -> None:
        self._cancel = cancel

    def cancel(self) -> None:
        """Stop listening; calling it again does nothing."""
        self._cancel()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self._cancel()


class Events:
    """Fan-out of events to listeners on the same event loop."""

    def __init__(self) -> None:
        self._listeners: dict[type[Any], dict[str | None, tuple[Listener, ...]]] = {}
        self._forward: Callable[[Event], None] | None = None

    def forward(self, forward: Callable[[Event], None]) -> None:
        """Call `forward` with every event that is published here, to tell other servers."""
        self._forward = forward

    def subscribe(self, kind: type[E], listener: Callable[[E], None], *, topic: str | None = None) -> Subscription:
        """Call `listener` with every event of a kind, or only with those of one topic. It must return quickly."""
        of_kind: dict[str | None, tuple[Listener, ...]] = self._listeners.setdefault(kind, {})
        of_kind[topic] = (*of_kind.get(topic, ()), listener)

        def cancel() -> None:
            listeners = list(of_kind.pop(topic, ()))
            if listener in listeners:
                listeners.remove(listener)
            if listeners:
                of_kind[topic] = tuple(listeners)

        return Subscription(cancel)

    def publish(self, event: Event) -> None:
        """Call the listeners of an event, in the order they subscribed, and tell other servers."""
        self.publish_here(event)
        if self._forward is not None:
            self._forward(event)

    def publish_here(self, event: Event) -> None:
        """Call the listeners of an event, which other servers know of or need not know of."""
        of_kind = self._listeners.get(type(event))
        if of_kind is None:
            return
        for listener in of_kind.get(event.topic, ()):
            listener(event)
        for listener in of_kind.get(None, ()):
            listener(event)
