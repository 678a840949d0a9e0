"""Cursors of process queries."""

import base64

import pytest

from colonysdk.objects import ProcessState
from colonyserver.errors import Invalid
from colonyserver.services.cursors import decode_cursor, encode_cursor
from colonyserver.storage.process_criteria import Criteria, Place

CRITERIA = Criteria("dev", (ProcessState.WAITING,), label="/a")


@pytest.mark.parametrize("rank", [0, -(2**63), 2**63 - 1, 1_800_000_000_000_000_000])
def test_a_cursor_is_taken_back(rank: int) -> None:
    place = Place(rank, "0" * 64)
    assert decode_cursor(CRITERIA, encode_cursor(CRITERIA, place)) == place


@pytest.mark.parametrize(
    "change",
    [
        {"colony_name": "other"},
        {"states": (ProcessState.RUNNING,)},
        {"label": ""},
        {"text": "x"},
        {"newest_first": False},
        {"ended_from": 1},
    ],
)
def test_another_query_refuses_it(change: dict[str, object]) -> None:
    cursor = encode_cursor(CRITERIA, Place(1, "p"))
    with pytest.raises(Invalid, match="other conditions"):
        decode_cursor(CRITERIA._replace(**change), cursor)  # type: ignore[arg-type]


def _text(content: str) -> str:
    return base64.urlsafe_b64encode(content.encode()).decode()


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "x",
        "ä",
        "\0",
        _text(""),
        _text("0123456789abcdef.1"),
        _text("0123456789abcdef.1.p'"),
        _text(f"0123456789abcdef.{2**63}.p"),
        _text("0123456789abcdef.1." + "p" * 65),
        base64.urlsafe_b64encode(b"\xff\xff").decode(),
    ],
)
def test_what_is_no_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(Invalid):
        decode_cursor(CRITERIA, cursor)
