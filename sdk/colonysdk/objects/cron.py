"""Crons: workflows that are submitted again and again."""

from colonysdk.objects.wire import Int64, Timestamp, WireModel


class Cron(WireModel):
    """A schedule and the workflow that it submits.

    `interval` in seconds, -1 to go by `cron_expression`; `random` makes it the longest of random intervals.
    `workflow_spec` is a text: the JSON of a WorkflowSpec. `checker_period` in milliseconds.
    """

    cron_id: str = ""
    initiator_id: str = ""
    initiator_name: str = ""
    colony_name: str = ""
    name: str = ""
    cron_expression: str = ""
    interval: Int64 = 0
    random: bool = False
    next_run: Timestamp = None
    last_run: Timestamp = None
    workflow_spec: str = ""
    prev_process_graph_id: str = ""
    wait_for_prev_process_graph: bool = False
    checker_period: Int64 = 0

    @classmethod
    def __pydantic_on_complete__(cls) -> None:
        """Collect the accepted spellings; wire: pycolonies leaves the last letter of one name out."""
        super().__pydantic_on_complete__()
        cls._known_names = {**cls._known_names, "waitforprevprocessgrap": "waitforprevprocessgraph"}
