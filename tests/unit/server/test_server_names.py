"""What a name, a short text and an identity may be."""

import pytest

from colonyserver.errors import Invalid
from colonyserver.services.names import check_identity, check_member_id, check_name, check_text


@pytest.mark.parametrize("name", ["dev", "åäö", "a b", "x" * 255, "a.b-c_d/e@f", "东京"])
def test_good_names(name: str) -> None:
    check_name(name, "name")


@pytest.mark.parametrize("name", ["", "a:b", ":", "a\nb", "a\x00", "\x1b[31m", "x" * 256, "\u2028", "\u202e"])
def test_bad_names(name: str) -> None:
    with pytest.raises(Invalid, match="colony name"):
        check_name(name, "colony name")


def test_short_texts_may_be_empty_and_hold_colons() -> None:
    check_text("", "email address")
    check_text("tel:+46", "phone number")
    with pytest.raises(Invalid):
        check_text("a\tb", "phone number")


@pytest.mark.parametrize("identity", ["", "a" * 63, "a" * 65, "g" * 64, "A" * 64, "é" * 64])
def test_bad_identities(identity: str) -> None:
    with pytest.raises(Invalid):
        check_identity(identity, "colony id")


def test_member_ids_are_not_measured() -> None:
    check_identity("0123456789abcdef" * 4, "colony id")
    check_member_id("short", "user id")
    for identity in ("", "a\x00b"):
        with pytest.raises(Invalid):
            check_member_id(identity, "user id")
