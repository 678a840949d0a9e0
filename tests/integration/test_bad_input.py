"""Bad input at /api and /pubsub: always a proper error, never an unhandled one, and memory stays flat.

Examples are drawn from a fixed seed and bounded in number; after all of them the same server must work as before.
"""

import base64
import json
import string
from collections.abc import Iterator
from typing import Any

import psutil
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from colonysdk import messages
from colonysdk.envelope import decode_reply, encode_request
from colonysdk.identity import Identity
from colonysdk.messages import Message, catalogue
from colonysdk.objects import Failure
from tests.integration.conftest import Databases
from tests.support.protocol.table import ON_API, ON_PUBSUB
from tests.support.server import ColonyKeys, RunningServer

_HIGH_S = (
    "fd9735ad1476ad2e10fbe535a5249a9703b8294918c3360122aa09c070cd425a"
    "957d21f68ac4b9621d21868f0403f949509815f6ec73177ca1ab9635d0ffb69500"
)
_MEGABYTE = 1024 * 1024
_few = settings(
    max_examples=100, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
_on_api = sorted(set(catalogue) - set(ON_PUBSUB))
_signed = [payload_type for payload_type in _on_api if catalogue[payload_type].signed]
_may_answer_500 = {payload_type for payload_type, row in ON_API.items() if row.server_errors}


@pytest.fixture(scope="module")
def server(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    directory = tmp_path_factory.mktemp("server")
    with databases(directory) as url, RunningServer(directory, database_url=url) as running:
        yield running
        assert "Traceback" not in running.log
        assert running.stop() == 0


@pytest.fixture(scope="module")
def colony(server: RunningServer) -> Iterator[ColonyKeys]:
    made = server.new_colony()
    yield made
    counts = server.send(messages.GetColonyStatistics(colony_name=made.name), made.user)
    assert counts.executors == 1


class TestEnvelopes:
    @_few
    @given(body=st.binary(max_size=300))
    def test_random_bytes(self, server: RunningServer, body: bytes) -> None:
        assert _refused(server, body).status in (400, 403)

    @_few
    @given(body=_json)
    def test_random_json(self, server: RunningServer, body: Any) -> None:
        assert _refused(server, json.dumps(body).encode()).status in (400, 403)

    def test_truncated(self, server: RunningServer, colony: ColonyKeys) -> None:
        whole = _request(messages.GetColonyStatistics(colony_name=colony.name), colony.user)
        for length in range(0, len(whole), 7):
            assert _refused(server, whole[:length]).status == 400

    @pytest.mark.parametrize("body", [b"null", b"[]", b"1", b'"x"', b"{}", b"[" * 100_000, b'{"payload":' * 20_000])
    def test_not_an_envelope(self, server: RunningServer, body: bytes) -> None:
        assert _refused(server, body).status in (400, 403)

    @_few
    @given(data=st.data())
    def test_wrong_types_in_the_envelope(self, server: RunningServer, colony: ColonyKeys, data: st.DataObject) -> None:
        envelope = json.loads(_request(messages.GetColonies(), colony.user))
        field = data.draw(st.sampled_from(sorted(envelope)))
        envelope[field] = data.draw(_json)
        assert _refused(server, json.dumps(envelope).encode()).status in (400, 403)


class TestSignatures:
    @_few
    @given(signature=st.text(max_size=140) | st.text(alphabet=string.hexdigits, min_size=128, max_size=132))
    def test_garbage(self, server: RunningServer, colony: ColonyKeys, signature: str) -> None:
        assert _refused(server, _with_signature(colony, signature)).status == 403

    @pytest.mark.parametrize("signature", [_HIGH_S, "", "00" * 65, "ff" * 65, "zz" * 65])
    def test_unacceptable(self, server: RunningServer, colony: ColonyKeys, signature: str) -> None:
        assert _refused(server, _with_signature(colony, signature)).status == 403


class TestMessages:
    @_few
    @given(payload_type=st.sampled_from(_signed), payload=st.binary(max_size=100))
    def test_random_payloads(
        self, server: RunningServer, colony: ColonyKeys, payload_type: str, payload: bytes
    ) -> None:
        assert _refused(server, encode_request(payload_type, payload, colony.user)).status in (400, 403)

    @_few
    @given(payload_type=st.sampled_from(_signed), data=st.data())
    def test_wrong_types_in_messages(
        self, server: RunningServer, colony: ColonyKeys, payload_type: str, data: st.DataObject
    ) -> None:
        fields = [field.alias or name for name, field in catalogue[payload_type].model_fields.items()]
        content = data.draw(st.fixed_dictionaries({}, optional=dict.fromkeys(fields, _json)))
        content.pop("timeout", None)
        message = json.dumps({**content, "msgtype": payload_type}).encode()
        reply = server.post(encode_request(payload_type, message, colony.user))
        _check_envelope(reply.status_code, reply.content)
        assert reply.status_code != 500 or payload_type in _may_answer_500

    @pytest.mark.parametrize("payload_type", _signed)
    @pytest.mark.parametrize(
        "content", [b"null", b"[]", b"{}", b'{"msgtype":"another"}', b'{"msgtype":null}', b"[" * 50_000]
    )
    def test_no_message_at_all(
        self, server: RunningServer, colony: ColonyKeys, payload_type: str, content: bytes
    ) -> None:
        assert _refused(server, encode_request(payload_type, content, colony.user)).status == 400

    @_few
    @given(payload_type=st.text(max_size=40).filter(lambda text: text not in catalogue))
    def test_unknown_types(self, server: RunningServer, colony: ColonyKeys, payload_type: str) -> None:
        content = json.dumps({"msgtype": payload_type}).encode()
        assert _refused(server, encode_request(payload_type, content, colony.user)).status == 403

    @pytest.mark.parametrize("text", ["\x00", "a\x00b", "\ud800", "\U0010ffff", "' OR 1=1 --", "%", "a" * 100_000])
    @pytest.mark.parametrize("key", ["processid", "colonyname", "executorname", "name", "text"])
    def test_strange_texts(self, server: RunningServer, colony: ColonyKeys, key: str, text: str) -> None:
        for payload_type in ("getprocessmsg", "getexecutormsg", "getusermsg", "searchlogsmsg"):
            content = {"msgtype": payload_type, "colonyname": colony.name, "count": 1, "days": 1, key: text}
            reply = server.post(encode_request(payload_type, json.dumps(content).encode(), colony.user))
            _check_envelope(reply.status_code, reply.content)


class TestSize:
    def test_memory_stays_flat_under_large_bodies(self, server: RunningServer, colony: ColonyKeys) -> None:
        memory = psutil.Process(server.pid).memory_info
        body = b" " * (50 * _MEGABYTE)
        statuses = {_refused(server, body).status for _ in range(3)}
        before = memory().rss
        statuses |= {_refused(server, body).status for _ in range(6)}
        assert statuses == {413}
        assert memory().rss - before < 20 * _MEGABYTE


class TestSubscriptions:
    @pytest.mark.parametrize(
        "frame",
        [
            b"\x00\xff",
            "",
            "null",
            "[]",
            "{}",
            "[" * 50_000,
            '{"payloadtype":1}',
            '{"payloadtype":"subscribeprocessmsg"}',
            "x" * _MEGABYTE,
        ],
    )
    def test_no_envelope(self, server: RunningServer, frame: str | bytes) -> None:
        assert _answer(server, frame) in (None, 400, 403)

    @pytest.mark.parametrize("signature", [_HIGH_S, "", "zz" * 65])
    def test_signatures(self, server: RunningServer, colony: ColonyKeys, signature: str) -> None:
        message = messages.SubscribeProcess(colony_name=colony.name, process_id="0" * 64, state=2, timeout=5)
        envelope = json.loads(_request(message, colony.user)) | {"signature": signature}
        assert _answer(server, json.dumps(envelope)) in (None, 403)

    @settings(_few, max_examples=60)
    @given(content=_json)
    def test_random_messages(self, server: RunningServer, colony: ColonyKeys, content: Any) -> None:
        message = json.dumps(content).encode()
        frame = encode_request("subscribeprocessmsg", message, colony.user).decode()
        assert _answer(server, frame) in (None, 400, 403)

    def test_strangers_are_refused(self, server: RunningServer, colony: ColonyKeys) -> None:
        message = messages.SubscribeProcess(colony_name=colony.name, process_id="0" * 64, state=2, timeout=5)
        assert _answer(server, _request(message, Identity.generate()).decode()) == 403


def _request(message: Message[Any], identity: Identity) -> bytes:
    return encode_request(message.payload_type, message.encode(), identity)


def _with_signature(colony: ColonyKeys, signature: str) -> bytes:
    payload = base64.b64encode(b'{"msgtype":"getcoloniesmsg"}').decode()
    return json.dumps({"payloadtype": "getcoloniesmsg", "payload": payload, "signature": signature}).encode()


def _refused(server: RunningServer, body: bytes) -> Failure:
    reply = server.post(body)
    failure = _check_envelope(reply.status_code, reply.content)
    assert failure is not None, f"accepted: {body[:200]!r}"
    return failure


def _check_envelope(http_status: int, body: bytes) -> Failure | None:
    reply = decode_reply(body)
    if not reply.error:
        assert http_status == 200
        return None
    failure = Failure.from_json(reply.payload_json)
    assert failure.status == http_status
    assert failure.message
    return failure


def _answer(server: RunningServer, frame: str | bytes) -> int | None:
    """The status of the error that the server answers with, None when it says nothing or closes the connection."""
    with connect(f"{server.url.replace('http', 'ws', 1)}/pubsub", max_size=None) as socket:
        try:
            socket.send(frame)
            reply = decode_reply(_bytes(socket.recv(timeout=1)))
        except (ConnectionClosed, TimeoutError):
            return None
    assert reply.error
    return Failure.from_json(reply.payload_json).status


def _bytes(frame: str | bytes) -> bytes:
    return frame if isinstance(frame, bytes) else frame.encode()
