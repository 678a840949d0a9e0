"""The envelopes around requests and replies."""

import base64
import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonysdk.envelope import decode_reply, decode_request, encode_error, encode_reply, encode_request
from colonysdk.errors import InvalidMessage, Unreachable
from colonysdk.identity import Identity, recover_id


def test_a_request_is_signed_over_its_base64_text() -> None:
    identity = Identity.generate()

    envelope = decode_request(encode_request("getprocessmsg", '{"processid":"å"}'.encode(), identity))

    assert envelope.payload_type == "getprocessmsg"
    assert envelope.message_json().decode() == '{"processid":"å"}'
    assert recover_id(envelope.payload, envelope.signature) == identity.id


def test_a_public_request_has_an_empty_signature() -> None:
    assert decode_request(encode_request("versionmsg", b"{}", None)).signature == ""


def test_keys_match_in_any_case_and_null_is_empty() -> None:
    envelope = decode_request(b'{"PayloadType":"x","PAYLOAD":null,"other":1}')

    assert (envelope.payload_type, envelope.payload, envelope.signature) == ("x", "", "")


@pytest.mark.parametrize("body", [b"", b"null", b"[]", b"{", b"\xff", b'{"payload":1}', b'{"signature":{}}', b'"text"'])
def test_what_is_no_request_is_refused(body: bytes) -> None:
    with pytest.raises(InvalidMessage):
        decode_request(body)


@given(st.binary(max_size=300))
def test_random_bytes_raise_nothing_else(body: bytes) -> None:
    with contextlib.suppress(InvalidMessage):
        decode_request(body)
    with contextlib.suppress(Unreachable):
        decode_reply(body)


def test_a_payload_that_is_not_base64_is_refused() -> None:
    with pytest.raises(InvalidMessage, match="base64"):
        decode_request(b'{"payloadtype":"x","payload":"###"}').message_json()


def test_a_reply_round_trips() -> None:
    reply = decode_reply(encode_reply("getprocessmsg", b'{"a":1}'))

    assert (reply.payload_type, reply.payload_json, reply.error) == ("getprocessmsg", b'{"a":1}', False)


def test_a_failure_keeps_status_and_text() -> None:
    reply = decode_reply(encode_error(403, 'no "access" for å'))

    assert reply.error
    assert json.loads(reply.payload_json) == {"status": 403, "message": 'no "access" for å'}


def test_a_reply_is_the_reference_form() -> None:
    assert json.loads(encode_reply("x", b"{}")) == {
        "payloadtype": "x",
        "payload": base64.b64encode(b"{}").decode(),
        "error": False,
    }
