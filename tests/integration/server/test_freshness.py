"""Fresh messages: who asks for them, what is refused, and how the client follows."""

import asyncio
import json
from contextlib import aclosing
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from colonysdk import messages
from colonysdk.client import ColonyClient
from colonysdk.envelope import decode_reply, encode_request
from colonysdk.errors import Refused
from colonysdk.freshness import REFUSAL, stamp
from colonysdk.identity import Identity
from colonysdk.objects import Colony, Failure, User
from tests.support.server import ColonyKeys, RunningServer
from tests.support.specifications import specification


def _set(server: RunningServer, colony: ColonyKeys, policy: str) -> None:
    """Set the policy with a message that is fresh, whatever the policy was."""
    message = messages.SetFreshness(colony_name=colony.name, policy=policy)
    assert _status(server, message.payload_type, stamp(message.encode()), colony.owner) == 200


def _post(server: RunningServer, payload_type: str, message_json: bytes, identity: Identity) -> httpx.Response:
    return server.post(encode_request(payload_type, message_json, identity))


def _status(server: RunningServer, payload_type: str, message_json: bytes, identity: Identity) -> int:
    return _post(server, payload_type, message_json, identity).status_code


def _reason(server: RunningServer, message_json: bytes, identity: Identity) -> str:
    reply = decode_reply(_post(server, "getcolonystatsmsg", message_json, identity).content)
    return Failure.from_json(reply.payload_json).message if reply.error else ""


def _asking(colony: ColonyKeys) -> bytes:
    return messages.GetColonyStatistics(colony_name=colony.name).encode()


class TestPolicies:
    def test_off_lets_everything_pass(self, server: RunningServer, colony: ColonyKeys) -> None:
        stale = stamp(_asking(colony), datetime(2020, 1, 1, tzinfo=UTC))
        assert [_reason(server, stale, colony.user) for _ in range(2)] == ["", ""]

    def test_required_lets_each_fresh_message_pass_once(self, server: RunningServer, colony: ColonyKeys) -> None:
        _set(server, colony, "required")
        assert "requires a timestamp and a nonce" in _reason(server, _asking(colony), colony.user)
        recorded = stamp(_asking(colony))
        assert _reason(server, recorded, colony.user) == ""
        assert "received before" in _reason(server, recorded, colony.user)
        assert _reason(server, stamp(_asking(colony)), colony.user) == ""

    def test_when_present_checks_what_is_there(self, server: RunningServer, colony: ColonyKeys) -> None:
        _set(server, colony, "when-present")
        assert _reason(server, _asking(colony), colony.user) == ""
        recorded = stamp(_asking(colony))
        assert _reason(server, recorded, colony.user) == ""
        assert "received before" in _reason(server, recorded, colony.user)

    def test_off_again(self, server: RunningServer, colony: ColonyKeys) -> None:
        _set(server, colony, "required")
        _set(server, colony, "off")
        assert _reason(server, _asking(colony), colony.user) == ""

    def test_a_nonce_belongs_to_its_identity(self, server: RunningServer, colony: ColonyKeys) -> None:
        _set(server, colony, "required")
        recorded = stamp(_asking(colony))
        assert _reason(server, recorded, colony.user) == ""
        assert _reason(server, recorded, colony.executor) == ""

    @pytest.mark.parametrize("seconds", [-3600, -62, 62, 3600])
    def test_a_clock_that_is_wrong_is_told_by_how_much(
        self, server: RunningServer, colony: ColonyKeys, seconds: int
    ) -> None:
        _set(server, colony, "required")
        reason = _reason(server, stamp(_asking(colony), datetime.now(UTC) + timedelta(seconds=seconds)), colony.user)
        assert reason.startswith(REFUSAL)
        told = int(reason.split("its time is ")[1].split(" s ")[0])
        assert abs(told - abs(seconds)) <= 5
        assert ("behind" if seconds < 0 else "ahead of") in reason

    @pytest.mark.parametrize("seconds", [-50, 50])
    def test_a_little_off_is_fresh(self, server: RunningServer, colony: ColonyKeys, seconds: int) -> None:
        _set(server, colony, "required")
        stamped = stamp(_asking(colony), datetime.now(UTC) + timedelta(seconds=seconds))
        assert _reason(server, stamped, colony.user) == ""

    def test_stamps_that_cannot_be_read(self, server: RunningServer, colony: ColonyKeys) -> None:
        _set(server, colony, "required")
        message = {"msgtype": "getcolonystatsmsg", "colonyname": colony.name, "timestamp": "now", "nonce": "a" * 32}
        assert _status(server, "getcolonystatsmsg", json.dumps(message).encode(), colony.user) == 400

    async def test_of_equal_messages_at_once_one_passes(self, server: RunningServer, colony: ColonyKeys) -> None:
        _set(server, colony, "required")
        body = encode_request("getcolonystatsmsg", stamp(_asking(colony)), colony.user)
        async with httpx.AsyncClient(verify=False) as client:
            replies = await asyncio.gather(*(client.post(f"{server.url}/api", content=body) for _ in range(10)))
        assert sorted(reply.status_code for reply in replies) == [200] + [403] * 9

    def test_policies_and_nonces_outlive_a_restart(self, tmp_path_factory: pytest.TempPathFactory) -> None:
        with RunningServer(tmp_path_factory.mktemp("restarted")) as server:
            colony = server.new_colony()
            _set(server, colony, "required")
            recorded = stamp(_asking(colony))
            assert _reason(server, recorded, colony.user) == ""
            server.restart()
            assert "received before" in _reason(server, recorded, colony.user)
            assert "requires" in _reason(server, _asking(colony), colony.user)


