"""Limits for work that cannot look at the clock."""

import re
import signal
import threading

import pytest

from colonytui.time_limit import TimeLimitPassedError, time_limit


def test_ends_a_search_that_is_stuck() -> None:
    with pytest.raises(TimeLimitPassedError), time_limit(0.05):
        re.search("(a+)+c", "a" * 40 + "b")


def test_leaves_nothing_behind() -> None:
    before = signal.getsignal(signal.SIGVTALRM)
    with time_limit(10):
        pass
    assert signal.getitimer(signal.ITIMER_VIRTUAL) == (0.0, 0.0)
    assert signal.getsignal(signal.SIGVTALRM) is before


def test_other_threads_are_let_through() -> None:
    done = []

    def work() -> None:
        with time_limit(0.001):
            done.append(sum(range(100)))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert done == [4950]
