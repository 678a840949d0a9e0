"""What small pieces of the interface say."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from colonysdk.objects import Conditions, Executor, ExecutorState, FunctionSpec, Gpu, Process, ProcessState
from colonytui.executors.columns import ExecutorContext, executor_columns, is_silent
from colonytui.processes.columns import run_time, wants
from colonytui.processes.copies import process_copies, submit_command
from colonytui.store.connection import Connection, Link
from colonytui.terminal.ascii_filter import as_ascii
from colonytui.terminal.clipboard import native_tool
from colonytui.terminal.glyphs import ASCII, UNICODE
from colonytui.ui_settings import needs_ascii
from colonytui.widgets.header import link_text

NOW = datetime(2026, 3, 2, 12, 41, 7, tzinfo=UTC)


class TestLinkText:
    @pytest.mark.parametrize(
        ("connection", "text"),
        [
            (Connection(), "connecting"),
            (Connection(Link.LIVE, answered_at=99.2), "live 0.8s"),
            (Connection(Link.LIVE, answered_at=70), "live 30s"),
            (Connection(Link.STALE, answered_at=86, failures=3, retry_at=104), "stale 14s, retry in 4s (3)"),
            (Connection(Link.STALE, failures=1, retry_at=101), "no answer yet, retry in 1s (1)"),
            (Connection(Link.FORBIDDEN, failures=1), "forbidden"),
            (Connection(Link.LIVE, paused=True, answered_at=99), "PAUSED"),
        ],
    )
    def test_says_how_fresh_the_data_is(self, connection: Connection, text: str) -> None:
        assert link_text(connection, 100)[0] == text


class TestGlyphs:
    def test_each_is_one_cell_and_the_ascii_ones_are_ascii(self) -> None:
        for glyphs in (UNICODE, ASCII):
            signs = [*glyphs.process.values(), *glyphs.executor.values(), glyphs.mark, glyphs.live, glyphs.stale]
            assert all(cell_len(sign) == 1 for sign in signs)
        assert all(sign.isascii() for sign in [*ASCII.process.values(), *ASCII.executor.values()])

    def test_no_two_states_look_alike(self) -> None:
        for glyphs in (UNICODE, ASCII):
            assert len(set(glyphs.process.values())) == len(ProcessState)


class TestAscii:
    @given(st.text())
    def test_has_the_same_width_and_nothing_else(self, text: str) -> None:
        assert as_ascii(text).isascii()
        assert cell_len(as_ascii(text)) == cell_len(text)

    def test_signs_become_their_likeness(self) -> None:
        assert as_ascii("╭─ Processes › 日本 ✖…") == "+- Processes > ???? x~"

    @pytest.mark.parametrize(("locale_name", "needed"), [("C.UTF-8", False), ("POSIX", True)])
    def test_is_needed_where_the_locale_has_no_more(
        self, monkeypatch: pytest.MonkeyPatch, locale_name: str, needed: bool
    ) -> None:
        encoding = "UTF-8" if locale_name.endswith("UTF-8") else "ANSI_X3.4-1968"
        monkeypatch.setattr("locale.getpreferredencoding", lambda do_setlocale: encoding)
        assert needs_ascii() is needed


class TestProcessTexts:
    @pytest.mark.parametrize(
        ("conditions", "text"),
        [
            (Conditions(executor_type="gpu", mem="8Gi"), "gpu 8Gi"),
            (Conditions(executor_type="slurm", location_name="lumi", cpu="0m", mem="0Mi"), "slurm@lumi"),
            (Conditions(executor_type="docker", executor_names=["a", "b"], cpu="500m"), "docker a,b 500m"),
        ],
    )
    def test_wants(self, conditions: Conditions, text: str) -> None:
        assert wants(Process(spec=FunctionSpec(conditions=conditions))) == text

    def test_run_time_ends_with_the_process(self) -> None:
        started = NOW - timedelta(minutes=2)
        assert run_time(Process(), NOW) is None
        assert run_time(Process(state=ProcessState.RUNNING, start_time=started), NOW) == timedelta(minutes=2)
        ended = Process(state=ProcessState.FAILED, start_time=started, end_time=started + timedelta(seconds=9))
        assert run_time(ended, NOW) == timedelta(seconds=9)

    def test_copies_hold_what_they_name(self) -> None:
        process = Process(process_id="p1", output=["hello"], errors=["it broke"], spec=FunctionSpec(func_name="echo"))
        copies = {copy.name: copy.text for copy in process_copies(process)}
        assert copies["id"] == "p1"
        assert copies["output"] == "hello"
        assert copies["errors"] == "it broke"
        assert '"funcname": "echo"' in copies["specification"]

    def test_the_command_line_quotes_for_the_shell(self) -> None:
        import json
        import subprocess

        spec = FunctionSpec(func_name="echo", kwargs={"cmd": 'it\'s $HOME; `x` "y" %d \\n'})
        shown = submit_command(spec).removesuffix(" | colony-tui --submit -")
        printed = subprocess.run(["sh", "-c", shown], capture_output=True, check=True, timeout=10).stdout
        assert json.loads(printed)["kwargs"] == spec.kwargs


class TestExecutorTexts:
    CONTEXT = ExecutorContext(UNICODE, lambda: NOW, lambda _executor: 0)

    def cells(self, executor: Executor) -> dict[str, str]:
        return {column.id: column.cell(executor).text for column in executor_columns(self.CONTEXT)}

    def test_capabilities_as_people_count_them(self) -> None:
        hardware = {"cpu": "32000m", "mem": "128Gi", "gpu": Gpu(name="A100", count=4), "platform": "linux"}
        executor = Executor.model_validate({"executor_name": "e", "capabilities": {"hardware": [hardware]}})
        cells = self.cells(executor)
        assert (cells["cpu"], cells["mem"], cells["gpu"]) == ("32c", "128Gi", "4×A100")

    def test_unreadable_amounts_are_shown_as_they_are(self) -> None:
        executor = Executor.model_validate({"capabilities": {"hardware": [{"cpu": "lots"}]}})
        assert self.cells(executor)["cpu"] == "lots"
        assert self.cells(Executor())["cpu"] == "–"

    def test_silence_shows(self) -> None:
        silent = Executor(state=ExecutorState.APPROVED, last_heard_from_time=NOW - timedelta(minutes=11))
        assert is_silent(silent, NOW)
        assert self.cells(silent)["heard"] == "11m00s !"
        assert self.cells(silent)["glyph"] == UNICODE.executor_silent
        pending = Executor(state=ExecutorState.PENDING)
        assert not is_silent(pending, NOW)
        assert self.cells(pending)["heard"] == "never"


class TestClipboard:
    def test_no_native_tool_on_the_far_side_of_ssh(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("DISPLAY", ":0")
        monkeypatch.setattr("shutil.which", lambda name: f"/usr/bin/{name}")
        monkeypatch.delenv("SSH_CONNECTION", raising=False)
        assert native_tool() is not None
        monkeypatch.setenv("SSH_CONNECTION", "a b c d")
        assert native_tool() is None

    def test_prefers_the_tool_of_the_running_desktop(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("SSH_CONNECTION", raising=False)
        monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
        monkeypatch.setattr("shutil.which", lambda name: name if name in ("wl-copy", "xclip") else None)
        assert native_tool() == ("wl-copy",)
