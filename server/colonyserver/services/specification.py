"""Specifications as they are stored: checked, and in the form in which every reply shows them."""

from typing import NamedTuple

from colonysdk.objects import MAX_PRIORITY, FunctionSpec
from colonysdk.units import format_cpu, parse_cpu, parse_memory
from colonyserver.errors import Invalid
from colonyserver.requirements import Requirement, targets_of

_MAX_TARGETS = 1000
_MEBIBYTE = 1024 * 1024


class StoredSpec(NamedTuple):
    """A specification in its stored form, and what it requires of an executor."""

    spec: FunctionSpec
    requirement: Requirement


def stored_spec(spec: FunctionSpec) -> StoredSpec:
    """Check a specification and give it its stored form; raises Invalid (wire: 400).

    wire: cpu reads back as millicores, memory and storage as whole MiB, and the names ["*"] as none.
    """
    if not -MAX_PRIORITY <= spec.priority <= MAX_PRIORITY:
        raise Invalid(f"Failed to submit, the priority must lie between {-MAX_PRIORITY} and {MAX_PRIORITY}")
    conditions = spec.conditions
    targets = targets_of(conditions.executor_names)
    if len(targets) > _MAX_TARGETS:
        raise Invalid(f"Failed to submit, more than {_MAX_TARGETS} executor names are given")
    try:
        cpu = parse_cpu(conditions.cpu)
        mem = parse_memory(conditions.mem)
        storage = parse_memory(conditions.storage)
        gpu_mem = parse_memory(conditions.gpu.mem)
    except ValueError as error:
        raise Invalid(f"Failed to submit, {error}") from None
    stored_conditions = conditions.model_copy(
        update={
            "executor_names": None if conditions.executor_names is None else list(targets),
            "cpu": format_cpu(cpu),
            "mem": _whole_mebibytes(mem),
            "storage": _whole_mebibytes(storage),
            "gpu": conditions.gpu.model_copy(update={"mem": _whole_mebibytes(gpu_mem)}),
        }
    )
    requirement = Requirement(
        conditions.colony_name, conditions.executor_type, targets, conditions.location_name.lower(), cpu, mem
    )
    return StoredSpec(spec.model_copy(update={"conditions": stored_conditions}), requirement)


def _whole_mebibytes(size_bytes: int) -> str:
    """wire: memory is truncated to MiB; what is less than one must not read as none."""
    mebibytes = size_bytes // _MEBIBYTE
    return f"{mebibytes or (1 if size_bytes else 0)}Mi"
