"""The clock: no reading twice, none before what was stored."""

import threading
import time

from colonyserver.clock import Clock


def test_readings_increase() -> None:
    clock = Clock()
    readings = [clock.now() for _ in range(10_000)]
    assert readings == sorted(set(readings))
    assert abs(readings[-1] - time.time_ns()) < 10**9


def test_threads_never_get_the_same_time() -> None:
    clock = Clock()
    readings: list[int] = []

    def read() -> None:
        own = [clock.now() for _ in range(5_000)]
        readings.extend(own)

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(readings)) == 20_000


def test_continues_after_what_a_former_run_stored() -> None:
    clock = Clock()
    tomorrow = time.time_ns() + 86_400 * 10**9
    clock.advance_to(tomorrow)
    assert clock.now() > tomorrow
    clock.advance_to(0)
    assert clock.now() > tomorrow


def test_it_goes_on_when_the_systems_clock_is_set_back() -> None:
    system = {"wall": 1_000_000, "monotonic": 0}
    clock = Clock(lambda: system["wall"], lambda: system["monotonic"])
    assert clock.now() == 1_000_000
    system.update(wall=500_000, monotonic=1000)
    assert clock.now() == 1_000_900
    system.update(wall=600_000, monotonic=101_000)
    assert clock.now() == 1_090_900
    system.update(wall=2_000_000, monotonic=201_000)
    assert clock.now() == 2_000_000
