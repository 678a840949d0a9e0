from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from colonysdk.objects import Conditions, Executor, ExecutorState, FunctionSpec, Process, ProcessState
from colonytui.explain.findings import ColonyFacts
from colonytui.processes.overview import OverviewContext, clock_time, process_overview, process_title, run_span
from colonytui.terminal.glyphs import ASCII, UNICODE

NOW = datetime(2026, 2, 12, 12, 41, 7, tzinfo=UTC)
EXECUTOR = Executor(
    executor_id="id-gpu-1",
    executor_name="gpu-1",
    executor_type="gpu",
    state=ExecutorState.APPROVED,
    last_heard_from_time=NOW - timedelta(seconds=2),
)


def process(state: ProcessState = ProcessState.RUNNING, **changes: Any) -> Process:
    fields: dict[str, Any] = {
        "process_id": "0123456789abcdef",
        "initiator_name": "alice",
        "assigned_executor_id": "id-gpu-1",
        "submission_time": NOW - timedelta(seconds=146),
        "start_time": NOW - timedelta(seconds=134),
        "exec_deadline": NOW + timedelta(seconds=466),
        "spec": FunctionSpec(
            func_name="train", max_exec_time=600, max_retries=3, conditions=Conditions(executor_type="gpu")
        ),
    }
    return Process(state=state, **(fields | changes))


def overview(shown: Process, *, width: int = 80, **facts: Any) -> str:
    known: dict[str, Any] = {"executors": [EXECUTOR], "paused": False, "waiting": [], "running": []}
    context = OverviewContext(ColonyFacts(now=NOW, colony_name="dev", **(known | facts)), UNICODE, width)
    return "\n".join("".join(cell.text for cell in line) for line in process_overview(shown, context))


def line(text: str, label: str) -> str:
    return next(line for line in text.splitlines() if line.startswith(label))


class TestOverview:
    def test_running(self) -> None:
        text = overview(process())
        assert "12s" in line(text, "waited")
        assert "2m14s" in line(text, "running")
        assert "22%" in line(text, "running")
        assert "░" in line(text, "running")
        assert "12:48:53" in line(text, "deadline")
        assert line(text, "retries") == "retries    0 of 3   priority 0"
        assert line(text, "executor") == "executor   gpu-1 (gpu)  heard 2s ago  [x] open"

    def test_bars_share_one_scale(self) -> None:
        text = overview(process(submission_time=NOW - timedelta(seconds=268), spec=FunctionSpec(func_name="x")))
        waited, running = line(text, "waited").count("█"), line(text, "running").count("█")
        assert waited == pytest.approx(running, abs=1)
        assert line(text, "running").index("█") >= line(text, "waited").rindex("█")

    @pytest.mark.parametrize("width", [20, 40, 80, 200])
    def test_lines_fit(self, width: int) -> None:
        text = overview(process(errors=["long " * 50], state=ProcessState.FAILED, end_time=NOW), width=width)
        assert all(
            len(line) <= max(width, 40) for line in text.splitlines() if line.startswith(("waited", "ran", "error"))
        )

    def test_waiting_says_why(self) -> None:
        text = overview(process(ProcessState.WAITING, start_time=None, assigned_executor_id=""), paused=True)
        assert "colony is paused  [i] explain" in line(text, "why")
        assert line(text, "wants") == "wants      gpu"

    def test_failed_shows_its_errors(self) -> None:
        text = overview(process(ProcessState.FAILED, end_time=NOW, errors=["disk full", "2", "3", "4"]))
        assert line(text, "error") == "error      disk full"
        assert "and 1 more" in text
        assert "0s ago" in line(text, "ended")

    def test_a_finished_run_takes_the_whole_bar(self) -> None:
        text = overview(process(ProcessState.SUCCESS, end_time=NOW, output=["one", 2]))
        assert "░" not in text
        assert line(text, "output") == "output     one 2"

    def test_container_job(self) -> None:
        kwargs = {"docker-image": "busybox", "cmd": "echo", "args": ["hi", 3]}
        text = overview(process(spec=FunctionSpec(func_name="execute", kwargs=kwargs)))
        assert line(text, "runs") == "runs       echo hi 3"
        assert line(text, "image") == "image      busybox"

    def test_secrets_in_arguments_are_masked(self) -> None:
        assert "hunter2" not in overview(process(spec=FunctionSpec(func_name="x", kwargs={"token": "hunter2"})))

    def test_control_characters_are_neutralised(self) -> None:
        text = overview(process(spec=FunctionSpec(func_name="x", kwargs={"cmd": "\x1b[2Jls"}, label="\x07")))
        assert "\x1b" not in text
        assert "\x07" not in text

    def test_relatives(self) -> None:
        parent = process(ProcessState.SUCCESS, process_id="p" * 16)
        text = overview(process(parents=["p" * 16, "unknown0unknown1"]), processes={"p" * 16: parent})
        assert line(text, "parents") == "parents    train ●  unknown1  "

    def test_unknown_executor(self) -> None:
        assert "(not known)" in line(overview(process(), executors=[]), "executor")

    def test_other_characters(self) -> None:
        context = OverviewContext(ColonyFacts(now=NOW, colony_name="dev"), ASCII, 80)
        text = "".join(cell.text for line in process_overview(process(), context) for cell in line)
        assert "█" not in text
        assert "#" in text


class TestTitle:
    def test_running(self) -> None:
        title = "".join(cell.text for cell in process_title(process(), NOW, UNICODE))
        assert title == "89abcdef  ◐ RUNNING 2m14s of 10m00s  train"

    def test_waiting_again_counts_from_submission(self) -> None:
        title = "".join(cell.text for cell in process_title(process(ProcessState.WAITING), NOW, UNICODE))
        assert "WAITING 2m26s" in title


class TestTimes:
    def test_other_days_have_a_date(self) -> None:
        assert clock_time(NOW, NOW) == "12:41:07"
        assert clock_time(NOW - timedelta(days=1), NOW) == "2026-02-11 12:41:07"
        assert clock_time(None, NOW) == "–"

    def test_run_span(self) -> None:
        assert run_span(process(), NOW) == timedelta(seconds=134)
        assert run_span(process(ProcessState.WAITING), NOW) is None
        assert run_span(process(start_time=None), NOW) is None
