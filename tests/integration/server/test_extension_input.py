"""What extensions are sent that makes no sense: it is refused, and never an error of the server."""

import itertools
import json
from typing import Any

import pytest

from colonysdk.envelope import encode_request
from tests.support.server import ColonyKeys, RunningServer

_FIELDS: dict[str, dict[str, Any]] = {
    "queryprocessesmsg": {
        "states": [0],
        "executortype": "t",
        "executorname": "e",
        "funcname": "f",
        "label": "l",
        "initiator": "i",
        "text": "x",
        "submittedfrom": "2026-01-01T00:00:00Z",
        "endedbefore": "2026-01-01T00:00:00Z",
        "order": "newest",
        "count": 1,
        "cursor": "c",
    },
    "getworkflowmembersmsg": {"processgraphid": "p", "count": 1, "cursor": "c"},
    "explainprocessmsg": {"processid": "p"},
    "renewleasemsg": {"processid": "p"},
    "getfreshnessmsg": {},
    "setfreshnessmsg": {"policy": "off"},
    "submitfuncspecmsg": {"spec": {"funcname": "f"}, "submitkey": "k"},
}
_VALUES: list[Any] = [
    None,
    True,
    0,
    -1,
    2**63 - 1,
    -(2**63),
    2**64,
    1.5,
    "",
    "\0",
    "a\0b",
    "x" * 5000,
    "\u202e",
    "%_~'\"\\",
    "9999-12-31T23:59:59.999999999+00:00",
    [],
    [[]],
    [None],
    ["\0"],
    [2**63],
    list(range(10)),
    {},
    {"a": 1},
]


@pytest.mark.parametrize("payload_type", _FIELDS)
@pytest.mark.parametrize("role", ["user", "executor", "owner"])
def test_no_field_upsets_the_server(server: RunningServer, colony: ColonyKeys, payload_type: str, role: str) -> None:
    known = {"msgtype": payload_type, "colonyname": colony.name, **_FIELDS[payload_type]}
    for field, value in itertools.product(["colonyname", *_FIELDS[payload_type]], _VALUES):
        message = {**known, field: value}
        body = encode_request(payload_type, json.dumps(message).encode(), getattr(colony, role))
        status = server.post(body).status_code
        assert status in (200, 400, 403, 404), (field, value)
