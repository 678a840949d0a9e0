"""Which executors may take a process: the rules that narrow them down, and what is known about those left.

GPUs, walltime and registered functions do not decide who gets a process, so they are not given as reasons.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from colonysdk.objects import Executor, ExecutorState, Hardware, Process
from colonysdk.units import format_age, format_bytes, format_cpu, parse_cpu, parse_memory
from colonytui.explain.findings import ColonyFacts, Finding, Link, Remedy, Verdict, plural
from colonytui.explain.told import told_alive, told_candidates, told_resource

SILENT_AFTER = timedelta(minutes=3)
"""An idle executor asks for work at least every 100 s, so one that is silent for longer is probably gone."""


@dataclass(frozen=True)
class Candidates:
    """The executors that pass type, approval, names and location, and the findings on the way to them."""

    findings: tuple[Finding, ...]
    executors: Sequence[Executor] = ()


def find_candidates(process: Process, facts: ColonyFacts) -> Candidates:
    """Narrow the colony's executors down to those that may take the process."""
    conditions = process.spec.conditions
    wanted_type = conditions.executor_type
    if not wanted_type:
        sentence = "it names no executor type, and executors only take processes of their own type"
        return Candidates((Finding(Verdict.BAD, sentence, short="names no executor type"),))
    if facts.executors is None:
        return Candidates(
            (Finding(Verdict.UNKNOWN, "which executors there are is not known", short="executors unknown"),)
        )
    of_type = facts.executors_by_type.get(wanted_type, ())
    if not of_type:
        return Candidates((_no_such_type(wanted_type, facts),))
    findings = [Finding(Verdict.OK, f"executor type {wanted_type}: {len(of_type)} registered")]
    approved = [executor for executor in of_type if executor.state is ExecutorState.APPROVED]
    findings.append(_approval(wanted_type, of_type, approved))
    named = _named(conditions.executor_names, approved)
    findings.append(_names(conditions.executor_names, named, process, facts))
    located = [
        executor for executor in named if conditions.location_name.casefold() in ("", executor.location_name.casefold())
    ]
    findings.append(_location(conditions.location_name, named, located))
    return Candidates(tuple(findings), located)


def check_candidates(process: Process, candidates: Sequence[Executor], facts: ColonyFacts) -> Iterator[Finding]:
    """Yield what is known about the resources, the silence and the work of the executors that may take the process."""
    conditions = process.spec.conditions
    cpu, memory = _amount(conditions.cpu, parse_cpu) or 0, _amount(conditions.mem, parse_memory) or 0
    if cpu:
        yield told_resource("cpu", facts) or _resource("cpu", cpu, candidates, _offered_cpu, format_cpu)
    if memory:
        yield told_resource("memory", facts) or _resource("memory", memory, candidates, _offered_memory, format_bytes)
    if not cpu and not memory:
        yield Finding(Verdict.OK, "cpu and memory: none required")
    yield told_alive(facts) or _alive(candidates, facts)
    yield told_candidates(facts) or _busy(candidates, facts)


def _no_such_type(wanted_type: str, facts: ColonyFacts) -> Finding:
    others = ", ".join(sorted(facts.executors_by_type)) or "none"
    return Finding(
        Verdict.BAD,
        f'no executor of type "{wanted_type}" is registered; registered types: {others}',
        short=f'no executor of type "{wanted_type}"',
        field="$.conditions.executortype",
    )


def _approval(wanted_type: str, of_type: Sequence[Executor], approved: Sequence[Executor]) -> Finding:
    others = [executor for executor in of_type if executor not in approved]
    states = ", ".join(f"{executor.executor_name} is {executor.state.name.lower()}" for executor in others[:3])
    sentence = f"approved: {len(approved)} of {len(of_type)}" + (f"; {states}" if states else "")
    pending = next((executor for executor in others if executor.state is ExecutorState.PENDING), None)
    subject = pending or next(iter(others), None)
    return Finding(
        Verdict.BAD if not approved else Verdict.NEUTRAL if pending else Verdict.OK,
        sentence,
        short="" if approved else f'no approved executor of type "{wanted_type}"' + (f" ({states})" if states else ""),
        field="$.conditions.executortype",
        link=Link("executor", subject.executor_name) if subject else None,
        remedy=Remedy("approve", f"approve {pending.executor_name}", pending.executor_name) if pending else None,
    )


def _named(names: Sequence[str] | None, executors: Sequence[Executor]) -> Sequence[Executor]:
    if not names or list(names) == ["*"]:
        return executors
    return [executor for executor in executors if executor.executor_name in names]


def _names(names: Sequence[str] | None, named: Sequence[Executor], process: Process, facts: ColonyFacts) -> Finding:
    if not names or list(names) == ["*"]:
        return Finding(Verdict.OK, "names: any executor of the type")
    if named:
        return Finding(Verdict.OK, f"names: {', '.join(executor.executor_name for executor in named)} may take it")
    reasons = ", ".join(_why_not(name, process.spec.conditions.executor_type, facts) for name in names[:5])
    return Finding(
        Verdict.BAD,
        f"none of the named executors may take it: {reasons}",
        short=f"named executor {reasons}",
        field="$.conditions.executornames",
    )


