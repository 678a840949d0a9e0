from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from colonysdk.objects import (
    Attribute,
    AttributeType,
    Candidate,
    Capabilities,
    Conditions,
    Executor,
    ExecutorState,
    Explanation,
    FunctionSpec,
    Hardware,
    Log,
    Process,
    ProcessState,
    Reason,
)
from colonytui.explain.explanation import (
    ColonyFacts,
    Finding,
    Link,
    Remedy,
    Verdict,
    explain,
    explain_failed,
    explain_running,
    explain_waiting,
    explanation_text,
    question,
    why_line,
)

NOW = datetime(2026, 2, 12, 12, 41, 7, tzinfo=UTC)


def ago(**span: float) -> datetime:
    return NOW - timedelta(**span)


def executor(name: str = "gpu-1", **changes: Any) -> Executor:
    fields: dict[str, Any] = {
        "executor_id": f"id-{name}",
        "executor_type": "gpu",
        "state": ExecutorState.APPROVED,
        "last_heard_from_time": ago(seconds=6),
    }
    return Executor(executor_name=name, **(fields | changes))


def offering(cpu: str = "", mem: str = "", cores: int = 0) -> Capabilities:
    return Capabilities(hardware=[Hardware(cpu=cpu, mem=mem, cores=cores)])


def said(*reasons: Reason, **fields: Any) -> Explanation:
    """What the server said two seconds ago."""
    return Explanation(reasons=list(reasons), time=ago(seconds=2), **fields)


def waiting(
    process_id: str = "p1", *, conditions: dict[str, Any] | None = None, priority: int = 0, **changes: Any
) -> Process:
    spec = FunctionSpec(
        func_name="train", priority=priority, conditions=Conditions(**({"executor_type": "gpu"} | (conditions or {})))
    )
    return Process(process_id=process_id, spec=spec, submission_time=ago(seconds=12), **changes)


def running(process_id: str = "r1", on: str = "gpu-1", **changes: Any) -> Process:
    spec = FunctionSpec(func_name="train", max_exec_time=600, conditions=Conditions(executor_type="gpu"))
    fields: dict[str, Any] = {
        "spec": spec,
        "state": ProcessState.RUNNING,
        "assigned_executor_id": f"id-{on}",
        "submission_time": ago(minutes=3),
        "start_time": ago(seconds=134),
    }
    return Process(process_id=process_id, **(fields | changes))


def failed(**changes: Any) -> Process:
    fields: dict[str, Any] = {"state": ProcessState.FAILED, "end_time": ago(seconds=4)}
    return running(**(fields | changes))


def facts(**changes: Any) -> ColonyFacts:
    known: dict[str, Any] = {
        "now": NOW,
        "colony_name": "dev",
        "paused": False,
        "executors": [executor()],
        "waiting": [],
        "running": [],
        "running_complete": True,
    }
    return ColonyFacts(**(known | changes))


def finding(findings: tuple[Finding, ...], start: str) -> Finding:
    for found in findings:
        if found.sentence.startswith(start):
            return found
    pytest.fail(f"no finding begins with {start!r}: {[found.sentence for found in findings]}")


