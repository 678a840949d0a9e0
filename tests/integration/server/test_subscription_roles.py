"""Who may subscribe to what: every message of /pubsub as every role, and what is no message at all."""

import json
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from colonysdk.envelope import decode_reply, encode_request
from colonysdk.identity import Identity
from colonysdk.objects import Failure
from tests.support.protocol.answers import post_to
from tests.support.protocol.table import EVERYBODY, ON_PUBSUB
from tests.support.protocol.world import IDLE_TYPE, TYPE, World
from tests.support.server import RunningServer

SECRET = "secret-of-another-colony"
_A_MOMENT_SECONDS = 0.3
"""A refusal comes at once; who hears nothing for so long has subscribed."""
_PATIENCE_SECONDS = 10


@pytest.fixture(scope="module")
def world(server: RunningServer) -> World:
    made = World(post_to(server), server.server_owner, SECRET)
    made.meet(World(made.post, server.server_owner))
    return made


@pytest.mark.parametrize("payload_type", sorted(ON_PUBSUB))
def test_roles(server: RunningServer, world: World, payload_type: str) -> None:
    fields = _subscription(world, payload_type)
    allowed = ON_PUBSUB[payload_type].allowed
    for role in sorted(EVERYBODY):
        with _connected(server) as socket:
            socket.send(_request(payload_type, fields, world.roles[role]))
            if role in allowed:
                assert _status(socket, _A_MOMENT_SECONDS) in (None, 200), role
            else:
                assert _status(socket, _PATIENCE_SECONDS) == 403, role


@pytest.mark.parametrize("payload_type", sorted(ON_PUBSUB))
def test_strangers_learn_nothing(server: RunningServer, world: World, payload_type: str) -> None:
    fields = _subscription(world, payload_type)
    replies = []
    for asked in (fields, {**fields, "processid": "0" * 64}):
        with _connected(server) as socket:
            socket.send(_request(payload_type, asked, world.roles["stranger"]))
            failure = _failure(socket.recv(timeout=_PATIENCE_SECONDS))
            assert failure is not None
            # wire: the refusal repeats the id.
            replies.append((failure.status, failure.message.replace(asked.get("processid") or "none", "ID")))
    assert replies[0] == replies[1]


@pytest.mark.parametrize("payload_type", sorted(ON_PUBSUB))
def test_what_is_no_message_of_its_type_is_refused(server: RunningServer, world: World, payload_type: str) -> None:
    identity = world.roles["executor"]
    fields = _subscription(world, payload_type)
    texts = ["", "null", "[]", json.dumps({**fields, "msgtype": "another"}), json.dumps(fields)]
    texts += [json.dumps({**fields, "msgtype": payload_type, name: {}}) for name in fields]
    for text in texts:
        with _connected(server) as socket:
            socket.send(encode_request(payload_type, text.encode(), identity).decode())
            assert _status(socket, _PATIENCE_SECONDS) in (400, 403), text


def _subscription(world: World, payload_type: str) -> dict[str, Any]:
    if payload_type == "subscribechannelmsg":
        return {"processid": world.running(channels=["talk"]), "name": "talk", "afterseq": 0, "timeout": 30}
    fields: dict[str, Any] = {"colonyname": world.name, "timeout": 30}
    if payload_type == "subscribeeventsmsg":
        return {**fields, "cursor": "", "mine": False}
    fields |= {"executortype": IDLE_TYPE, "state": 0}
    if payload_type == "subscribeprocessesmsg":
        return {**fields, "executortype": TYPE}
    return {**fields, "processid": world.waiting()}


def _request(payload_type: str, fields: dict[str, Any], identity: Identity) -> str:
    return encode_request(payload_type, json.dumps({**fields, "msgtype": payload_type}).encode(), identity).decode()


def _connected(server: RunningServer) -> ClientConnection:
    return connect(f"{server.url.replace('http', 'ws', 1)}/pubsub")


def _status(socket: ClientConnection, seconds: float) -> int | None:
    """The status of the first frame; None when there is none for so long, or the connection is closed."""
    try:
        frame = socket.recv(timeout=seconds)
    except (TimeoutError, ConnectionClosed):
        return None
    failure = _failure(frame)
    return failure.status if failure else 200


def _failure(frame: str | bytes) -> Failure | None:
    reply = decode_reply(frame if isinstance(frame, bytes) else frame.encode())
    return Failure.from_json(reply.payload_json) if reply.error else None
