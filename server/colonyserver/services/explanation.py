"""Explanations: why a process waits, checked against the live executors (extension `explain`)."""

import json

import pydantic_core
from sqlalchemy import Connection

from colonysdk.objects import Candidate, Executor, ExecutorState, Explanation, ProcessState, Reason
from colonysdk.units import format_cpu, format_memory
from colonyserver.access import Caller
from colonyserver.clock import Clock
from colonyserver.errors import NotFound
from colonyserver.requirements import UNLIMITED
from colonyserver.services.changes import requirement_of
from colonyserver.services.offers import Offer, Offers
from colonyserver.services.presence import Presence
from colonyserver.services.waiting_facts import Parent, WaitingFacts, matching_executors
from colonyserver.services.waiting_reasons import waiting_reasons
from colonyserver.storage import colonies
from colonyserver.storage.database import Database
from colonyserver.storage.executors import list_executors
from colonyserver.storage.process_record import ProcessRecord
from colonyserver.storage.processes import find_records
from colonyserver.storage.times import to_datetime
from colonyserver.storage.waiting import count_ahead, count_running

_MOST_PARENTS = 20
_MOST_CANDIDATES = 50


class ExplanationService:
    """Explains."""

    def __init__(self, database: Database, clock: Clock, presence: Presence, offers: Offers) -> None:
        self._database = database
        self._clock = clock
        self._presence = presence
        self._offers = offers

    async def explain(self, caller: Caller, process_id: str) -> Explanation:
        """Why a process is where it is; raises NotFound, Forbidden unless the caller is a member of its colony."""

        def query(connection: Connection) -> Explanation:
            record = find_records(connection, [process_id]).get(process_id)
            if record is None:
                raise NotFound("Failed to explain process, process not found")
            caller.approved_member(record.colony_name)
            if record.state != ProcessState.WAITING:
                return self._explanation(record, [_not_waiting(record)])
            facts = self._facts(connection, record)
            return self._explanation(record, waiting_reasons(facts), _candidates(facts))

        return await self._database.read(query)

    def _facts(self, connection: Connection, record: ProcessRecord) -> WaitingFacts:
        colony_name = record.colony_name
        requirement = requirement_of(record)
        executors = [
            self._heard(executor)
            for executor in list_executors(connection, colony_name)
            if executor.state is not ExecutorState.UNREGISTERED
        ]
        matching = matching_executors(executors, requirement)
        offers = {name: self._offers.latest(colony_name, name) for name in (one.executor_name for one in matching)}
        ahead, is_exact = count_ahead(connection, colony_name, record.executor_type, record.priority_time)
        return WaitingFacts(
            now=self._clock.now(),
            record=record,
            requirement=requirement,
            is_paused=colonies.is_paused(connection, colony_name),
            parents=_unfinished_parents(connection, record) if record.wait_for_parents else (),
            executors=executors,
            offers={name: offer for name, offer in offers.items() if offer is not None},
            running=count_running(connection, colony_name, [one.executor_name for one in matching[:_MOST_CANDIDATES]]),
            ahead=ahead,
            is_ahead_exact=is_exact,
        )

    def _heard(self, executor: Executor) -> Executor:
        heard_at = self._presence.last_heard(executor.colony_name, executor.executor_name)
        if heard_at is None:
            return executor
        return executor.model_copy(update={"last_heard_from_time": to_datetime(heard_at)})

    def _explanation(
        self, record: ProcessRecord, reasons: list[Reason], candidates: list[Candidate] | None = None
    ) -> Explanation:
        return Explanation(
            process_id=record.process_id,
            state=ProcessState(record.state),
            time=to_datetime(self._clock.now()),
            reasons=reasons,
            executors=candidates or [],
        )


def _not_waiting(record: ProcessRecord) -> Reason:
    if record.state == ProcessState.RUNNING:
        sentence = f"it does not wait: {record.executor_name} runs it"
        return Reason(condition="state", verdict="note", sentence=sentence, executor_name=record.executor_name)
    ending = "was cancelled" if record.state == ProcessState.CANCELLED else "has ended"
    return Reason(condition="state", verdict="note", sentence=f"it does not wait: it {ending}")


def _unfinished_parents(connection: Connection, record: ProcessRecord) -> list[Parent]:
    parents = find_records(connection, json.loads(record.parents_json))
    unfinished = [parent for parent in parents.values() if parent.state != ProcessState.SUCCESS]
    return [Parent(_name(parent), parent.state) for parent in unfinished[:_MOST_PARENTS]]


def _name(record: ProcessRecord) -> str:
    name: str = pydantic_core.from_json(record.spec_json).get("nodename", "")
    return name or record.func_name


def _candidates(facts: WaitingFacts) -> list[Candidate]:
    matching = matching_executors(facts.executors, facts.requirement)[:_MOST_CANDIDATES]
    return [
        _candidate(one, facts.offers.get(one.executor_name), facts.running.get(one.executor_name, 0))
        for one in matching
    ]


def _candidate(executor: Executor, offer: Offer | None, running: int) -> Candidate:
    known = Candidate(
        executor_name=executor.executor_name,
        location_name=executor.location_name,
        last_heard_from_time=executor.last_heard_from_time,
        running=running,
    )
    if offer is None:
        return known
    return known.model_copy(
        update={
            "asking": offer.is_asking,
            "offer_time": to_datetime(offer.at),
            "available_cpu": "" if offer.cpu == UNLIMITED else format_cpu(offer.cpu),
            "available_mem": "" if offer.mem == UNLIMITED else format_memory(offer.mem),
        }
    )