WHY = [
    ("paused", waiting(), {"paused": True}, "colony is paused"),
    ("no type", waiting(conditions={"executor_type": ""}), {}, "names no executor type"),
    ("nobody of the type", waiting(), {"executors": [executor(executor_type="slurm")]}, 'no executor of type "gpu"'),
    (
        "only an unregistered one",
        waiting(),
        {"executors": [executor(state=ExecutorState.UNREGISTERED)]},
        'no executor of type "gpu"',
    ),
    (
        "not approved",
        waiting(),
        {"executors": [executor(state=ExecutorState.PENDING)]},
        'no approved executor of type "gpu" (gpu-1 is pending)',
    ),
    (
        "named executor of another type",
        waiting(conditions={"executor_names": ["slurm-1"]}),
        {"executors": [executor(), executor("slurm-1", executor_type="slurm")]},
        "named executor slurm-1 is of type slurm",
    ),
    (
        "named executor missing",
        waiting(conditions={"executor_names": ["gone"]}),
        {},
        "named executor gone is not registered",
    ),
    ("other location", waiting(conditions={"location_name": "lumi"}), {}, "no matching executor at lumi"),
    (
        "too much memory",
        waiting(conditions={"mem": "8Gi"}),
        {"executors": [executor(capabilities=offering(mem="4Gi"))]},
        "wants 8 GiB memory, most is 4 GiB",
    ),
    (
        "too much cpu",
        waiting(conditions={"cpu": "4000m"}),
        {"executors": [executor(capabilities=offering(cpu="2000m"))]},
        "wants 4000m cpu, most is 2000m",
    ),
    (
        "silent",
        waiting(),
        {"executors": [executor(last_heard_from_time=ago(minutes=11))]},
        "matching executors not heard for 11m00s",
    ),
    (
        "never asked",
        waiting(),
        {"executors": [executor(last_heard_from_time=None)]},
        "no matching executor has ever asked for work",
    ),
    (
        "parents",
        waiting(wait_for_parents=True, parents=["done", "r1", "1234lost4567"]),
        {"processes": {"r1": running(), "done": running("done", state=ProcessState.SUCCESS)}},
        "waits for parents: train (running), lost4567 (state unknown)",
    ),
    ("executors not known", waiting(), {"executors": None}, "? executors unknown"),
    ("load not known", waiting(), {"running": None}, "? load unknown"),
    (
        "busy",
        waiting("third"),
        {
            "executors": [executor(), executor("gpu-2")],
            "running": [running(on="gpu-1"), running("r2", on="gpu-2")],
            "waiting": [
                waiting("first", priority_time=1),
                waiting("second", priority_time=2),
                waiting("third", priority_time=3),
            ],
        },
        "3rd in line; 2 of 2 executors busy",
    ),
    (
        "far behind",
        waiting("late"),
        {"waiting": [waiting("first", priority_time=1)]},
        "behind the first 1 in line; 0 of 1 executor busy",
    ),
]


