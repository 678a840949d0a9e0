"""The registry: every message of the catalogue has its handler, or is one of the subscriptions."""

from colonysdk.messages import catalogue
from colonysdk.objects import Colony
from colonyserver.handlers import catalogue as handler_modules
from colonyserver.handlers.registry import encode, find_handler, null_list
from tests.support.protocol.table import ON_PUBSUB


def test_every_message_has_a_handler() -> None:
    assert handler_modules.__all__
    missing = {payload_type for payload_type in catalogue if find_handler(payload_type) is None}
    assert missing == set(ON_PUBSUB)


def test_unknown_types_have_none() -> None:
    assert find_handler("getnodemsg") is None
    assert find_handler("") is None


def test_replies() -> None:
    assert encode(None) == b"{}"
    assert encode(b"[1]") == b"[1]"
    assert encode(Colony(colony_id="1", name="dev")) == b'{"colonyid":"1","name":"dev"}'


def test_empty_lists_are_null() -> None:
    assert null_list([]) == b"null"
    assert null_list([Colony(name="a"), Colony(name="b")]) == (
        b'[{"colonyid":"","name":"a"},{"colonyid":"","name":"b"}]'
    )
