"""Searches for garbage leave alone what is kept."""

import gc
from collections.abc import Iterator

import pytest

from colonytui import garbage


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    thresholds = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*thresholds)


def test_what_is_kept_is_not_searched_later() -> None:
    with garbage.many_kept():
        assert not gc.isenabled()
        kept = [[number] for number in range(1000)]
    assert gc.isenabled()
    searched = {id(each) for each in gc.get_objects()}
    assert not any(id(each) in searched for each in kept)


def test_searches_are_frequent_once_everything_is_loaded() -> None:
    garbage.begin_loading()
    while_loading = gc.get_threshold()[0]
    garbage.end_loading()
    assert gc.get_threshold()[0] < while_loading / 10


def test_a_program_that_did_not_begin_to_load_keeps_its_searches() -> None:
    before = gc.get_threshold()
    garbage.end_loading()
    assert gc.get_threshold() == before
