"""What the server itself says about a waiting process (extension `explain/1`).

It knows what executors offered when they last asked for work and who asks right now, which nobody else is told.
"""

from __future__ import annotations

from colonysdk.objects import Candidate, Reason
from colonysdk.units import format_age
from colonytui.explain.findings import ColonyFacts, Finding, Link, Verdict, plural

_MOST_NAMED = 10
_VERDICTS = frozenset(verdict.value for verdict in Verdict)


def told_resource(condition: str, facts: ColonyFacts) -> Finding | None:
    """The server's verdict on "cpu" or "memory"; None where it has none."""
    reason = facts.told.get(condition)
    if reason is None or reason.verdict not in (Verdict.OK.value, Verdict.BAD.value):
        return None
    return _finding(reason, field=f"$.conditions.{'mem' if condition == 'memory' else condition}")


def told_alive(facts: ColonyFacts) -> Finding | None:
    """The server's verdict on when the matching executors were last heard."""
    reason = facts.told.get("alive")
    return None if reason is None or reason.verdict not in _VERDICTS else _finding(reason)


def told_place(facts: ColonyFacts) -> Finding | None:
    """The place in line that the server has counted, which may be beyond the processes that it lists."""
    reason = facts.told.get("line")
    if reason is None or reason.verdict != Verdict.NEUTRAL.value:
        return None
    rank = reason.sentence.partition(": ")[2].partition(" for ")[0]
    return Finding(Verdict.NEUTRAL, reason.sentence, short=rank if rank.endswith("in line") else "")


def told_candidates(facts: ColonyFacts) -> Finding | None:
    """What the matching executors do: who asks for work now, with what to give, and who is busy."""
    candidates = facts.explanation.executors if facts.explanation else ()
    if not candidates:
        return None
    asking = sum(candidate.asking for candidate in candidates)
    busy = sum(candidate.running > 0 for candidate in candidates)
    executors = plural(len(candidates), "matching executor")
    details = [_candidate(candidate, facts) for candidate in candidates[:_MOST_NAMED]]
    if len(candidates) > _MOST_NAMED:
        details.append(f"and {len(candidates) - _MOST_NAMED} more")
    return Finding(
        Verdict.NEUTRAL,
        f"of {executors}, {_count(asking, 'asks', 'ask')} for work now and {_count(busy, 'is', 'are')} busy",
        short=f"{busy} of {plural(len(candidates), 'executor')} busy",
        details=tuple(details),
    )


def source(facts: ColonyFacts) -> Finding:
    """Where an explanation comes from."""
    if facts.explanation is None:
        return Finding(Verdict.NEUTRAL, "worked out here, from what the server lists")
    age = format_age(facts.explanation.time, facts.now)
    return Finding(Verdict.NEUTRAL, f"checked by the server {age} ago" if age else "checked by the server")


def _finding(reason: Reason, *, field: str = "$") -> Finding:
    verdict = Verdict(reason.verdict)
    return Finding(
        verdict,
        reason.sentence,
        short=reason.sentence.removeprefix("alive: ") if verdict is Verdict.BAD else "",
        field=field,
        link=Link("executor", reason.executor_name) if reason.executor_name else None,
    )


def _candidate(candidate: Candidate, facts: ColonyFacts) -> str:
    work = f"; runs {_count(candidate.running, 'process', 'processes')}" if candidate.running else ""
    return f"{candidate.executor_name} {_asking(candidate, facts)}{work}"


def _asking(candidate: Candidate, facts: ColonyFacts) -> str:
    if candidate.offer_time is None:
        return "has not asked this server for work yet"
    offer = f"cpu {candidate.available_cpu or 'without limit'}, memory {candidate.available_mem or 'without limit'}"
    if candidate.asking:
        return f"asks now: {offer}"
    return f"asked {format_age(candidate.offer_time, facts.now)} ago: {offer}"


def _count(count: int, singular: str, several: str) -> str:
    return f"{count} {singular if count == 1 else several}"
