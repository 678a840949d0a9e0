"""Specifications as they are stored: checked, and in the form in which every reply shows them."""

from collections.abc import Sequence

from colonysdk.objects import MAX_PRIORITY, FunctionSpec
from colonyserver.errors import Invalid
from colonyserver.requirements import Requirement, targets_of
from colonyserver.services.amounts import read_cpu, read_memory
from colonyserver.services.names import check_text

_MAX_TARGETS = 1000
_MAX_CHANNELS = 100


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
    try:
        cpu, mem = read_cpu(conditions.cpu), read_memory(conditions.mem)
        storage, gpu_mem = read_memory(conditions.storage), read_memory(conditions.gpu.mem)
    except ValueError as error:
        raise Invalid(f"Failed to submit, {error}") from None
    conditions.cpu = cpu.wire_form
    conditions.mem = mem.wire_form
    conditions.storage = storage.wire_form
    conditions.gpu.mem = gpu_mem.wire_form
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