class TestWhyLine:
    @pytest.mark.parametrize(("process", "known", "answer"), [case[1:] for case in WHY], ids=[case[0] for case in WHY])
    def test_one_line(self, process: Process, known: dict[str, Any], answer: str) -> None:
        assert why_line(process, facts(**known)) == answer

    def test_a_failing_rule_comes_before_an_unknown(self) -> None:
        assert why_line(waiting(), facts(paused=True, executors=None)) == "colony is paused"

    def test_unfinished_parents_keep_others_from_standing_behind(self) -> None:
        line = [waiting("child", priority_time=1, wait_for_parents=True), waiting("next", priority_time=2)]
        assert why_line(line[1], facts(waiting=line)).startswith("1st in line")

    @pytest.mark.parametrize(
        ("place", "words"), [(1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (22, "22nd")]
    )
    def test_places_are_written_as_people_do(self, place: int, words: str) -> None:
        line = [waiting(str(number), priority_time=number) for number in range(1, 30)]
        assert why_line(line[place - 1], facts(waiting=line)).startswith(f"{words} in line")


class TestWaiting:
    def test_every_rule_is_listed_when_all_is_well(self) -> None:
        findings = explain_waiting(waiting(), facts(waiting=[waiting()]))
        assert {found.verdict for found in findings} == {Verdict.OK, Verdict.NEUTRAL}
        assert finding(findings, "colony dev is accepting assignments")
        assert finding(findings, "no unfinished parents")
        assert finding(findings, "executor type gpu: 1 registered")
        assert finding(findings, "location: none required")
        assert finding(findings, "alive: gpu-1 heard 6s ago").link == Link("executor", "gpu-1")

    def test_unknowns_are_marked_and_not_guessed(self) -> None:
        findings = explain_waiting(waiting(), ColonyFacts(now=NOW, colony_name="dev"))
        assert finding(findings, "whether colony dev is paused").verdict is Verdict.UNKNOWN
        assert finding(findings, "which executors there are").verdict is Verdict.UNKNOWN
        assert finding(findings, "priority 0: the place in line is not known").verdict is Verdict.UNKNOWN

    def test_memory_of_a_silent_executor_is_unknown(self) -> None:
        findings = explain_waiting(waiting(conditions={"mem": "8Gi"}), facts())
        found = finding(findings, "memory 8 GiB: gpu-1 did not register")
        assert found.verdict is Verdict.UNKNOWN

    def test_enough_memory_in_all_says_nothing_about_now(self) -> None:
        known = facts(executors=[executor(capabilities=offering(mem="16Gi", cores=8))])
        findings = explain_waiting(waiting(conditions={"mem": "8Gi", "cpu": "2000m"}), known)
        assert "only the server is told" in finding(findings, "memory 8 GiB").sentence
        assert finding(findings, "cpu 2000m").verdict is Verdict.OK

    def test_the_server_knows_what_was_offered_last(self) -> None:
        sentence = "memory 8 GiB: no matching executor offers as much; the most is 4 GiB of gpu-1, 3s ago"
        reason = Reason(condition="memory", verdict="no", sentence=sentence, executor_name="gpu-1")
        known = facts(executors=[executor(capabilities=offering(mem="16Gi"))], explanation=said(reason))
        process = waiting(conditions={"mem": "8Gi"})
        found = finding(explain_waiting(process, known), "memory 8 GiB")
        assert (found.verdict, found.sentence, found.link) == (Verdict.BAD, sentence, Link("executor", "gpu-1"))
        assert why_line(process, known) == sentence

    def test_what_the_server_does_not_know_is_explained_here(self) -> None:
        reason = Reason(condition="memory", verdict="unknown", sentence="nobody has asked")
        known = facts(executors=[executor(capabilities=offering(mem="16Gi"))], explanation=said(reason))
        findings = explain_waiting(waiting(conditions={"mem": "8Gi"}), known)
        assert "16 GiB in all" in finding(findings, "memory 8 GiB").sentence

    def test_the_server_has_heard_of_executors_later(self) -> None:
        sentence = "alive: nobody heard for 4m00s, last gpu-1"
        known = facts(explanation=said(Reason(condition="alive", verdict="no", sentence=sentence)))
        assert finding(explain_waiting(waiting(), known), "alive").verdict is Verdict.BAD
        assert why_line(waiting(), known) == "nobody heard for 4m00s, last gpu-1"

    def test_the_server_counts_those_who_are_not_listed(self) -> None:
        sentence = "priority 0: 4312th in line for gpu"
        known = facts(explanation=said(Reason(condition="line", verdict="note", sentence=sentence)))
        assert finding(explain_waiting(waiting(), known), "priority").sentence == sentence
        assert why_line(waiting(), known).startswith("4312th in line; ")

    def test_verdicts_that_nobody_knows_are_left_out(self) -> None:
        reasons = [Reason(condition=name, verdict="maybe", sentence="?") for name in ("alive", "line", "cpu")]
        process = waiting(conditions={"cpu": "2000m"})
        without_source = explain_waiting(process, facts(explanation=said(*reasons)))[:-1]
        assert without_source == explain_waiting(process, facts())[:-1]

    def test_who_asks_for_work_and_who_is_busy(self) -> None:
        offer = Candidate(offer_time=ago(seconds=3), available_cpu="500m", available_mem="1Gi")
        told = said(
            executors=[
                offer.model_copy(update={"executor_name": "gpu-1", "asking": True, "available_mem": ""}),
                offer.model_copy(update={"executor_name": "gpu-2", "running": 2}),
                Candidate(executor_name="gpu-3"),
            ]
        )
        found = finding(explain_waiting(waiting(), facts(explanation=told)), "of 3 matching executors")
        assert found.sentence == "of 3 matching executors, 1 asks for work now and 1 is busy"
        assert found.details == (
            "gpu-1 asks now: cpu 500m, memory without limit",
            "gpu-2 asked 3s ago: cpu 500m, memory 1Gi; runs 2 processes",
            "gpu-3 has not asked this server for work yet",
        )
        assert why_line(waiting(), facts(explanation=told)).endswith("1 of 3 executors busy")

    def test_many_executors_are_counted(self) -> None:
        told = said(executors=[Candidate(executor_name=f"gpu-{number}") for number in range(50)])
        found = finding(explain_waiting(waiting(), facts(explanation=told)), "of 50 matching")
        assert len(found.details) == 11
        assert found.details[-1] == "and 40 more"

    def test_the_explanation_says_whose_it_is(self) -> None:
        assert explain_waiting(waiting(), facts())[-1].sentence == "worked out here, from what the server lists"
        assert explain_waiting(waiting(), facts(explanation=said()))[-1].sentence == "checked by the server 2s ago"

    def test_unreadable_amounts_are_unknown(self) -> None:
        known = facts(executors=[executor(capabilities=offering(mem="lots"))])
        assert finding(explain_waiting(waiting(conditions={"mem": "8Gi"}), known), "memory").verdict is Verdict.UNKNOWN

    def test_pending_executor_can_be_approved_from_here(self) -> None:
        known = facts(executors=[executor(), executor("gpu-2", state=ExecutorState.PENDING)])
        found = finding(explain_waiting(waiting(), known), "approved: 1 of 2")
        assert found.verdict is Verdict.NEUTRAL
        assert found.remedy == Remedy("approve", "approve gpu-2", "gpu-2")
        assert found.link == Link("executor", "gpu-2")

    def test_paused_colony_can_be_resumed_from_here(self) -> None:
        remedy = finding(explain_waiting(waiting(), facts(paused=True)), "colony dev is paused").remedy
        assert remedy is not None
        assert remedy.kind == "resume"

    def test_location_ignores_case(self) -> None:
        known = facts(executors=[executor(location_name="LUMI")])
        assert (
            finding(explain_waiting(waiting(conditions={"location_name": "lumi"}), known), "location lumi").verdict
            is Verdict.OK
        )

    def test_a_star_names_anybody(self) -> None:
        findings = explain_waiting(waiting(conditions={"executor_names": ["*"]}), facts())
        assert finding(findings, "names: any").verdict is Verdict.OK

    def test_a_silent_executor_that_works_is_no_reason(self) -> None:
        known = facts(executors=[executor(last_heard_from_time=ago(minutes=11))], running=[running()])
        assert finding(explain_waiting(waiting(), known), "alive").verdict is Verdict.UNKNOWN

    @pytest.mark.parametrize(
        ("deadline", "sentence", "verdict"),
        [
            (None, "no wait deadline", Verdict.NEUTRAL),
            (NOW + timedelta(minutes=57), "wait deadline in 57m00s, then it fails", Verdict.NEUTRAL),
            (ago(seconds=3), "its wait deadline passed 3s ago", Verdict.BAD),
        ],
    )
    def test_wait_deadline(self, deadline: datetime | None, sentence: str, verdict: Verdict) -> None:
        assert finding(explain_waiting(waiting(wait_deadline=deadline), facts()), sentence).verdict is verdict

    def test_earlier_runs_are_told(self) -> None:
        process = waiting(retries=2)
        process.spec.max_retries = 3
        assert finding(explain_waiting(process, facts()), "in line again: 2 of 3 retries used")

    def test_more_nodes_than_some_servers_assign(self) -> None:
        assert (
            finding(explain_waiting(waiting(conditions={"nodes": 200}), facts()), "nodes 200").verdict
            is Verdict.UNKNOWN
        )


class TestRunning:
    def test_who_runs_it_and_for_how_long(self) -> None:
        process = running(exec_deadline=NOW + timedelta(seconds=466))
        findings = explain_running(
            process, facts(), [Log(message="epoch 7\n", timestamp=int(ago(seconds=3).timestamp() * 1e9))]
        )
        assert finding(findings, "gpu-1 (gpu) has run it for 2m14s").link == Link("executor", "gpu-1")
        assert finding(findings, "7m46s of 10m00s left, then it fails")
        assert finding(findings, "it logged 3s ago").details == ("epoch 7",)

    def test_a_retry_is_announced(self) -> None:
        process = running(exec_deadline=NOW + timedelta(seconds=60))
        process.spec.max_retries = 2
        assert finding(explain_running(process, facts()), "1m00s of 10m00s left, then it goes back in line")

    @pytest.mark.parametrize(
        ("known", "sentence", "verdict"),
        [
            ({"executors": []}, "runs for 2m14s on an executor that is not known", Verdict.UNKNOWN),
            ({"executors": [executor(state=ExecutorState.REJECTED)]}, "gpu-1 is rejected and cannot", Verdict.BAD),
            (
                {"executors": [executor(last_heard_from_time=ago(minutes=12))]},
                "gpu-1 last asked for work 12m00s ago",
                Verdict.UNKNOWN,
            ),
        ],
    )
    def test_troubles_with_the_executor(self, known: dict[str, Any], sentence: str, verdict: Verdict) -> None:
        assert finding(explain_running(running(), facts(**known)), sentence).verdict is verdict

    def test_silence_of_the_log(self) -> None:
        assert finding(explain_running(running(), facts(), None), "its log is not known").verdict is Verdict.UNKNOWN
        assert (
            finding(explain_running(running(), facts(), []), "it has logged nothing so far").verdict is Verdict.NEUTRAL
        )
        old = [Log(message="hm", timestamp=int(ago(minutes=12).timestamp() * 1e9))]
        assert (
            finding(explain_running(running(), facts(), old), "it has logged nothing for 12m00s").verdict
            is Verdict.UNKNOWN
        )


class TestFailed:
    @pytest.mark.parametrize(
        ("process", "sentence", "verdict"),
        [
            (failed(errors=["disk full"]), "disk full", Verdict.BAD),
            (
                failed(errors=["Maximum execution time limit exceeded"]),
                "it ran into its time limit of 10m00s",
                Verdict.BAD,
            ),
            (
                failed(errors=["program exited with code 127"]),
                "exit code 127: by convention, the command was not found",
                Verdict.UNKNOWN,
            ),
            (
                failed(errors=["Exit with an error, exit code = 137"]),
                "exit code 137: by convention, ended by signal 9",
                Verdict.UNKNOWN,
            ),
            (failed(errors=[]), "no error was reported", Verdict.UNKNOWN),
            (failed(start_time=None, assigned_executor_id=""), "it never ran, and waited 2m56s", Verdict.NEUTRAL),
            (failed(retries=3), "retries: 3 of 0 used", Verdict.NEUTRAL),
            (failed(parents=["dad"]), "parent dad: its state is not known", Verdict.UNKNOWN),
            (failed(parents=["r9"]), "parent train failed", Verdict.BAD),
            (
                failed(attributes=[Attribute(attribute_type=AttributeType.OUT, key="exitcode", value="3")]),
                "exitcode: 3",
                Verdict.BAD,
            ),
        ],
    )
    def test_reasons(self, process: Process, sentence: str, verdict: Verdict) -> None:
        known = facts(processes={"r9": failed(process_id="r9")})
        assert finding(explain_failed(process, known, []), sentence).verdict is verdict

    def test_nobody_took_it(self) -> None:
        process = failed(errors=["Maximum waiting time limit exceeded"])
        process.spec.max_wait_time = 60
        assert finding(explain_failed(process, facts()), "nobody took it within its longest wait of 1m00s")

    def test_end_of_the_log_is_shown_without_control_characters(self) -> None:
        log = [Log(message=f"\x1b[31mline {number}\x1b[0m\n", timestamp=number) for number in range(30)]
        details = finding(explain_failed(failed(), facts(), log), "the end of its log").details
        assert details == tuple(f"line {number}" for number in range(10, 30))

    def test_errors_cannot_drive_the_terminal(self) -> None:
        assert finding(explain_failed(failed(errors=["\x1b[2Jgone\nnext"]), facts()), "gone next")

    def test_many_errors_are_cut(self) -> None:
        process = failed(errors=[f"error {number}" for number in range(9)])
        assert finding(explain_failed(process, facts()), "and 4 more errors")


class TestExplain:
    @pytest.mark.parametrize(
        ("process", "asked"),
        [
            (waiting("a91f03c2e77b"), "Why is train 03c2e77b waiting?"),
            (running("a91f03c2e77b"), "What is train 03c2e77b doing?"),
            (failed(process_id="a91f03c2e77b"), "Why did train 03c2e77b fail?"),
            (running("a91f03c2e77b", state=ProcessState.SUCCESS), "How did train 03c2e77b end?"),
        ],
    )
    def test_every_state_has_its_question_and_answer(self, process: Process, asked: str) -> None:
        assert question(process) == asked
        assert explain(process, facts())

    def test_text_for_the_clipboard(self) -> None:
        process = failed(errors=["disk full"])
        text = explanation_text(process, explain(process, facts(), [Log(message="bye", timestamp=1)]))
        assert text.startswith("Why did train r1 fail?\nx disk full\n")
        assert "\n    bye" in text
