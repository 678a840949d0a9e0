"""An in-memory colony behind the client's interface, for tests of whatever uses the SDK."""

from colonysdk.testing.client import FakeClient
from colonysdk.testing.clock import Clock, FakeClock, SystemClock
from colonysdk.testing.colony import FakeColony
from colonysdk.testing.examples import add_processes, example_colony
from colonysdk.testing.scripting import Hold

__all__ = [
    "Clock",
    "FakeClient",
    "FakeClock",
    "FakeColony",
    "Hold",
    "SystemClock",
    "add_processes",
    "example_colony",
]
