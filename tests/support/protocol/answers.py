"""Asking a server in plain JSON, so that a test depends on the protocol and on nothing that the client makes of it."""

import json
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from colonysdk.envelope import decode_reply, encode_request
from colonysdk.identity import Identity
from tests.support.server import RunningServer

Post = Callable[[bytes], tuple[int, bytes]]
"""Sends a body to /api; returns the HTTP status and the body of the reply."""


def post_to(server: RunningServer) -> Post:
    """Sends bodies to a running server."""

    def post(body: bytes) -> tuple[int, bytes]:
        reply = server.post(body)
        return reply.status_code, reply.content

    return post


class Answer(NamedTuple):
    """A reply that was opened."""

    status: int
    payload_type: str
    content: bytes
    is_error: bool

    @property
    def value(self) -> Any:
        """The JSON inside."""
        return json.loads(self.content)


def ask(post: Post, identity: Identity | None, payload_type: str, fields: Mapping[str, Any]) -> Answer:
    """Send a message and open the reply; checks that the HTTP status says the same as the envelope."""
    message = json.dumps({**fields, "msgtype": payload_type}).encode()
    return open_answer(*post(encode_request(payload_type, message, identity)))


def open_answer(status: int, body: bytes) -> Answer:
    """Open a reply."""
    reply = decode_reply(body)
    answer = Answer(status, reply.payload_type, reply.payload_json, reply.error)
    if reply.error:
        assert answer.payload_type == "error"
        assert answer.value["status"] == status
        assert answer.value["message"]
    else:
        assert status == 200
    return answer
