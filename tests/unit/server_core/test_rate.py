"""How often something may happen."""

from colonyserver.services.rate import RateLimit


class _Watch:
    """A clock that is put forward by hand."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def _taken(limit: RateLimit, key: str, tries: int) -> int:
    return sum(limit.take(key) for _ in range(tries))


def test_a_burst_and_then_the_rate() -> None:
    watch = _Watch()
    limit = RateLimit(8, 5, watch)
    assert _taken(limit, "a", 8) == 5
    watch.now += 0.125
    assert _taken(limit, "a", 3) == 1
    watch.now += 0.375
    assert _taken(limit, "a", 9) == 3


def test_a_pause_saves_up_no_more_than_a_burst() -> None:
    watch = _Watch()
    limit = RateLimit(8, 5, watch)
    assert _taken(limit, "a", 5) == 5
    watch.now += 3600
    assert _taken(limit, "a", 9) == 5


def test_keys_do_not_share() -> None:
    limit = RateLimit(1, 2, _Watch())
    assert _taken(limit, "a", 3) == 2
    assert _taken(limit, "b", 3) == 2


def test_only_the_keys_used_last_are_remembered() -> None:
    limit = RateLimit(1, 1, _Watch())
    for number in range(10_001):
        assert limit.take(f"{number}")
    assert limit.take("0")
    assert not limit.take("10000")
