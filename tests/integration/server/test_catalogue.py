"""Every message of the protocol, one by one: it is answered as promised, tells strangers nothing, refuses nonsense."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from colonysdk.envelope import encode_request
from colonysdk.identity import Identity
from colonysdk.messages import catalogue
from tests.support.protocol.answers import Post, ask, open_answer
from tests.support.protocol.table import BRACKETS, NULL, ON_API, ON_PUBSUB
from tests.support.protocol.well_formed import well_formed, with_unknown_ids
from tests.support.protocol.world import World
from tests.support.server import RunningServer

SIGNED = sorted(set(ON_API) - {"versionmsg", "getserverinfomsg"})
LISTINGS = sorted(payload_type for payload_type, row in ON_API.items() if row.empty)


@pytest.fixture(scope="module")
def world(server: RunningServer, post: Post) -> World:
    return World(post, server.server_owner)


@pytest.mark.parametrize("payload_type", sorted(ON_API))
def test_it_is_answered(server: RunningServer, post: Post, payload_type: str) -> None:
    row = ON_API[payload_type]
    world = World(post, server.server_owner)
    answer = world.call(_allowed_role(payload_type), payload_type, well_formed(world, payload_type))
    assert not answer.is_error, answer.content.decode()
    assert answer.payload_type == (row.reply_payload or payload_type)
    catalogue[payload_type].decode_reply(answer.content)


@pytest.mark.parametrize("payload_type", sorted(ON_PUBSUB))
def test_subscriptions_are_not_answered_here(world: World, payload_type: str) -> None:
    assert payload_type in catalogue
    answer = world.call("user", payload_type, {"colonyname": world.name})
    assert (answer.status, answer.value["message"]) == (403, f"invalid rpcMsg.PayloadType: {payload_type}")


@pytest.mark.parametrize(
    "payload_type", ["getnodemsg", "getnodesmsg", "getnodesbylocationmsg", "error", "nonsense", ""]
)
def test_what_is_no_message_is_refused(world: World, payload_type: str) -> None:
    assert world.call("user", payload_type, {"colonyname": world.name}).status == 403


@pytest.mark.parametrize("payload_type", SIGNED)
def test_strangers_learn_nothing(world: World, payload_type: str) -> None:
    fields = well_formed(world, payload_type)
    known = world.call("stranger", payload_type, fields)
    unknown = world.call("stranger", payload_type, with_unknown_ids(fields))
    assert known.status == 403
    assert known == unknown


@pytest.mark.parametrize("payload_type", SIGNED)
def test_no_signature_no_answer(world: World, payload_type: str) -> None:
    answer = ask(world.post, None, payload_type, well_formed(world, payload_type))
    assert answer.status == 403


@pytest.mark.parametrize("payload_type", SIGNED)
def test_what_is_no_message_of_its_type_is_refused(world: World, payload_type: str) -> None:
    identity = world.roles[_allowed_role(payload_type)]
    fields = well_formed(world, payload_type)
    texts = ["", "nonsense", "null", "[]", "7", '"text"', json.dumps({**fields, "msgtype": "another"})]
    texts += [json.dumps(fields), json.dumps({**fields, "msgtype": None}), json.dumps({**fields, "msgtype": 1})]
    for text in texts:
        answer = open_answer(*world.post(encode_request(payload_type, text.encode(), identity)))
        assert answer.status == 400, text


@pytest.mark.parametrize("payload_type", SIGNED)
def test_fields_of_another_type_are_refused(world: World, payload_type: str) -> None:
    role = _allowed_role(payload_type)
    fields = well_formed(world, payload_type)
    for wrong in _with_wrong_types(fields):
        answer = world.call(role, payload_type, wrong)
        assert answer.status == 400, wrong


@pytest.mark.parametrize("payload_type", SIGNED)
def test_objects_that_are_missing_are_refused(world: World, payload_type: str) -> None:
    fields = well_formed(world, payload_type)
    for name in [name for name, value in fields.items() if isinstance(value, dict)]:
        if name in ("allocations", "capabilities", "status"):
            continue
        for broken in ({key: value for key, value in fields.items() if key != name}, {**fields, name: None}):
            assert world.call(_allowed_role(payload_type), payload_type, broken).status == 400


@pytest.mark.parametrize("payload_type", LISTINGS)
def test_nothing_to_list(server: RunningServer, post: Post, payload_type: str) -> None:
    role, name = _empty_colony(server, post, but_for="executor" if payload_type == "getusersmsg" else "user")
    fields = {"colonyname": name, "namespace": name, "count": 10, "days": 1, "text": "x", "seconds": 60, "label": "/x"}
    if payload_type == "getlogsmsg":
        fields["processid"] = _process_of(post, role, name)
    if payload_type == "channelreadmsg":
        fields |= {"processid": _process_of(post, role, name), "name": "talk"}
    answer = ask(post, role, payload_type, fields)
    assert not answer.is_error, answer.content.decode()
    assert answer.content.decode() == ON_API[payload_type].empty
    assert answer.content.decode() in (NULL, BRACKETS)
    assert catalogue[payload_type].decode_reply(answer.content) == []


def _allowed_role(payload_type: str) -> str:
    allowed = ON_API[payload_type].allowed
    return next(role for role in ("executor", "user", "colony_owner", "server_owner") if role in allowed)


def _with_wrong_types(value: Any) -> Iterator[Any]:
    """Copies of a JSON value with one part each of a type that does not belong there."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in _FREE:
                continue
            for wrong in (*_wrong_for(inner), *_with_wrong_types(inner)):
                yield {**value, key: wrong}


_FREE = ("args", "out", "status", "replicas", "text", "all")
"""Fields that may hold anything, and one that nobody looks at."""


def _wrong_for(value: Any) -> list[Any]:
    if isinstance(value, bool):
        return [1, "x", []]
    if isinstance(value, int):
        return ["1", 1.5, True, [], {}]
    if isinstance(value, float):
        return ["1", True, [], {}]
    if isinstance(value, str):
        return [5, True, {}, [{}]]
    if isinstance(value, list):
        return [5, "x", {}]
    return [5, "x", []]


def _empty_colony(server: RunningServer, post: Post, *, but_for: str) -> tuple[Identity, str]:
    """A colony with a single member, and that member."""
    owner, member = Identity.generate(), Identity.generate()
    name = f"empty-{owner.id[:12]}"
    made = ask(post, server.server_owner, "addcolonymsg", {"colony": {"colonyid": owner.id, "name": name}})
    assert not made.is_error
    if but_for == "user":
        added = ask(post, owner, "addusermsg", {"user": {"colonyname": name, "userid": member.id, "name": "single"}})
    else:
        executor = {"colonyname": name, "executorid": member.id, "executorname": "single", "executortype": "cli"}
        added = ask(post, owner, "addexecutormsg", {"executor": executor})
    assert not added.is_error
    return member, name


def _process_of(post: Post, member: Identity, colony_name: str) -> str:
    conditions = {"colonyname": colony_name, "executortype": "nobody"}
    spec = {"funcname": "echo", "maxexectime": -1, "channels": ["talk"], "conditions": conditions}
    return str(ask(post, member, "submitfuncspecmsg", {"spec": spec}).value["processid"])
