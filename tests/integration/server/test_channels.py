"""Channels: appending and reading, who may, limits, and what stays after restarts and ends."""

from collections.abc import Callable, Iterator
from itertools import pairwise

import pytest

from colonysdk import messages
from colonysdk.envelope import encode_request
from colonysdk.errors import Refused
from colonysdk.identity import Identity
from colonysdk.objects import ChannelEntry, Conditions, FunctionSpec
from tests.support.channels import Talk
from tests.support.server import ColonyKeys, RunningServer, running_server

_LIMITS = {
    "COLONIES_SERVER_CHANNEL_RATE": "1",
    "COLONIES_SERVER_CHANNEL_BURST": "8",
    "COLONIES_SERVER_CHANNEL_PAYLOAD": "1024",
    "COLONIES_SERVER_CHANNEL_ENTRIES": "4",
    "COLONIES_SERVER_CHANNEL_SIZE": "2048",
}


@pytest.fixture(scope="module")
def narrow_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """A server whose limits are soon reached."""
    with running_server(tmp_path_factory.mktemp("narrow"), **_LIMITS) as running:
        yield running


@pytest.fixture
def talk(server: RunningServer, colony: ColonyKeys) -> Talk:
    return Talk.begin(server, colony)


class TestTalking:
    def test_both_sides_read_one_log(self, talk: Talk) -> None:
        colony = talk.colony
        talk.say(b"question", sequence=1)
        (question,) = talk.read(colony.executor)
        talk.say(b"answer", colony.executor, sequence=7, in_reply_to=question.sequence)
        talk.say(b"", colony.executor, sequence=8, entry_type="end")
        entries = talk.read()
        assert [(e.sequence, e.in_reply_to, e.sender_id, e.payload, e.type) for e in entries] == [
            (1, 0, colony.user.id, b"question", "data"),
            (7, 1, colony.executor.id, b"answer", "data"),
            (8, 0, colony.executor.id, b"", "end"),
        ]
        assert talk.read(colony.executor) == entries
        moments = [entry.timestamp for entry in entries if entry.timestamp is not None]
        assert len(moments) == 3
        assert all(earlier < later for earlier, later in pairwise(moments))

    def test_the_order_is_that_of_appending(self, talk: Talk) -> None:
        for sequence in (5, 1, 3, 1):
            talk.say(b"%d" % sequence, sequence=sequence)
        assert talk.payloads() == [b"5", b"1", b"3", b"1"]

    def test_reading_goes_by_position(self, talk: Talk) -> None:
        for number in range(5):
            talk.say(b"%d" % number, sequence=100)
        assert [entry.payload for entry in talk.read(after=3)] == [b"3", b"4"]
        assert [entry.payload for entry in talk.read(after=1, limit=2)] == [b"1", b"2"]
        assert [entry.payload for entry in talk.read(after=-1, limit=-1)] == [b"0", b"1", b"2", b"3", b"4"]
        assert talk.read(after=5) == []
        assert talk.read(after=2**62) == []

    def test_nothing_read_is_an_empty_list(self, talk: Talk) -> None:
        message = messages.ReadChannel(process_id=talk.process.process_id, name=talk.name)
        assert talk.server.call(message, talk.colony.user).payload_json == b"[]"

    def test_fields_that_the_wire_leaves_out(self, talk: Talk) -> None:
        talk.say(b"hi", sequence=3)
        message = messages.ReadChannel(process_id=talk.process.process_id, name=talk.name)
        reply = talk.server.call(message, talk.colony.user).payload_json
        assert b'"payload":"aGk="' in reply
        assert b"inreplyto" not in reply
        assert b"error" not in reply

    @pytest.mark.parametrize(
        ("payload", "expected"),
        [(b"[104, 105]", b"hi"), (b'"aGk="', b"hi"), (b"[]", b""), (b'""', b""), (b"null", None)],
    )
    def test_payloads_as_clients_send_them(self, talk: Talk, payload: bytes, expected: bytes | None) -> None:
        assert self._append(talk, payload) == 200
        assert talk.payloads() == [expected]

    @pytest.mark.parametrize("payload", [b"[256]", b"[-1]", b"[1.5]", b'"?"', b"7", b"{}"])
    def test_what_is_no_payload(self, talk: Talk, payload: bytes) -> None:
        assert self._append(talk, payload) == 400
        assert talk.read() == []

    def test_channels_of_a_process_are_apart(self, server: RunningServer, colony: ColonyKeys) -> None:
        talk = Talk.submit(server, colony, ["talk", "in:put", "Ärger"])
        talk.assign()
        for name in ("in:put", "Ärger"):
            Talk(server, colony, talk.process, name).say(name.encode())
        assert talk.read() == []
        assert Talk(server, colony, talk.process, "Ärger").payloads() == ["Ärger".encode()]

    def test_the_log_survives_a_restart(self, tmp_path_factory: pytest.TempPathFactory) -> None:
        with running_server(tmp_path_factory.mktemp("restarted")) as server:
            talk = Talk.begin(server, server.new_colony())
            talk.say(b"before")
            server.restart()
            talk.say(b"after", talk.colony.executor)
            assert talk.payloads() == [b"before", b"after"]

    def _append(self, talk: Talk, payload: bytes) -> int:
        fields = f'"processid":"{talk.process.process_id}","name":"talk","payload":{payload.decode()}'
        message = f'{{"msgtype":"channelappendmsg",{fields}}}'.encode()
        return talk.server.post(encode_request("channelappendmsg", message, talk.colony.user)).status_code


