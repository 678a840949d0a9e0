"""The registry of actions."""

from collections import Counter
from itertools import combinations

import pytest

from colonytui.actions.registry import ACTIONS, Scope, actions_in, find_action, key_table, shown_key

TOGETHER = [
    (Scope.PROCESSES, Scope.PROCESS, Scope.TABLE, Scope.VIEW, Scope.GLOBAL),
    (Scope.EXECUTORS, Scope.EXECUTOR, Scope.TABLE, Scope.VIEW, Scope.GLOBAL),
]
"""Scopes whose keys work at the same time."""


def test_ids_are_unique() -> None:
    assert [name for name, count in Counter(action.id for action in ACTIONS).items() if count > 1] == []


@pytest.mark.parametrize("scopes", TOGETHER)
def test_no_key_means_two_things_at_once(scopes: tuple[Scope, ...]) -> None:
    clashes = [
        (one.id, other.id) for one, other in combinations(actions_in(*scopes), 2) if set(one.keys) & set(other.keys)
    ]
    assert clashes == []


def test_every_action_is_described() -> None:
    for action in ACTIONS:
        assert action.keys, action.id
        assert action.label, action.id
        assert action.sentence.endswith("."), action.id
        assert action.handler.isidentifier(), action.id


def test_actions_that_change_the_colony_are_marked() -> None:
    changing = {action.id for action in ACTIONS if action.changing}
    assert {
        "submit",
        "process.retry",
        "process.cancel",
        "process.remove",
        "process.edit",
        "executor.approve",
        "executor.reject",
        "executor.unregister",
        "executor.pause_colony",
    } <= changing
    assert not {"process.logs", "process.explain", "processes.open", "filter", "quit"} & changing


def test_finds_an_action_by_id() -> None:
    assert find_action("process.cancel").keys == ("c",)
    with pytest.raises(KeyError):
        find_action("process.explode")


def test_key_table_names_every_action() -> None:
    table = key_table()
    for action in ACTIONS:
        assert f"`{action.id}`" in table
        assert action.sentence in table


@pytest.mark.parametrize(("key", "shown"), [("ctrl+p", "^p"), ("escape", "esc"), ("?", "?"), ("ctrl+@", "^space")])
def test_shows_keys_as_people_write_them(key: str, shown: str) -> None:
    assert shown_key(key) == shown
