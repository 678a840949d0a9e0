"""Stamps: a time and a nonce inside a message."""

import json
from datetime import UTC, datetime

import pytest

from colonysdk.errors import InvalidMessage
from colonysdk.freshness import read_stamp, stamp
from colonysdk.messages import GetProcess, GetStatistics, parse_message

NOW = datetime(2026, 2, 12, 14, 10, 23, 500, UTC)


def test_a_stamp_is_read_back_and_never_the_same() -> None:
    message_json = GetProcess(process_id="p").encode()
    first, second = (read_stamp(stamp(message_json, NOW)) for _ in range(2))
    assert first is not None
    assert second is not None
    assert first.time == second.time == NOW
    assert first.nonce != second.nonce


@pytest.mark.parametrize("message", [GetProcess(process_id="p"), GetStatistics()])
def test_the_message_stays_what_it_is(message: GetProcess | GetStatistics) -> None:
    stamped = stamp(message.encode())
    assert parse_message(message.payload_type, stamped) == message
    assert json.loads(stamped)["msgtype"] == message.payload_type


@pytest.mark.parametrize("text", ["{}", '{"msgtype":"x"}', "null", "[]", '"timestamp"', "1"])
def test_none_without_a_stamp(text: str) -> None:
    assert read_stamp(text.encode()) is None


@pytest.mark.parametrize(
    "fields",
    [
        {"nonce": "a" * 32},
        {"timestamp": "2026-02-12T14:10:23Z"},
        {"timestamp": "2026-02-12T14:10:23Z", "nonce": "a" * 15},
        {"timestamp": "2026-02-12T14:10:23Z", "nonce": "a" * 129},
        {"timestamp": "2026-02-12T14:10:23Z", "nonce": "ä" * 32},
        {"timestamp": "2026-02-12T14:10:23Z", "nonce": 1},
        {"timestamp": "0001-01-01T00:00:00Z", "nonce": "a" * 32},
        {"timestamp": "yesterday", "nonce": "a" * 32},
        {"timestamp": 1, "nonce": "a" * 32},
    ],
)
def test_what_is_no_stamp(fields: dict[str, object]) -> None:
    with pytest.raises(InvalidMessage):
        read_stamp(json.dumps(fields).encode())
