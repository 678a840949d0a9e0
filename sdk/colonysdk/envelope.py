"""The envelopes around every request and reply.

wire: the payload is base64 text, and that text itself is what the signature covers.
"""

import base64
import binascii
import json
from dataclasses import dataclass

import pydantic_core

from colonysdk.errors import InvalidMessage, Unreachable
from colonysdk.identity import Identity

EMPTY_OBJECT = b"{}"


@dataclass(frozen=True, slots=True)
class RequestEnvelope:
    """A request as it arrived: the signature covers the base64 text `payload`."""

    payload_type: str
    payload: str
    signature: str

    def message_json(self) -> bytes:
        """The JSON inside; raises InvalidMessage when it is not base64."""
        try:
            # Unlike base64.b64decode, this makes no copy of the text first.
            return binascii.a2b_base64(self.payload, strict_mode=True)
        except ValueError as error:
            raise InvalidMessage("the payload is not base64") from error


@dataclass(frozen=True, slots=True)
class ReplyEnvelope:
    """A reply: its JSON, and whether that is a Failure."""

    payload_type: str
    payload_json: bytes
    error: bool


def encode_request(payload_type: str, message_json: bytes, identity: Identity | None) -> bytes:
    """Sign and wrap a message; without an identity the signature stays empty, as for the two public messages."""
    payload = base64.b64encode(message_json).decode("ascii")
    signature = identity.sign(payload) if identity else ""
    return json.dumps({"signature": signature, "payloadtype": payload_type, "payload": payload}).encode("ascii")


def decode_request(body: bytes | bytearray) -> RequestEnvelope:
    """Open a request with the tolerance that clients rely on; raises InvalidMessage for what is no envelope."""
    fields = _text_fields(_object(body), ("payloadtype", "payload", "signature"))
    return RequestEnvelope(*fields)


def encode_reply(payload_type: str, reply_json: bytes) -> bytes:
    """Wrap the JSON of a successful reply."""
    return b'{"payloadtype":"%b","payload":"%b","error":false}' % (payload_type.encode(), base64.b64encode(reply_json))


def encode_error(status: int, message: str) -> bytes:
    """Wrap a failure; the HTTP status must be the same number."""
    failure = pydantic_core.to_json({"status": status, "message": message})
    return b'{"payloadtype":"error","payload":"%b","error":true}' % base64.b64encode(failure)


def decode_reply(body: bytes) -> ReplyEnvelope:
    """Open a reply; raises Unreachable when what answered does not speak the protocol."""
    try:
        envelope = _object(body)
        payload_type, payload = _text_fields(envelope, ("payloadtype", "payload"))
        payload_json = base64.b64decode(payload, validate=True)
    except (InvalidMessage, ValueError) as error:
        raise Unreachable(f"this is not a colony server: {_excerpt(body)}") from error
    if not payload_type:
        raise Unreachable(f"this is not a colony server: {_excerpt(body)}")
    return ReplyEnvelope(payload_type, payload_json, envelope.get("error") is True)


def _object(body: bytes | bytearray) -> dict[str, object]:
    try:
        value = pydantic_core.from_json(body, allow_inf_nan=False)
    except ValueError as error:
        raise InvalidMessage(f"the request is not JSON: {error}") from None
    if not isinstance(value, dict):
        raise InvalidMessage("the request is not a JSON object")
    return value


def _text_fields(envelope: dict[str, object], names: tuple[str, ...]) -> list[str]:
    if not all(name in envelope for name in names):
        envelope = {key.lower(): value for key, value in envelope.items()}
    fields = []
    for name in names:
        value = envelope.get(name)
        if value is None:
            value = ""
        if not isinstance(value, str):
            raise InvalidMessage(f"{name} is not a text")
        fields.append(value)
    return fields


def _excerpt(body: bytes) -> str:
    text = body[:80].decode("utf-8", errors="replace").strip()
    return repr(text) if text else "an empty reply"
