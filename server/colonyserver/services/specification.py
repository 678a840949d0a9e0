"""Specifications as they are stored: checked, and in the form in which every reply shows them."""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from colonysdk.objects import MAX_PRIORITY, FunctionSpec
from colonysdk.units import format_cpu, parse_cpu, parse_memory
from colonyserver.errors import Invalid
from colonyserver.requirements import Requirement, targets_of
from colonyserver.services.names import check_text

_MAX_TARGETS = 1000
_MAX_CHANNELS = 100
_MAX_AMOUNT_LENGTH = 64
_MEBIBYTE = 1024 * 1024


def normalise(spec: FunctionSpec) -> Requirement:
    """Check a specification and bring it into its stored form, in place; returns what it requires of an executor.

    Raises Invalid (wire: 400). wire: cpu reads back as millicores, memory and storage as whole MiB, and the executor
    names ["*"] as none.
    """
    if not -MAX_PRIORITY <= spec.priority <= MAX_PRIORITY:
        raise Invalid(f"Failed to submit, the priority must lie between {-MAX_PRIORITY} and {MAX_PRIORITY}")
    conditions = spec.conditions
    targets = targets_of(conditions.executor_names)
    if len(targets) > _MAX_TARGETS:
        raise Invalid(f"Failed to submit, more than {_MAX_TARGETS} executor names are given")
    _check_channels(spec.channels or ())
    cpu = _cpu(conditions.cpu)
    mem = _memory(conditions.mem)
    conditions.cpu = cpu.wire_form
    conditions.mem = mem.wire_form
    conditions.storage = _memory(conditions.storage).wire_form
    conditions.gpu.mem = _memory(conditions.gpu.mem).wire_form
    if conditions.executor_names is not None:
        conditions.executor_names = [*targets]
    return Requirement(
        conditions.colony_name,
        conditions.executor_type,
        targets,
        conditions.location_name.lower(),
        cpu.amount,
        mem.amount,
    )


def _check_channels(names: Sequence[str]) -> None:
    if len(names) > _MAX_CHANNELS:
        raise Invalid(f"Failed to submit, more than {_MAX_CHANNELS} channels are given")
    for name in names:
        if not name:
            raise Invalid("Failed to submit, the name of a channel is empty")
        check_text(name, "name of a channel")


class _Amount(NamedTuple):
    """A resource as a number (millicores or bytes) and as it reads back."""

    amount: int
    wire_form: str


# Jobs come in few sizes: reading each of them once saves a tenth of a submit.
@lru_cache(maxsize=1024)
def _cpu(text: str) -> _Amount:
    try:
        millicores = parse_cpu(_bounded(text))
    except ValueError as error:
        raise Invalid(f"Failed to submit, {error}") from None
    return _Amount(millicores, format_cpu(millicores))


@lru_cache(maxsize=1024)
def _memory(text: str) -> _Amount:
    try:
        size_bytes = parse_memory(_bounded(text))
    except ValueError as error:
        raise Invalid(f"Failed to submit, {error}") from None
    # Less than a MiB must not read as none.
    mebibytes = size_bytes // _MEBIBYTE or (1 if size_bytes else 0)
    return _Amount(size_bytes, f"{mebibytes}Mi")


def _bounded(text: str) -> str:
    if len(text) > _MAX_AMOUNT_LENGTH:
        raise ValueError(f"an amount of cpu or memory is longer than {_MAX_AMOUNT_LENGTH} characters")
    return text