class TestWho:
    def test_the_strictest_of_a_keys_colonies_counts(self, server: RunningServer, colony: ColonyKeys) -> None:
        other = server.new_colony()
        user = User(colony_name=other.name, user_id=colony.user.id, name="also-alice")
        server.send(messages.AddUser(user=user), other.owner)
        _set(server, other, "required")
        assert "requires" in _reason(server, _asking(colony), colony.user)
        assert _reason(server, _asking(colony), colony.executor) == ""

    def test_the_owner_too(self, server: RunningServer, colony: ColonyKeys) -> None:
        _set(server, colony, "required")
        message = messages.PauseAssignments(colony_name=colony.name)
        assert _status(server, message.payload_type, message.encode(), colony.owner) == 403
        assert _status(server, message.payload_type, stamp(message.encode()), colony.owner) == 200

    def test_only_the_owner_sets_it_and_only_members_may_know(self, server: RunningServer, colony: ColonyKeys) -> None:
        reading = messages.GetFreshness(colony_name=colony.name)
        for identity in (colony.owner, colony.user, colony.executor):
            assert server.send(reading, identity).policy == "off"
        for identity in (Identity.generate(), server.new_colony().user):
            with pytest.raises(Refused) as refusal:
                server.send(reading, identity)
            assert refusal.value.status == 403
        for identity in (colony.user, Identity.generate(), server.new_colony().owner):
            with pytest.raises(Refused) as refusal:
                server.send(messages.SetFreshness(colony_name=colony.name, policy="off"), identity)
            assert refusal.value.status == 403
        with pytest.raises(Refused) as refusal:
            server.send(messages.SetFreshness(colony_name=colony.name, policy="maybe"), colony.owner)
        assert refusal.value.status == 400

    def test_a_colony_of_the_same_name_starts_anew(self, server: RunningServer, colony: ColonyKeys) -> None:
        _set(server, colony, "required")
        server.send(messages.RemoveColony(colony_name=colony.name), server.server_owner)
        again = Colony(colony_id=colony.owner.id, name=colony.name)
        server.send(messages.AddColony(colony=again), server.server_owner)
        assert server.send(messages.GetFreshness(colony_name=colony.name), colony.owner).policy == "off"


class TestClient:
    async def test_it_follows_what_the_colony_requires(self, server: RunningServer, colony: ColonyKeys) -> None:
        _set(server, colony, "required")
        async with colony.client() as alice, colony.client(colony.executor) as worker:
            process = await alice.submit(specification(colony))
            assigned = await worker.assign(5)
            assert assigned is not None
            await worker.close(process.process_id)
            assert alice.sends_stamps

    async def test_its_subscriptions_too(self, server: RunningServer, colony: ColonyKeys) -> None:
        _set(server, colony, "required")
        async with (
            ColonyClient(colony.url, colony.user, colony.name) as client,
            aclosing(client.events(timeout_seconds=30)) as frames,
            asyncio.timeout(10),
        ):
            assert (await anext(frames)).events == []

    async def test_a_subscription_without_a_stamp_is_refused(self, server: RunningServer, colony: ColonyKeys) -> None:
        _set(server, colony, "required")
        async with ColonyClient(colony.url, colony.user, colony.name) as client:
            client.sends_stamps = False
            client._extensions = frozenset()
            with pytest.raises(Refused, match="requires a timestamp"):
                await anext(client.events(timeout_seconds=30))

    async def test_nothing_is_stamped_where_nothing_is_required(self, colony: ColonyKeys) -> None:
        async with colony.client() as alice:
            await alice.submit(specification(colony))
            assert not alice.sends_stamps
