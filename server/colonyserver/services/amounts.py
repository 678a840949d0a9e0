"""Amounts of cpu and memory in requests: jobs and executors come in few sizes, each of which is read once."""

from functools import lru_cache
from typing import NamedTuple

from colonysdk.units import format_cpu, parse_cpu, parse_memory

_MAX_LENGTH = 64
_MEBIBYTE = 1024 * 1024


class Amount(NamedTuple):
    """A resource as a number (millicores or bytes) and as it reads back."""

    amount: int
    wire_form: str


@lru_cache(maxsize=1024)
def read_cpu(text: str) -> Amount:
    """An amount of cpu; raises ValueError with the accepted form. wire: it reads back as millicores."""
    millicores = parse_cpu(_bounded(text))
    return Amount(millicores, format_cpu(millicores))


@lru_cache(maxsize=1024)
def read_memory(text: str) -> Amount:
    """An amount of memory; raises ValueError with the accepted form. wire: it reads back as whole MiB."""
    size_bytes = parse_memory(_bounded(text))
    # Less than a MiB must not read as none.
    mebibytes = size_bytes // _MEBIBYTE or (1 if size_bytes else 0)
    return Amount(size_bytes, f"{mebibytes}Mi")


def _bounded(text: str) -> str:
    if len(text) > _MAX_LENGTH:
        raise ValueError(f"an amount of cpu or memory is longer than {_MAX_LENGTH} characters")
    return text
