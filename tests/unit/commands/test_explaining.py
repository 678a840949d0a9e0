"""How explanations are printed: for people, for pipes and as JSON."""

import json
import sys

import pytest

from colonysdk.objects import Process
from colonysdk.testing import FakeColony
from colonytui.commands.explaining import explain_process
from colonytui.commands.output import Output
from colonytui.commands.running import Invocation
from colonytui.session import Session


class Asker:
    """A colony with a failed process, and somebody who asks why."""

    def __init__(self) -> None:
        self.colony = FakeColony()
        self.colony.add_executor("worker", "container-executor")
        self.client = self.colony.client("alice")

    async def failed(self) -> Process:
        process = self.colony.submit()
        self.colony.start(process.process_id, "worker")
        worker = self.colony.client("worker")
        await worker.add_log(process.process_id, "cannot open \x1b[2Jdata.csv\n")
        return self.colony.fail(process.process_id, "the program exited with code 3")

    async def explain(self, process: Process, *, as_json: bool = False) -> None:
        session = Session("http://fake.invalid", self.colony.identity("alice"), self.colony.name)
        await explain_process(Invocation(session, self.client, Output(as_json)), process.process_id)


async def test_in_a_pipe_sentence_by_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    asker = Asker()
    await asker.explain(await asker.failed())
    question, first, *others = capsys.readouterr().out.splitlines()
    assert question.startswith("Why did echo ")
    assert first == "x the program exited with code 3"
    assert any(line.startswith("    cannot open ") for line in others)


async def test_as_json_every_finding(capsys: pytest.CaptureFixture[str]) -> None:
    asker = Asker()
    await asker.explain(asker.colony.submit(), as_json=True)
    findings = json.loads(capsys.readouterr().out)
    assert {finding["verdict"] for finding in findings} <= {"ok", "no", "unknown", "note"}
    assert {"verdict": "ok", "sentence": "colony dev is accepting assignments"} in findings


async def test_on_a_terminal_a_table_and_the_end_of_the_log(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    asker = Asker()
    await asker.explain(await asker.failed())
    printed = capsys.readouterr().out
    assert "Verdict" in printed
    table, _, details = printed.rpartition("╯")
    assert "the program exited with code 3" in table
    assert "\x1b[2J" not in details
    assert "data.csv" in details
