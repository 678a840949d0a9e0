"""What happens in a colony (extension `events`)."""

from pydantic import Field

from colonysdk.objects.wire import Int64, WireModel, omit_empty


class ColonyEvent(WireModel):
    """Something has changed: `kind` is "process", "members" or "pause".

    "process" names the process, its state, and the executor that has it or had it. "members" is a change of users or
    executors, "pause" one of whether assignments are paused; they say no more than that.
    """

    kind: str = ""
    process_id: str = Field(default="", exclude_if=omit_empty)
    state: Int64 = Field(default=0)
    executor_type: str = Field(default="", exclude_if=omit_empty)
    executor_id: str = Field(default="", exclude_if=omit_empty)


class ColonyEvents(WireModel):
    """Events in the order in which they happened; `cursor` is where to go on after a gap.

    `missed` tells that some before these are lost: what is known has to be read again.
    """

    cursor: str = ""
    missed: bool = False
    events: list[ColonyEvent] = Field(default_factory=list)
