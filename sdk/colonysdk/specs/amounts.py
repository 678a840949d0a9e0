"""Checkers of amounts of cpu and memory."""

from collections.abc import Callable, Iterator

from colonysdk.errors import Problem
from colonysdk.specs.shapes import shown, wrong_type
from colonysdk.units import CPU_FORM, MEMORY_FORM, parse_cpu, parse_memory


def cpu(value: object, path: str) -> Iterator[Problem]:
    """Check an amount of cpu."""
    yield from _amount(value, path, parse_cpu, "cpu", CPU_FORM)


def memory(value: object, path: str) -> Iterator[Problem]:
    """Check an amount of memory or storage."""
    yield from _amount(value, path, parse_memory, "memory", MEMORY_FORM)


def _amount(value: object, path: str, parse: Callable[[str], int], kind: str, form: str) -> Iterator[Problem]:
    if not isinstance(value, str):
        yield wrong_type(path, value, form)
        return
    try:
        parse(value)
    except ValueError:
        is_negative = value.strip().startswith("-")
        yield Problem(path, f"{shown(value)} is {'negative' if is_negative else f'not an amount of {kind}'}", form)
