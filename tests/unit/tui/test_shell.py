"""Where a shell can be opened beside a program, and why not elsewhere."""

import pytest

from colonysdk.objects import FunctionSpec, Process, ProcessState
from colonytui.processes.entering import letting_in
from colonytui.processes.shell import why_no_shell


def process(state: ProcessState = ProcessState.RUNNING, channels: list[str] | None = None) -> Process:
    return Process(
        process_id="0" * 56 + "a91f03c2", initiator_id="alice", state=state, spec=FunctionSpec(channels=channels)
    )


@pytest.mark.parametrize(
    ("state", "channels", "user", "reason"),
    [
        (ProcessState.RUNNING, ["talk", "exec"], "alice", None),
        (ProcessState.RUNNING, ["exec"], "bob", "Only who submitted a process"),
        (ProcessState.RUNNING, ["talk"], "alice", "Process a91f03c2 lets nobody in"),
        (ProcessState.RUNNING, None, "alice", "submit it with --exec"),
        (ProcessState.WAITING, ["exec"], "alice", "Process a91f03c2 waits"),
        (ProcessState.SUCCESS, ["exec"], "alice", "Process a91f03c2 has ended"),
        (ProcessState.CANCELLED, ["exec"], "alice", "Process a91f03c2 has ended"),
    ],
)
def test_says_why_there_can_be_no_shell(
    state: ProcessState, channels: list[str] | None, user: str, reason: str | None
) -> None:
    said = why_no_shell(process(state, channels), user)
    assert said is None if reason is None else reason in (said or "")


def test_a_specification_declares_the_channel_once() -> None:
    once = letting_in(FunctionSpec(channels=["talk"]))
    assert (once.channels, letting_in(once).channels) == (["talk", "exec"], ["talk", "exec"])
    assert letting_in(FunctionSpec()).channels == ["exec"]
