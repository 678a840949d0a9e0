"""Pieces of wire JSON, put together as text: replies are built from stored columns without parsing them."""

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache
from json.encoder import encode_basestring

from colonysdk.objects import ZERO_TIME

_NANOSECONDS = 10**9
_ZERO = f'"{ZERO_TIME}"'
_BOOLEANS = ("false", "true")


def json_string(text: str) -> str:
    """A text as a JSON string."""
    return encode_basestring(text)


def json_list_of(ids: Iterable[str]) -> str:
    """A list of texts in which nothing needs to be escaped, such as ids, as JSON."""
    quoted = '","'.join(ids)
    return f'["{quoted}"]' if quoted else "[]"


def json_boolean(value: bool | int) -> str:
    """A column of truth as JSON; SQLite gives 0 and 1."""
    return _BOOLEANS[value]


def json_time(nanoseconds: int | None) -> str:
    """A moment as the wire has it: UTC, microseconds without trailing zeros; zero time for None."""
    if nanoseconds is None:
        return _ZERO
    seconds, rest = divmod(nanoseconds, _NANOSECONDS)
    microseconds = rest // 1000
    if not microseconds:
        return f'"{_second(seconds)}Z"'
    return f'"{_second(seconds)}.{f"{microseconds:06}".rstrip("0")}Z"'


@lru_cache(maxsize=4096)
def _second(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S")
