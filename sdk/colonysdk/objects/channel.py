"""Entries of channels."""

import base64
from typing import Annotated

from pydantic import BeforeValidator, Field, PlainSerializer

from colonysdk.objects.wire import Int64, Timestamp, WireModel, omit_empty


def parse_payload(value: object) -> object:
    """Read bytes as clients send them: base64 text, or a list of integers from 0 to 255."""
    if isinstance(value, str):
        return base64.b64decode(value, validate=True)
    if isinstance(value, list):
        try:
            return bytes(value)
        except TypeError as error:
            raise ValueError("a payload is base64 text or a list of integers from 0 to 255") from error
    return value


def format_payload(payload: bytes | None) -> str | None:
    """Write bytes as base64 text."""
    return None if payload is None else base64.b64encode(payload).decode("ascii")


Payload = Annotated[bytes | None, BeforeValidator(parse_payload), PlainSerializer(format_payload, when_used="json")]
"""Bytes, or None where null was sent."""


class ChannelEntry(WireModel):
    """One message in a channel: `sequence` is the sender's own count, `in_reply_to` that of the other side.

    `type` is "data", "end", "error" or what the sender chose; `error` is only in notices of the reference's server.
    """

    sequence: Int64 = 0
    in_reply_to: Int64 = Field(default=0, exclude_if=omit_empty)
    timestamp: Timestamp = None
    sender_id: str = ""
    payload: Payload = None
    type: str = Field(default="", exclude_if=omit_empty)
    error: str = Field(default="", exclude_if=omit_empty)