class TestWhoMay:
    def test_only_the_two_sides(self, talk: Talk) -> None:
        server, colony = talk.server, talk.colony
        other = Identity.generate()
        server.add_executor(colony, other, "other")
        for use, verb in ((lambda: talk.say(b"", other), "write to"), (lambda: talk.read(other), "read from")):
            assert _refusal(use) == (403, f"Not authorized to {verb} channel")

    def test_outsiders_cannot_tell_what_exists(self, talk: Talk) -> None:
        outsider = talk.server.new_colony().user
        nothing = Talk(talk.server, talk.colony, talk.process.model_copy(update={"process_id": "0" * 64}))
        for key in (Identity.generate(), talk.colony.owner, talk.server.server_owner):
            assert _refusal(lambda: talk.read(key)) == _refusal(lambda: nothing.read(key))  # noqa: B023
        assert _refusal(lambda: talk.read(outsider)) == (403, "Access denied, not a member of the Colony")

    def test_the_executor_comes_in_with_its_assignment(self, server: RunningServer, colony: ColonyKeys) -> None:
        talk = Talk.submit(server, colony)
        talk.say(b"early")
        assert _refusal(lambda: talk.read(colony.executor))[0] == 403
        talk.assign()
        assert talk.payloads(colony.executor) == [b"early"]

    def test_an_executor_that_lost_the_process_is_out(self, talk: Talk) -> None:
        talk.say(b"mine", talk.colony.executor)
        remove = messages.RemoveExecutor(colony_name=talk.colony.name, executor_name=talk.colony.executor_name)
        talk.server.send(remove, talk.colony.owner)
        assert _refusal(lambda: talk.read(talk.colony.executor))[0] == 403
        assert talk.payloads() == [b"mine"]

    def test_what_does_not_exist(self, talk: Talk) -> None:
        nothing = Talk(talk.server, talk.colony, talk.process.model_copy(update={"process_id": "0" * 64}))
        undeclared = Talk(talk.server, talk.colony, talk.process, "undeclared")
        for use in (lambda: nothing.say(b""), nothing.read):
            assert _refusal(use) == (404, "Process not found")
        for use in (lambda: undeclared.say(b""), undeclared.read):
            assert _refusal(use) == (404, "Channel not found")


