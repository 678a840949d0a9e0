"""Events on their way to other servers: the same when they arrive, in short texts, whatever is said."""

import json
from typing import get_args

import pytest

from colonyserver.events import ChannelAppended, ColonyRemoved, Event, EventsMissed, PauseChanged, ProcessChanged
from colonyserver.requirements import Requirement
from colonyserver.servers.event_text import decode_events, encode_events

REQUIREMENT = Requirement("dev", "cli", ("one", "two"), "cern", 1000, 2**40)
EVENTS: list[Event] = [
    ProcessChanged("a" * 64, "dev", 0, "cli", "cern", 2**62, REQUIREMENT),
    ProcessChanged("b" * 64, "dev", 2, "cli", "", executor_id="c" * 64),
    PauseChanged("ünïcode \"quoted\" '$1' \\", is_paused=True),
    ChannelAppended("a" * 64, "chat"),
    ColonyRemoved("dev"),
    EventsMissed(),
]


def sent(events: list[Event]) -> list[Event]:
    return [event for text in encode_events(events) for event in decode_events(text)]


def test_they_arrive_as_they_were() -> None:
    assert sent(EVENTS) == EVENTS
    assert isinstance(sent(EVENTS[:1])[0], ProcessChanged)
    assert [*encode_events([])] == []


def test_many_share_a_text_that_stays_short() -> None:
    events: list[Event] = EVENTS * 100
    texts = [*encode_events(events)]
    assert len(texts) < len(events) / 10
    assert max(len(text.encode()) for text in texts) < 8000
    assert [event for text in texts for event in decode_events(text)] == events


def test_what_is_too_long_only_says_that_something_happened() -> None:
    names = tuple(f"executor-{number}" for number in range(2000))
    long = ProcessChanged("a" * 64, "dev", 0, "cli", "", None, REQUIREMENT._replace(targets=names))
    assert sent([EVENTS[1], long, EVENTS[2]]) == [EVENTS[1], EventsMissed(), EVENTS[2]]


def test_news_of_a_newer_server_is_left_out() -> None:
    assert decode_events(json.dumps([["NeverHeardOf", 1], ["ColonyRemoved", "dev"]])) == [ColonyRemoved("dev")]


@pytest.mark.parametrize(
    "text", ["", "{", "[1]", '[["ColonyRemoved"]]', '[["PauseChanged", "dev", "perhaps"]]', "[[]]"]
)
def test_what_is_not_understood_counts_as_missed(text: str) -> None:
    assert decode_events(text)[-1] == EventsMissed()


def test_every_kind_of_event_can_travel() -> None:
    kinds = {kind.__name__ for kind in get_args(Event)}
    assert {type(event).__name__ for event in EVENTS} <= kinds
    for kind in get_args(Event):
        assert isinstance(kind.topic, property)
