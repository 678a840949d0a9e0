"""Generators: workflows that are submitted for packed arguments."""

from colonysdk.objects.wire import Int64, Timestamp, WireModel


class Generator(WireModel):
    """A queue of arguments and the workflow that consumes them.

    A workflow is submitted for every `trigger` arguments, and `timeout` seconds (0 for never) after the last one for
    what there is. `workflow_spec` is a text: the JSON of a WorkflowSpec. `checker_period` in milliseconds.
    """

    generator_id: str = ""
    initiator_id: str = ""
    initiator_name: str = ""
    colony_name: str = ""
    name: str = ""
    workflow_spec: str = ""
    trigger: Int64 = 0
    timeout: Int64 = 0
    first_pack: Timestamp = None
    last_run: Timestamp = None
    queue_size: Int64 = 0
    checker_period: Int64 = 0