class TestTheEnd:
    @pytest.mark.parametrize("ending", ["close", "fail", "cancel"])
    def test_the_channel_goes_with_the_process(self, talk: Talk, ending: str) -> None:
        talk.say(b"last words")
        process_id = talk.process.process_id
        endings: dict[str, tuple[messages.Message[None], Identity]] = {
            "close": (messages.CloseSuccessful(process_id=process_id), talk.colony.executor),
            "fail": (messages.CloseFailed(process_id=process_id, errors=["no"]), talk.colony.executor),
            "cancel": (messages.CancelProcess(process_id=process_id), talk.colony.user),
        }
        talk.server.send(*endings[ending])
        for use in (lambda: talk.say(b"more"), talk.read):
            assert _refusal(use) == (404, "Channel not found")

    def test_a_removed_process_takes_its_entries_along(self, talk: Talk) -> None:
        talk.say(b"gone")
        talk.close()
        talk.server.send(messages.RemoveProcess(process_id=talk.process.process_id), talk.colony.user)
        assert _refusal(talk.read) == (404, "Process not found")


class TestLimits:
    def test_messages_in_a_short_time(self, narrow_server: RunningServer) -> None:
        talk = Talk.submit(narrow_server, narrow_server.new_colony(), [f"channel-{number}" for number in range(5)])
        channels = [Talk(talk.server, talk.colony, talk.process, name) for name in talk.process.spec.channels or ()]

        def talk_too_fast() -> None:
            for channel in channels * 4:
                channel.say(b"x")

        assert _refusal(talk_too_fast) == (500, "rate limit exceeded; 1 messages a second are taken")
        assert sum(len(channel.read()) for channel in channels) >= 8

    def test_large_payloads(self, narrow_server: RunningServer) -> None:
        talk = Talk.submit(narrow_server, narrow_server.new_colony())
        talk.say(b"x" * 1024)
        too_large = "message payload exceeds maximum size; it may have 1024 bytes"
        assert _refusal(lambda: talk.say(b"x" * 1025)) == (500, too_large)

    def test_many_entries(self, narrow_server: RunningServer) -> None:
        talk = Talk.submit(narrow_server, narrow_server.new_colony())
        for _ in range(4):
            talk.say(b"x")
        assert _refusal(lambda: talk.say(b"x")) == (500, "channel log is full; it holds 4 entries")
        assert len(talk.read()) == 4

    def test_many_bytes(self, narrow_server: RunningServer) -> None:
        talk = Talk.submit(narrow_server, narrow_server.new_colony())
        talk.say(b"x" * 1024)
        talk.say(b"x" * 1000)
        assert _refusal(lambda: talk.say(b"x" * 25)) == (500, "channel log is full; it holds at most 2048 bytes")
        talk.say(b"x" * 24)

    def test_one_answer_has_a_size(self, talk: Talk) -> None:
        """A large log is read in pieces, on from what was read before."""
        piece = b"x" * (3 * 1024 * 1024)
        for _ in range(4):
            talk.say(piece)
        first = talk.read()
        assert [entry.payload for entry in first] == [piece] * 2
        assert len(talk.read(after=len(first))) == 2

    @pytest.mark.parametrize(
        ("channels", "reason"),
        [
            ([f"channel-{number}" for number in range(101)], "Failed to submit, more than 100 channels are given"),
            ([""], "Failed to submit, the name of a channel is empty"),
            (["x" * 256], "The name of a channel is longer than 255 characters"),
            (["a\nb"], "The name of a channel contains characters that cannot be shown"),
        ],
    )
    def test_declarations(self, server: RunningServer, colony: ColonyKeys, channels: list[str], reason: str) -> None:
        spec = FunctionSpec(conditions=Conditions(colony_name=colony.name), channels=channels)
        submit = messages.SubmitFunctionSpec(spec=spec)
        assert _refusal(lambda: server.send(submit, colony.user)) == (400, reason)

    def test_types_of_entries(self, talk: Talk) -> None:
        assert _refusal(lambda: talk.say(b"", entry_type="x" * 256))[0] == 400


def test_an_entry_is_what_the_wire_says() -> None:
    entry = ChannelEntry.from_json(b'{"sequence":1,"payload":[1],"type":"end","error":"subscriber disconnected"}')
    assert entry.payload == b"\x01"
    assert (entry.type, entry.error) == ("end", "subscriber disconnected")


def _refusal(use: Callable[[], object]) -> tuple[int, str]:
    with pytest.raises(Refused) as refused:
        use()
    return refused.value.status, refused.value.message
