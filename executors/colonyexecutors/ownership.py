"""Whether an assignment still holds: what the server says about a process that this executor runs."""

from functools import partial

from colonyexecutors.delivery import deliver
from colonyexecutors.errors import NotOurs
from colonyexecutors.job import attempt_of
from colonyexecutors.journal import Entry
from colonysdk.client import ColonyClient
from colonysdk.errors import Refused
from colonysdk.objects import Process, ProcessState


async def require_ours(client: ColonyClient, executor_id: str, entry: Entry) -> None:
    """Raise NotOurs when the process was cancelled, taken away, given out again or removed; raises Unreachable, too.

    Refusals that say nothing about the process are raised as they are.
    """
    try:
        process = await client.process(entry.process_id)
    except Refused as refusal:
        if refusal.not_found:
            raise NotOurs("the process was removed") from refusal
        raise
    if not is_ours(process, executor_id, entry.attempt):
        raise NotOurs(f"the process is {process.state.name.lower()} on the server, or another attempt is")


async def confirm_ours(client: ColonyClient, executor_id: str, entry: Entry) -> None:
    """Find out, however long the server is away; raises NotOurs for every refusal."""
    try:
        await deliver(partial(require_ours, client, executor_id, entry))
    except Refused as refusal:
        raise NotOurs(f"the server refuses this executor: {refusal}") from refusal


def is_ours(process: Process, executor_id: str, attempt: str) -> bool:
    """Whether a process runs as this attempt of this executor."""
    running = process.state is ProcessState.RUNNING and process.assigned_executor_id == executor_id
    return running and attempt_of(process) == attempt
