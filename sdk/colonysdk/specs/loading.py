"""Checked specifications turned into wire objects that mean the same on every server."""

import re

from colonysdk.errors import InvalidSpec
from colonysdk.objects.specification import FunctionSpec
from colonysdk.specs.checking import check_spec
from colonysdk.specs.reading import read_spec
from colonysdk.units import format_cpu, format_memory, parse_cpu, parse_memory

_PORTABLE_CPU = re.compile(r"[0-9]+m|")
_PORTABLE_MEMORY = re.compile(r"[0-9]+(Ki|Mi|Gi|KiB|MiB|GiB|TiB|K|M|G)|")


def load_spec(text: str, *, colony_name: str) -> FunctionSpec:
    """Return the specification that a JSON or YAML text holds, ready to be submitted to a colony.

    Raises InvalidSpec with all errors at once.
    """
    return build_spec(read_spec(text), colony_name=colony_name)


def build_spec(data: object, *, colony_name: str) -> FunctionSpec:
    """Return the wire object of a value from `read_spec`; raises InvalidSpec with all errors at once.

    Names the colony where the specification names none; absent or 0, the time limits become -1, no limit, as the
    reference command line has it; amounts that the reference server misreads ("2" cores, "10GB") are rewritten.
    """
    errors = [problem for problem in check_spec(data) if problem.severity == "error"]
    if errors:
        raise InvalidSpec(errors)
    spec = FunctionSpec.model_validate(data)
    spec.max_wait_time = spec.max_wait_time or -1
    spec.max_exec_time = spec.max_exec_time or -1
    conditions = spec.conditions
    conditions.colony_name = conditions.colony_name or colony_name
    conditions.cpu = _portable_cpu(conditions.cpu)
    conditions.mem = _portable_memory(conditions.mem)
    conditions.storage = _portable_memory(conditions.storage)
    conditions.gpu.mem = _portable_memory(conditions.gpu.mem)
    return spec


def _portable_cpu(text: str) -> str:
    return text if _PORTABLE_CPU.fullmatch(text) else format_cpu(parse_cpu(text))


def _portable_memory(text: str) -> str:
    return text if _PORTABLE_MEMORY.fullmatch(text) else format_memory(parse_memory(text))
