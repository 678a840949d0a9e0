"""Cursors: where the next page of a query begins, as a text that only the same query takes back."""

import base64
import hashlib
import re

from colonyserver.errors import Invalid
from colonyserver.storage.process_criteria import Criteria, Place

_FORM = re.compile(r"([0-9a-f]{16})\.(-?[0-9]{1,19})\.([0-9A-Za-z-]{1,64})")


def encode_cursor(criteria: Criteria, place: Place) -> str:
    """The cursor of what comes after a place."""
    text = f"{_fingerprint(criteria)}.{place.rank}.{place.process_id}"
    return base64.urlsafe_b64encode(text.encode()).decode()


def decode_cursor(criteria: Criteria, cursor: str) -> Place:
    """The place that a cursor stands for; raises Invalid for one of another query, or none at all."""
    try:
        match = _FORM.fullmatch(base64.b64decode(cursor, altchars=b"-_", validate=True).decode())
    except ValueError:
        match = None
    if match is None:
        raise Invalid("The cursor is none that this server has given; leave it out to start from the first page")
    fingerprint, rank, process_id = match.groups()
    if fingerprint != _fingerprint(criteria):
        raise Invalid("The cursor belongs to a query with other conditions; leave it out to start from the first page")
    if not -(2**63) <= int(rank) < 2**63:
        raise Invalid("The cursor is none that this server has given; leave it out to start from the first page")
    return Place(int(rank), process_id)


def _fingerprint(criteria: Criteria) -> str:
    return hashlib.blake2b(repr(tuple(criteria)).encode(), digest_size=8).hexdigest()
