"""The catalogue of messages and the tolerance of their decoder."""

import json
from typing import Any

import pytest

from colonysdk import messages
from colonysdk.errors import InvalidMessage, Unreachable
from colonysdk.messages import (
    AddExecutor,
    AddFunction,
    AssignProcess,
    CloseSuccessful,
    GetExecutors,
    GetPauseStatus,
    GetProcess,
    SubmitFunctionSpec,
    catalogue,
    parse_message,
)
from colonysdk.objects import Executor, Function, FunctionSpec, ProcessState
from tests.support.protocol.table import ON_API, ON_PUBSUB


def test_the_catalogue_holds_every_message_of_the_protocol() -> None:
    assert set(catalogue) == {*ON_API, *ON_PUBSUB}


def test_every_message_class_is_exported() -> None:
    assert {message.__name__ for message in catalogue.values()} <= set(messages.__all__)


def test_a_message_carries_its_type_and_wire_names() -> None:
    message = json.loads(AssignProcess(colony_name="dev", timeout=10).encode())

    assert message == {
        "colonyname": "dev",
        "timeout": 10,
        "availablecpu": "",
        "availablemem": "",
        "msgtype": "assignprocessmsg",
    }


def test_the_names_that_are_exceptions() -> None:
    assert json.loads(CloseSuccessful(process_id="p", output=[1]).encode())["out"] == [1]
    assert json.loads(AddFunction(function=Function(func_name="f")).encode())["fun"]["funcname"] == "f"
    assert GetPauseStatus.reply_payload_type == "pausestatusreplymsg"


def _parse(payload_type: str, **fields: Any) -> Any:
    return parse_message(payload_type, json.dumps({"msgtype": payload_type, **fields}).encode())


class TestTolerance:
    def test_unknown_missing_and_null_fields(self) -> None:
        parsed = _parse("assignprocessmsg", executorid="x", colonyname=None, timeout=5)

        assert parsed == AssignProcess(colony_name="", timeout=5)

    def test_keys_in_any_case(self) -> None:
        parsed = parse_message("getprocessmsg", b'{"MsgType":"getprocessmsg","ProcessID":"a"}')

        assert parsed == GetProcess(process_id="a")

    def test_the_last_of_duplicate_keys_wins(self) -> None:
        parsed = parse_message("getprocessmsg", b'{"msgtype":"getprocessmsg","processid":"a","processid":"b"}')

        assert parsed == GetProcess(process_id="b")

    def test_nulls_inside_a_specification(self) -> None:
        parsed = _parse(
            "submitfuncspecmsg",
            spec={"funcname": "f", "kwargs": None, "fs": None, "conditions": {"gpu": None, "executornames": None}},
        )

        assert parsed.spec.kwargs == {}
        assert parsed.spec.conditions.executor_names is None


@pytest.mark.parametrize(
    ("payload_type", "body"),
    [
        ("assignprocessmsg", b"null"),
        ("assignprocessmsg", b"[]"),
        ("assignprocessmsg", b""),
        ("assignprocessmsg", b"{"),
        ("assignprocessmsg", b'{"msgtype":"getprocessmsg"}'),
        ("assignprocessmsg", b"{}"),
        ("assignprocessmsg", b'{"msgtype":"assignprocessmsg","timeout":1.0}'),
        ("assignprocessmsg", b'{"msgtype":"assignprocessmsg","timeout":"1"}'),
        ("assignprocessmsg", b'{"msgtype":"assignprocessmsg","timeout":true}'),
        ("assignprocessmsg", b'{"msgtype":"assignprocessmsg","timeout":9223372036854775808}'),
        ("assignprocessmsg", b'{"msgtype":"assignprocessmsg","timeout":NaN}'),
        ("assignprocessmsg", b'{"msgtype":"assignprocessmsg","colonyname":7}'),
        ("addexecutormsg", b'{"msgtype":"addexecutormsg","executor":{"capabilities":{"hardware":{"cpu":"1"}}}}'),
        ("submitfuncspecmsg", b'{"msgtype":"submitfuncspecmsg"}'),
        ("submitfuncspecmsg", b'{"msgtype":"submitfuncspecmsg","spec":{"env":{"A":1}}}'),
        ("submitfuncspecmsg", b'{"msgtype":"submitfuncspecmsg","spec":{"args":' + b"[" * 5000 + b"]" * 5000 + b"}}"),
        ("submitfuncspecmsg", b'{"msgtype":"submitfuncspecmsg","spec":{"funcname":"\\ud800"}}'),
        ("submitfuncspecmsg", b'{"msgtype":"submitfuncspecmsg","spec":{"funcname":"\xff"}}'),
    ],
)
def test_what_is_no_message_is_refused(payload_type: str, body: bytes) -> None:
    with pytest.raises(InvalidMessage):
        parse_message(payload_type, body)


def test_an_unknown_type_is_told_apart() -> None:
    with pytest.raises(KeyError):
        parse_message("nosuchmsg", b"{}")


class TestReplies:
    def test_a_null_list_is_empty(self) -> None:
        assert GetExecutors.decode_reply(b"null") == []

    def test_objects_in_a_list(self) -> None:
        assert GetExecutors.decode_reply(b'[{"executorname":"e"}]') == [Executor(executor_name="e")]

    def test_an_empty_reply_is_none(self) -> None:
        assert CloseSuccessful.decode_reply(b"{}") is None

    @pytest.mark.parametrize("reply", [b"", b"[]", b'{"state":"x"}', b'{"state":9}', b'"text"'])
    def test_what_the_protocol_does_not_promise_is_unreachable(self, reply: bytes) -> None:
        with pytest.raises(Unreachable):
            GetProcess.decode_reply(reply)

    def test_a_process(self) -> None:
        process = GetProcess.decode_reply(b'{"processid":"p","state":2,"in":null,"out":[1,"a"]}')

        assert process.state is ProcessState.SUCCESS
        assert process.output == [1, "a"]


def test_a_specification_round_trips_with_fields_of_the_future() -> None:
    text = SubmitFunctionSpec(spec=FunctionSpec.from_json(b'{"funcname":"f","future":{"a":[1]}}')).encode()

    assert json.loads(text)["spec"]["future"] == {"a": [1]}
    assert AddExecutor(executor=Executor()).encode()
