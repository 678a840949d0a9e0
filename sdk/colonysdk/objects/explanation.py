"""Why a process waits (extension `explain`)."""

from pydantic import Field

from colonysdk.objects.process_state import ProcessState, StateField
from colonysdk.objects.wire import Int64, Timestamp, WireModel, omit_empty


class Reason(WireModel):
    """One condition of assignment: `verdict` is "ok", "no", "unknown", or "note" for what decides nothing by itself.

    `condition` is "colony", "parents", "type", "approval", "names", "location", "cpu", "memory", "alive", "line" or
    "deadline"; `executor_name` is an executor that the sentence is about.
    """

    condition: str = ""
    verdict: str = ""
    sentence: str = ""
    executor_name: str = Field(default="", exclude_if=omit_empty)


class Candidate(WireModel):
    """An approved executor of the right type, name and location, and what it said when it last asked for work.

    `available_cpu` and `available_mem` are empty for no limit; they count only when `offer_time` is set. `asking` tells
    that it waits for work now.
    """

    executor_name: str = ""
    location_name: str = ""
    last_heard_from_time: Timestamp = None
    asking: bool = False
    offer_time: Timestamp = None
    available_cpu: str = ""
    available_mem: str = ""
    running: Int64 = 0


class Explanation(WireModel):
    """Every condition with its verdict, in the order in which one would check them, as of `time`."""

    process_id: str = ""
    state: StateField = ProcessState.WAITING
    time: Timestamp = None
    reasons: list[Reason] = Field(default_factory=list)
    executors: list[Candidate] = Field(default_factory=list)
