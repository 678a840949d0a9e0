"""Which executors could take a process, and why the others cannot.

GPUs, walltime and registered functions do not decide who gets a process, so they are not given as reasons.
"""

from collections.abc import Callable, Iterator, Sequence

from colonysdk.objects import Executor, ExecutorState, Reason
from colonysdk.units import format_age, format_bytes, format_cpu
from colonyserver.requirements import UNLIMITED
from colonyserver.services.offers import Offer
from colonyserver.services.waiting_facts import WaitingFacts, matching_executors
from colonyserver.storage.times import to_datetime

_SILENT_SECONDS = 180
"""An idle executor asks for work at least every 100 s, so one that is silent for longer is probably gone."""

_MOST_NAMED = 3


def candidate_reasons(facts: WaitingFacts) -> Iterator[Reason]:
    """The conditions that concern executors."""
    wanted = facts.requirement
    of_type = [executor for executor in facts.executors if executor.executor_type == wanted.executor_type]
    if not of_type:
        yield _no_such_type(facts)
        return
    sentence = f"executor type {wanted.executor_type}: {len(of_type)} registered"
    yield Reason(condition="type", verdict="ok", sentence=sentence)
    approved = [executor for executor in of_type if executor.state is ExecutorState.APPROVED]
    yield _approval(of_type, approved)
    named = [executor for executor in approved if not wanted.targets or executor.executor_name in wanted.targets]
    yield _names(facts, named)
    matching = matching_executors(named, wanted)
    yield _location(wanted.location_name, named, matching)
    if not matching:
        return
    yield _resource("cpu", wanted.cpu, matching, facts, lambda offer: offer.cpu, format_cpu)
    yield _resource("memory", wanted.mem, matching, facts, lambda offer: offer.mem, format_bytes)
    yield _alive(matching, facts)


def _no_such_type(facts: WaitingFacts) -> Reason:
    others = ", ".join(sorted({executor.executor_type for executor in facts.executors})[:20]) or "none"
    wanted = facts.requirement.executor_type
    sentence = f'no executor of type "{wanted}" is registered; registered types: {others}'
    return Reason(condition="type", verdict="no", sentence=sentence)


def _approval(of_type: Sequence[Executor], approved: Sequence[Executor]) -> Reason:
    others = [executor for executor in of_type if executor.state is not ExecutorState.APPROVED]
    states = ", ".join(f"{one.executor_name} is {one.state.name.lower()}" for one in others[:_MOST_NAMED])
    return Reason(
        condition="approval",
        verdict="ok" if approved else "no",
        sentence=f"approved: {len(approved)} of {len(of_type)}" + (f"; {states}" if states else ""),
        executor_name=others[0].executor_name if others else "",
    )


def _names(facts: WaitingFacts, named: Sequence[Executor]) -> Reason:
    targets = facts.requirement.targets
    if not targets:
        return Reason(condition="names", verdict="ok", sentence="names: any executor of the type")
    if named:
        names = ", ".join(executor.executor_name for executor in named)
        return Reason(condition="names", verdict="ok", sentence=f"names: {names} may take it")
    reasons = ", ".join(_why_not(name, facts) for name in targets[:5])
    return Reason(condition="names", verdict="no", sentence=f"none of the named executors may take it: {reasons}")


def _why_not(name: str, facts: WaitingFacts) -> str:
    executor = next((executor for executor in facts.executors if executor.executor_name == name), None)
    if executor is None:
        return f"{name} is not registered"
    if executor.executor_type != facts.requirement.executor_type:
        return f"{name} is of type {executor.executor_type}"
    return f"{name} is {executor.state.name.lower()}"


def _location(wanted: str, named: Sequence[Executor], located: Sequence[Executor]) -> Reason:
    if not wanted:
        return Reason(condition="location", verdict="ok", sentence="location: none required")
    if located:
        noun = "matching executor" if len(located) == 1 else "matching executors"
        return Reason(condition="location", verdict="ok", sentence=f"location {wanted}: {len(located)} {noun}")
    if not named:
        return Reason(condition="location", verdict="note", sentence=f"location {wanted}: nobody left to look at")
    places = ", ".join(
        f"{executor.executor_name} is at {executor.location_name or 'no location'}" for executor in named[:_MOST_NAMED]
    )
    return Reason(condition="location", verdict="no", sentence=f"no matching executor is at {wanted}: {places}")


def _resource(
    noun: str,
    wanted: int,
    matching: Sequence[Executor],
    facts: WaitingFacts,
    amount_of: Callable[[Offer], int],
    shown: Callable[[int], str],
) -> Reason:
    """Compare with what executors had free when they last asked."""
    if not wanted:
        return Reason(condition=noun, verdict="ok", sentence=f"{noun}: none required")
    offers = {
        one.executor_name: facts.offers[one.executor_name] for one in matching if one.executor_name in facts.offers
    }
    amounts = {name: amount_of(offer) for name, offer in offers.items()}
    if not amounts:
        sentence = f"{noun} {shown(wanted)}: no matching executor has asked this server for work yet"
        return Reason(condition=noun, verdict="unknown", sentence=sentence)
    most, name = max((amount, name) for name, amount in amounts.items())
    offered = "no limit" if most == UNLIMITED else shown(most)
    age = format_age(to_datetime(offers[name].at), to_datetime(facts.now))
    if most >= wanted:
        sentence = f"{noun} {shown(wanted)}: {name} offered {offered} when it last asked, {age} ago"
        return Reason(condition=noun, verdict="ok", sentence=sentence, executor_name=name)
    sentence = (
        f"{noun} {shown(wanted)}: no matching executor offers as much; the most is {offered} of {name}, {age} ago"
    )
    is_everyone = len(amounts) == len(matching)
    return Reason(condition=noun, verdict="no" if is_everyone else "unknown", sentence=sentence, executor_name=name)


def _alive(matching: Sequence[Executor], facts: WaitingFacts) -> Reason:
    latest = max(
        matching, key=lambda one: (at.timestamp() if (at := one.last_heard_from_time) else 0, one.executor_name)
    )
    heard = latest.last_heard_from_time
    if heard is None:
        names = ", ".join(executor.executor_name for executor in matching[:_MOST_NAMED])
        return Reason(condition="alive", verdict="no", sentence=f"never asked for work: {names}")
    now = to_datetime(facts.now)
    assert now is not None
    age, name = format_age(heard, now), latest.executor_name
    if (now - heard).total_seconds() <= _SILENT_SECONDS:
        return Reason(condition="alive", verdict="ok", sentence=f"alive: {name} heard {age} ago", executor_name=name)
    if any(facts.running.get(executor.executor_name) for executor in matching):
        sentence = f"alive: nobody heard for {age}, but executors may be silent while they work"
        return Reason(condition="alive", verdict="unknown", sentence=sentence, executor_name=name)
    sentence = f"alive: nobody heard for {age}, last {name}"
    return Reason(condition="alive", verdict="no", sentence=sentence, executor_name=name)
