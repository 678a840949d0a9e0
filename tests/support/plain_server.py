"""A colony as clients find it on a server that has no extensions: a real server, behind a door that hides them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import ClassVar

import httpx

from colonysdk import messages
from colonysdk.envelope import decode_reply, decode_request, encode_error, encode_reply
from colonysdk.objects import ServerInfo
from tests.support.server import ColonyKeys

_UNKNOWN = frozenset(
    message.payload_type
    for message in (
        messages.QueryProcesses,
        messages.GetWorkflowMembers,
        messages.ExplainProcess,
        messages.GetFreshness,
        messages.SetFreshness,
        messages.RenewLease,
    )
)


@dataclass(frozen=True)
class PlainColony:
    """The keys of a colony behind the door, and what its clients should not have asked for there."""

    keys: ColonyKeys
    unknown: list[str] = field(default_factory=list)
    """Payload types that were refused because nobody but our server knows them."""


@contextmanager
def plain_colony(colony: ColonyKeys) -> Iterator[PlainColony]:
    """Open a door to a colony for the length of the block."""

    class Door(_Door):
        url = colony.url
        unknown: ClassVar[list[str]] = []

    with ThreadingHTTPServer(("127.0.0.1", 0), Door) as server:
        serving = Thread(target=server.serve_forever, args=(0.02,))
        serving.start()
        try:
            yield PlainColony(replace(colony, url=f"http://127.0.0.1:{server.server_port}"), Door.unknown)
        finally:
            server.shutdown()
            serving.join()


class _Door(BaseHTTPRequestHandler):
    url: ClassVar[str]
    unknown: ClassVar[list[str]]

    def do_POST(self) -> None:
        """Hand a request on, unless its payload type is an extension."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        payload_type = decode_request(body).payload_type
        if payload_type in _UNKNOWN:
            self.unknown.append(payload_type)
            self._answer(403, encode_error(403, f"invalid rpcMsg.PayloadType: {payload_type}"))
            return
        reply = httpx.post(f"{self.url}{self.path}", content=body, timeout=60, verify=False)
        is_info = payload_type == messages.GetServerInfo.payload_type
        self._answer(reply.status_code, _without_extensions(reply.content) if is_info else reply.content)

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - its name in the base class
        """Write nothing to stderr."""

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def _without_extensions(body: bytes) -> bytes:
    reply = decode_reply(body)
    info = ServerInfo.from_json(reply.payload_json).model_copy(update={"extensions": []})
    return encode_reply(reply.payload_type, info.to_json())
