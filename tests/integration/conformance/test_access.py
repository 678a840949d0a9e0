"""Who is let in, and what is taken for a request of somebody."""

import base64
import json

from crypto import Crypto, N

from tests.support.protocol.answers import open_answer, post_to
from tests.support.pycolonies_site import WAITING, Site, error


def test_a_pending_executor_is_no_member(site: Site) -> None:
    pending = site.add_executor("pending", approve=False)
    words = f"Access denied, not a member of Colony with name <{site.colony}>"
    assert error(site.client.assign, site.colony, -1, pending) == words
    assert site.refusal("assignprocessmsg", pending, colonyname=site.colony, timeout=-1) == (403, words)


def test_processes_are_listed_for_members_and_not_for_the_key_of_the_colony(site: Site) -> None:
    submitted = site.submit()
    assert site.listed(WAITING) == [submitted.processid]
    listing = {"colonyname": site.colony, "count": 100, "state": WAITING}
    status, words = site.refusal("getprocessesmsg", site.owner_key, **listing)
    assert status == 403
    assert error(site.client.list_processes, site.colony, 100, WAITING, site.owner_key) == words


def test_a_signed_message_of_an_unknown_type_is_refused(site: Site) -> None:
    refused = site.refusal("makecoffeemsg", site.user_key, colonyname=site.colony)
    assert refused == (403, "invalid rpcMsg.PayloadType: makecoffeemsg")


def test_of_two_equivalent_signatures_only_the_canonical_one_is_accepted(site: Site) -> None:
    message = json.dumps({"msgtype": "getcolonymsg", "colonyname": site.colony})
    payload = base64.b64encode(message.encode()).decode()
    signature = Crypto().sign(payload, site.user_key)
    post = post_to(site.server)
    statuses = []
    for sent in (signature, _with_high_s(signature)):
        envelope = {"payloadtype": "getcolonymsg", "payload": payload, "signature": sent}
        statuses.append(open_answer(*post(json.dumps(envelope).encode())).status)
    assert statuses == [200, 403]


def test_the_members_are_told_to_members(site: Site) -> None:
    assert [user["name"] for user in site.client.get_users(site.colony, site.user_key)] == ["alice"]
    executors = site.client.list_executors(site.colony, site.user_key)
    assert [(executor["executorname"], executor["state"]) for executor in executors] == [("worker", 1)]
    assert "not a member" in error(site.client.list_executors, site.colony, site.owner_key)


def _with_high_s(signature: str) -> str:
    """The other signature of the same text by the same key: -s in place of s, and so the other recovery bit."""
    r, s, recovery = signature[:64], int(signature[64:128], 16), int(signature[128:], 16)
    return f"{r}{N - s:064x}{recovery ^ 1:02x}"
