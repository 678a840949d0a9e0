"""Who may send what: every message as every role, with requests that are in order but for who sends them."""

from typing import Any

import pytest

from tests.support.protocol.answers import Post
from tests.support.protocol.table import EVERYBODY, ON_API
from tests.support.protocol.well_formed import well_formed, with_unknown_ids
from tests.support.protocol.world import World
from tests.support.server import RunningServer

SECRET = "secret-of-another-colony"
CHANGE_THE_CALLER = ("changeuseridmsg", "changeexecutoridmsg")
OUTSIDERS = frozenset({"stranger", "server_owner", "colony_owner", "pending", "removed", "foreign_owner"})
ABOUT_A_COLONY = sorted(
    payload_type
    for payload_type, row in ON_API.items()
    if "stranger" not in row.allowed and row.allowed != {"server_owner"}
)


@pytest.fixture(scope="module")
def foreign(server: RunningServer, post: Post) -> World:
    return World(post, server.server_owner)


@pytest.fixture(scope="module")
def world(server: RunningServer, post: Post, foreign: World) -> World:
    made = World(post, server.server_owner, SECRET)
    made.meet(foreign)
    return made


@pytest.mark.parametrize("payload_type", sorted(ON_API))
def test_roles(world: World, foreign: World, payload_type: str) -> None:
    row = ON_API[payload_type]
    fields = well_formed(world, payload_type)
    for role in sorted(set(world.roles) & EVERYBODY - row.allowed):
        answer = world.call(role, payload_type, fields)
        assert answer.is_error, role
        assert answer.status == row.refusals.get(role, 403), (role, answer.content.decode())
        assert SECRET not in answer.content.decode()
    # The refused have changed nothing: the same request still succeeds.
    for role in sorted(row.allowed):
        if payload_type in CHANGE_THE_CALLER:
            world = World(world.post, world.server_owner)
            fields = well_formed(world, payload_type)
        answer = world.call(role, payload_type, fields)
        assert not answer.is_error, (role, answer.content.decode())
        fields = well_formed(world, payload_type)
    world.get("colony_owner", "resumeassignmentsmsg", colonyname=world.name)


@pytest.mark.parametrize("payload_type", ABOUT_A_COLONY)
def test_outsiders_cannot_tell_what_exists(world: World, foreign: World, payload_type: str) -> None:
    fields = well_formed(world, payload_type)
    for role in OUTSIDERS - ON_API[payload_type].allowed:
        known = world.call(role, payload_type, fields)
        assert known == world.call(role, payload_type, with_unknown_ids(fields)), role


@pytest.mark.parametrize("payload_type", sorted(set(ABOUT_A_COLONY) - set(CHANGE_THE_CALLER)))
def test_things_of_another_colony_named_inside_ones_own(world: World, foreign: World, payload_type: str) -> None:
    """The members of `foreign` ask for what is in `world` as if it were theirs: they get and change nothing of it."""
    fields = well_formed(world, payload_type)
    theirs = _replaced(_replaced(fields, world.name, foreign.name), SECRET, "known")
    for role in ("colony_owner", "user", "executor"):
        answer = foreign.call(role, payload_type, theirs)
        assert SECRET not in answer.content.decode(), role
    answer = world.call(min(ON_API[payload_type].allowed), payload_type, fields)
    assert not answer.is_error, answer.content.decode()
    world.get("colony_owner", "resumeassignmentsmsg", colonyname=world.name)


def _replaced(value: Any, old: str, new: str) -> Any:
    """A JSON value with one text in the place of another in all its texts."""
    if isinstance(value, dict):
        return {key: _replaced(inner, old, new) for key, inner in value.items()}
    if isinstance(value, list):
        return [_replaced(inner, old, new) for inner in value]
    return value.replace(old, new) if isinstance(value, str) else value
