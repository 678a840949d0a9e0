"""Why a process waits: every condition of assignment with its verdict and one sentence.

The words are those of the terminal interface, which explains by itself where a server does not.
"""

from collections.abc import Iterator
from datetime import timedelta

from colonysdk.objects import ProcessState, Reason
from colonysdk.units import format_duration
from colonyserver.clock import NANOSECONDS
from colonyserver.services.candidate_reasons import candidate_reasons
from colonyserver.services.waiting_facts import WaitingFacts


def waiting_reasons(facts: WaitingFacts) -> list[Reason]:
    """The conditions in the order in which one would check them."""
    return [_colony(facts), _parents(facts), *candidate_reasons(facts), _line(facts), *_deadline(facts)]


def _colony(facts: WaitingFacts) -> Reason:
    name = facts.record.colony_name
    if facts.is_paused:
        return Reason(condition="colony", verdict="no", sentence=f"colony {name} is paused: nothing is assigned")
    return Reason(condition="colony", verdict="ok", sentence=f"colony {name} is accepting assignments")


def _parents(facts: WaitingFacts) -> Reason:
    if not facts.record.wait_for_parents:
        return Reason(condition="parents", verdict="ok", sentence="no unfinished parents")
    named = ", ".join(f"{parent.name} ({ProcessState(parent.state).name.lower()})" for parent in facts.parents)
    sentence = f"waits for parents: {named or 'not yet released by the server'}"
    return Reason(condition="parents", verdict="no", sentence=sentence)


def _line(facts: WaitingFacts) -> Reason:
    # wire: prioritytime is the submission put back by a day for every step of priority.
    priority = (facts.record.submitted_at - facts.record.priority_time) // (86_400 * NANOSECONDS)
    if facts.record.wait_for_parents:
        sentence = f"priority {priority}: not in line before its parents have succeeded"
    elif facts.is_ahead_exact:
        sentence = f"priority {priority}: {_ordinal(facts.ahead + 1)} in line for {facts.record.executor_type}"
    else:
        sentence = f"priority {priority}: behind the first {facts.ahead} in line for {facts.record.executor_type}"
    return Reason(condition="line", verdict="note", sentence=sentence)


def _deadline(facts: WaitingFacts) -> Iterator[Reason]:
    deadline = facts.record.wait_deadline
    if facts.record.retries:
        yield Reason(
            condition="deadline",
            verdict="note",
            sentence=f"in line again after {facts.record.retries} of {_allowed(facts.record.max_retries)} retries,"
            " each after a run passed its time limit",
        )
    if deadline is None:
        sentence = "no wait deadline: it waits for as long as it takes"
        yield Reason(condition="deadline", verdict="note", sentence=sentence)
    elif deadline <= facts.now:
        sentence = "its wait deadline has passed: the server is about to fail it"
        yield Reason(condition="deadline", verdict="no", sentence=sentence)
    else:
        left = format_duration(timedelta(seconds=(deadline - facts.now) // NANOSECONDS))
        yield Reason(condition="deadline", verdict="note", sentence=f"wait deadline in {left}, then it fails")


def _allowed(max_retries: int) -> str:
    return str(max_retries) if max_retries >= 0 else "any number of"


def _ordinal(number: int) -> str:
    if number % 100 in (11, 12, 13):
        return f"{number}th"
    return f"{number}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th') }"