def _why_not(name: str, wanted_type: str, facts: ColonyFacts) -> str:
    executor = next((executor for executor in facts.executors or () if executor.executor_name == name), None)
    if executor is None or executor.state is ExecutorState.UNREGISTERED:
        return f"{name} is not registered"
    if executor.executor_type != wanted_type:
        return f"{name} is of type {executor.executor_type}"
    return f"{name} is {executor.state.name.lower()}"


def _location(wanted: str, named: Sequence[Executor], located: Sequence[Executor]) -> Finding:
    if not wanted:
        return Finding(Verdict.OK, "location: none required")
    if located:
        return Finding(Verdict.OK, f"location {wanted}: {plural(len(located), 'matching executor')}")
    if not named:
        return Finding(Verdict.NEUTRAL, f"location {wanted}: nobody left to look at")
    places = ", ".join(
        f"{executor.executor_name} is at {executor.location_name or 'no location'}" for executor in named[:3]
    )
    return Finding(
        Verdict.BAD,
        f"no matching executor is at {wanted}: {places}",
        short=f"no matching executor at {wanted}",
        field="$.conditions.locationname",
    )


def _resource(
    noun: str,
    wanted: int,
    candidates: Sequence[Executor],
    offered: Callable[[Hardware], int | None],
    shown: Callable[[int], str],
) -> Finding:
    """Compare with what executors registered; what is free now they only tell the server, when they ask for work."""
    registered = {executor.executor_name: _largest(executor, offered) for executor in candidates}
    known = {name: amount for name, amount in registered.items() if amount is not None}
    enough = [name for name, amount in known.items() if amount >= wanted]
    if enough:
        return Finding(
            Verdict.OK,
            f"{noun} {shown(wanted)}: {', '.join(f'{name} has {shown(known[name])}' for name in enough[:3])} in all;"
            " what is free now only the server is told",
        )
    if len(known) < len(registered):
        silent = ", ".join(name for name in registered if name not in known)
        return Finding(
            Verdict.UNKNOWN,
            f"{noun} {shown(wanted)}: {silent} did not register what it has; executors say it when they ask for work",
        )
    most, name = max((amount, name) for name, amount in known.items())
    return Finding(
        Verdict.BAD,
        f"{noun} {shown(wanted)}: no matching executor has as much; the most is {shown(most)} of {name}",
        short=f"wants {shown(wanted)} {noun}, most is {shown(most)}",
        field=f"$.conditions.{'mem' if noun == 'memory' else noun}",
        link=Link("executor", name),
    )


def _largest(executor: Executor, offered: Callable[[Hardware], int | None]) -> int | None:
    amounts = [offered(hardware) for hardware in executor.capabilities.hardware or ()]
    return max((amount for amount in amounts if amount is not None), default=None)


def _offered_cpu(hardware: Hardware) -> int | None:
    return _amount(hardware.cpu, parse_cpu) or (hardware.cores * 1000 or None)


def _offered_memory(hardware: Hardware) -> int | None:
    return _amount(hardware.mem, parse_memory) or None


def _amount(text: str, parse: Callable[[str], int]) -> int | None:
    try:
        return parse(text)
    except ValueError:
        return None


def _alive(candidates: Sequence[Executor], facts: ColonyFacts) -> Finding:
    heard = {executor.executor_name: executor.last_heard_from_time for executor in candidates}
    latest_name = max(heard, key=lambda name: (at.timestamp() if (at := heard[name]) else 0.0, name))
    latest = heard[latest_name]
    link = Link("executor", latest_name)
    if latest is None:
        names = ", ".join(sorted(heard))
        return Finding(
            Verdict.BAD,
            f"never asked for work: {names}",
            short="no matching executor has ever asked for work",
            link=link,
        )
    age = format_age(latest, facts.now)
    if facts.now - latest <= SILENT_AFTER:
        return Finding(Verdict.OK, f"alive: {latest_name} heard {age} ago", link=link)
    if any(executor.executor_id in facts.busy_executor_ids for executor in candidates):
        return Finding(
            Verdict.UNKNOWN, f"alive: nobody heard for {age}, but executors may be silent while they work", link=link
        )
    return Finding(
        Verdict.BAD,
        f"alive: nobody heard for {age}, last {latest_name}",
        short=f"matching executors not heard for {age}",
        link=link,
    )


def _busy(candidates: Sequence[Executor], facts: ColonyFacts) -> Finding:
    count = len(candidates)
    if facts.running is None:
        return Finding(Verdict.UNKNOWN, "whether the matching executors are busy is not known", short="load unknown")
    busy = [executor for executor in candidates if executor.executor_id in facts.busy_executor_ids]
    noun = "executor" if count == 1 else "executors"
    more = "" if facts.running_complete else ", among the processes listed"
    sentence = f"{len(busy)} of {count} matching {noun} busy{more}; some take several processes at a time"
    return Finding(Verdict.NEUTRAL, sentence, short=f"{len(busy)} of {count} {noun} busy")
