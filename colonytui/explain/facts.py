"""The facts that explanations are drawn from, as far as the store knows them."""

from __future__ import annotations

from colonysdk.objects import ProcessState
from colonytui.explain.findings import ColonyFacts
from colonytui.store.process_list import ListQuery
from colonytui.store.store import Store


def colony_facts(store: Store, colony_name: str, before: ColonyFacts | None = None) -> ColonyFacts:
    """Gather what is known of the colony at this moment; what the facts `before` have worked out is used again."""
    waiting = store.processes(ListQuery(ProcessState.WAITING))
    running = store.processes(ListQuery(ProcessState.RUNNING))
    known = store.snapshot.taken_at is not None
    facts = ColonyFacts(
        now=store.now(),
        colony_name=colony_name,
        paused=store.assignments_paused if known else None,
        executors=store.executors if known else None,
        waiting=waiting.ordered if waiting.is_known else None,
        running=running.ordered if running.is_known else None,
        processes={**waiting.processes, **running.processes},
        running_complete=running.complete,
    )
    if before is not None:
        facts.take_over(before)
    return facts
