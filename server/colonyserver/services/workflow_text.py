"""The workflow of a cron or a generator, which the wire carries as a text."""

from colonysdk.errors import InvalidMessage
from colonysdk.objects import WorkflowSpec
from colonyserver.errors import Invalid

_MAX_LENGTH = 1024 * 1024


MAX_HANDED_BYTES = 16 * 1024 * 1024
"""What a run can hand to all roots of its workflow together; each of them gets its own copy."""


def read_workflow(text: str, colony_name: str) -> WorkflowSpec:
    """The workflow of a text of JSON, in a colony; one that names no colony gets this one.

    Raises Invalid for what is no workflow, for more than 2^20 characters, and for another colony.
    """
    if len(text) > _MAX_LENGTH:
        raise Invalid(f"workflowspec: it is longer than {_MAX_LENGTH} characters")
    try:
        spec = WorkflowSpec.from_json(text)
    except InvalidMessage as error:
        raise Invalid(f"workflowspec: {error}") from None
    if spec.colony_name not in ("", colony_name):
        raise Invalid("workflowspec: its colonyname must be that of the colony it is added to, or empty")
    spec.colony_name = colony_name
    return spec


def count_roots(spec: WorkflowSpec) -> int:
    """How many functions of a workflow depend on nothing."""
    return sum(not function.conditions.dependencies for function in spec.function_specs)
