"""The submit form under the keys."""

import json
from contextlib import nullcontext
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from colonysdk import messages
from colonysdk.errors import Unreachable
from colonysdk.objects import Function, FunctionSpec, ProcessState
from colonysdk.testing import FakeColony, example_colony
from colonytui.processes.names import short_id
from colonytui.screens.confirm import ConfirmScreen
from colonytui.screens.process_detail import ProcessDetailScreen
from colonytui.screens.submit import SubmitScreen
from colonytui.widgets.problem_list import ProblemList
from colonytui.widgets.spec_editor import SpecEditor
from colonytui.widgets.spec_form import SpecForm
from colonytui.widgets.submitted_bar import SubmittedBar
from tests.support.tui import StillClock, actions_done, app_of, fed, make_app, screen_text
from tests.support.tui_detail import any_process, notices, press_and_leave, type_text, until

SIZE = (120, 36)


@pytest.fixture
def colony() -> FakeColony:
    return example_colony(StillClock())


def form_of(pilot: Pilot[int]) -> SubmitScreen:
    screen = app_of(pilot).screen
    assert isinstance(screen, SubmitScreen)
    return screen


def field(pilot: Pilot[int], field_id: str) -> Input:
    return form_of(pilot).query_one(f"#field-{field_id}", Input)


def editor_data(pilot: Pilot[int]) -> dict[str, object]:
    data = json.loads(form_of(pilot).query_one(SpecEditor).text)
    assert isinstance(data, dict)
    return data


def problems(pilot: Pilot[int]) -> list[tuple[str, str]]:
    return [(problem.severity, problem.path) for problem in form_of(pilot).problems]


def submissions(colony: FakeColony) -> list[FunctionSpec]:
    return [request.spec for request in colony.requests if isinstance(request, messages.SubmitFunctionSpec)]


async def open_form(pilot: Pilot[int], spec: FunctionSpec | None = None) -> None:
    await fed(pilot)
    app_of(pilot).open_submit(spec)
    await pilot.pause()
    await until(pilot, lambda: " match" in screen_text(app_of(pilot)) or bool(form_of(pilot).problems))


async def rewrite(pilot: Pilot[int], field_id: str, text: str) -> None:
    """Go to a field and type over it."""
    form_of(pilot).query_one(SpecForm).focus_field(field_id)
    await pilot.press("end", "ctrl+u")
    await type_text(pilot, text)


class TestTwoViews:
    async def test_begins_with_a_job_that_runs(self, colony: FakeColony) -> None:
        async with make_app(colony).run_test(size=SIZE) as pilot:
            await open_form(pilot)
            assert field(pilot, "image").value == "busybox:latest"
            assert editor_data(pilot)["funcname"] == "execute"
            assert "2 executors match" in screen_text(app_of(pilot))

    async def test_exec_is_allowed_by_a_word(self, colony: FakeColony) -> None:
        async with make_app(colony).run_test(size=SIZE) as pilot:
            await open_form(pilot)
            await rewrite(pilot, "exec", "yes")
            assert editor_data(pilot)["channels"] == ["exec"]

    async def test_the_text_follows_the_fields(self, colony: FakeColony) -> None:
        async with make_app(colony).run_test(size=SIZE) as pilot:
            await open_form(pilot)
            await rewrite(pilot, "label", "x/y")
            await rewrite(pilot, "maxexectime", "10m")
            data = editor_data(pilot)
            assert (data["label"], data["maxexectime"]) == ("x/y", 600)
            assert field(pilot, "maxexectime").value == "10m"

    async def test_the_fields_follow_the_text(self, colony: FakeColony) -> None:
        async with make_app(colony).run_test(size=SIZE) as pilot:
            await open_form(pilot)
            await pilot.press("f2")
            editor = form_of(pilot).query_one(SpecEditor)
            editor.text = json.dumps(
                {"funcname": "train", "kwargs": {"epochs": 30}, "conditions": {"executortype": "gpu"}}
            )
            await pilot.pause()
            assert field(pilot, "funcname").value == "train"
            assert field(pilot, "kwargs").value == "epochs=30"
            assert not form_of(pilot).query_one("#row-image").display
            assert form_of(pilot).query_one("#row-args").display

    async def test_what_the_form_does_not_know_survives(self, colony: FakeColony) -> None:
        async with make_app(colony).run_test(size=SIZE) as pilot:
            await open_form(pilot)
            await pilot.press("f2")
            editor = form_of(pilot).query_one(SpecEditor)
            editor.text = json.dumps({"funcname": "train", "fs": {"mount": "/cfs"}, "later": {"a": [1]}})
            await pilot.pause()
            await rewrite(pilot, "label", "x")
            assert editor_data(pilot)["fs"] == {"mount": "/cfs"}
            assert editor_data(pilot)["later"] == {"a": [1]}

    async def test_broken_text_keeps_the_fields_and_says_where(self, colony: FakeColony) -> None:
        async with make_app(colony).run_test(size=SIZE) as pilot:
            await open_form(pilot)
            form_of(pilot).query_one(SpecEditor).text = '{"funcname": }'
            await until(pilot, lambda: problems(pilot) == [("error", "$")])
            assert "not JSON: line 1, column 14" in screen_text(app_of(pilot))
            assert field(pilot, "funcname").value == "execute"

    async def test_an_edit_in_the_form_can_be_undone_in_the_text(self, colony: FakeColony) -> None:
        async with make_app(colony).run_test(size=SIZE) as pilot:
            await open_form(pilot)
            before = editor_data(pilot)
            await rewrite(pilot, "label", "x")
            await pilot.press("f2", *["ctrl+z"] * 3)
            assert editor_data(pilot) == before
            assert field(pilot, "label").value == "echo"

    async def test_keys_go_between_the_views(self, colony: FakeColony) -> None:
        async with make_app(colony).run_test(size=(80, 24)) as pilot:
            await open_form(pilot)
            form = form_of(pilot).query_one("#form-pane")
            text = form_of(pilot).query_one("#json-pane")
            assert (form.display, text.display) == (True, False)
            await pilot.press("f2")
            assert (form.display, text.display) == (False, True)
            await pilot.press("f2")
            assert (form.display, text.display) == (True, False)


class TestChecking:
    async def test_errors_are_told_with_their_line(self, colony: FakeColony) -> None:
        async with make_app(colony).run_test(size=SIZE) as pilot:
            await open_form(pilot)
            await rewrite(pilot, "mem", "lots")
            await until(pilot, lambda: ("error", "$.conditions.mem") in problems(pilot))
            shown = screen_text(app_of(pilot))
            assert "line 20" in shown
            assert "1 error" in shown

    async def test_a_field_that_cannot_be_read(self, colony: FakeColony) -> None:
        async with make_app(colony).run_test(size=SIZE) as pilot:
            await open_form(pilot)
            await rewrite(pilot, "env", "A")
            await until(pilot, lambda: problems(pilot) == [("error", "$.env")])
            assert "A is not name=value" in screen_text(app_of(pilot))

    async def test_the_colony_is_asked_too(self, colony: FakeColony) -> None:
        async with make_app(colony).run_test(size=SIZE) as pilot:
            await open_form(pilot)
            await rewrite(pilot, "executortype", "slurm")
            await until(pilot, lambda: problems(pilot) == [("warning", "$.conditions.executortype")])
            colony.add_executor("slurm-1", "slurm")
            await until(pilot, lambda: problems(pilot) == [])

    async def test_functions_that_nobody_registered(self, colony: FakeColony) -> None:
        client = colony.client("docker-1")
        await client.add_function(
            Function(
                func_name="other", executor_name="docker-1", executor_type="container-executor", colony_name=colony.name
            )
        )
        async with make_app(colony).run_test(size=SIZE) as pilot:
            await open_form(pilot)
            await until(pilot, lambda: problems(pilot) == [("warning", "$.funcname")])

    async def test_executor_types_are_completed(self, colony: FakeColony) -> None:
        async with make_app(colony).run_test(size=SIZE) as pilot:
            await open_form(pilot)
            await rewrite(pilot, "executortype", "cont")
            await until(pilot, lambda: field(pilot, "executortype")._suggestion == "container-executor")
            await pilot.press("right")
            assert field(pilot, "executortype").value == "container-executor"

    async def test_many_problems_are_cut(self, colony: FakeColony) -> None:
        async with make_app(colony).run_test(size=SIZE) as pilot:
            await open_form(pilot)
            form_of(pilot).query_one(SpecEditor).text = json.dumps({f"unknown{number}": 1 for number in range(20)})
            await until(pilot, lambda: len(problems(pilot)) > 20)
            assert "… of 2" in screen_text(app_of(pilot))
            assert form_of(pilot).query_one(ProblemList).size.height <= 7


class TestSubmitting:
    async def test_submits_and_offers_the_process(self, colony: FakeColony) -> None:
        async with make_app(colony).run_test(size=SIZE) as pilot:
            await open_form(pilot)
            await pilot.press("ctrl+j")
            await actions_done(pilot)
            [spec] = submissions(colony)
            assert spec.kwargs["cmd"] == "echo"
            assert spec.conditions.colony_name == "dev"
            bar = form_of(pilot).query_one(SubmittedBar)
            assert bar.has_focus
            assert f"submitted {short_id(bar.process_id)} echo hello world" in screen_text(app_of(pilot))
            await press_and_leave(pilot, "enter")
            await until(pilot, lambda: isinstance(app_of(pilot).screen, ProcessDetailScreen))

    async def test_errors_block(self, colony: FakeColony) -> None:
        async with make_app(colony).run_test(size=SIZE) as pilot:
            await open_form(pilot)
            await rewrite(pilot, "mem", "lots")
            form_of(pilot).query_one(SpecForm).focus_field("label")
            await pilot.press("ctrl+j")
            await actions_done(pilot)
            assert submissions(colony) == []
            assert "Not submitted: 1 error" in notices(pilot)[0]
            assert field(pilot, "mem").has_focus

    async def test_warnings_do_not_block(self, colony: FakeColony) -> None:
        async with make_app(colony).run_test(size=SIZE) as pilot:
            await open_form(pilot)
            await rewrite(pilot, "executortype", "slurm")
            await pilot.press("ctrl+j")
            await actions_done(pilot)
            assert len(submissions(colony)) == 1

    async def test_a_second_time_asks(self, colony: FakeColony) -> None:
        async with make_app(colony).run_test(size=SIZE) as pilot:
            await open_form(pilot)
            await pilot.press("ctrl+j")
            await actions_done(pilot)
            await pilot.press("ctrl+j")
            await until(pilot, lambda: isinstance(app_of(pilot).screen, ConfirmScreen))
            await press_and_leave(pilot, "n")
            await actions_done(pilot)
            assert len(submissions(colony)) == 1

    async def test_impatient_keys_submit_once(self, colony: FakeColony) -> None:
        async with make_app(colony).run_test(size=SIZE) as pilot:
            await open_form(pilot)
            hold = colony.hold(messages.SubmitFunctionSpec)
            await pilot.press("ctrl+j")
            await hold.arrived.wait()
            await pilot.press("ctrl+j")
            assert notices(pilot) == ["It is on its way."]
            hold.release()
            await actions_done(pilot)
            assert len(submissions(colony)) == 1

    async def test_refusals_are_told_and_nothing_is_lost(self, colony: FakeColony) -> None:
        colony.refuse(messages.SubmitFunctionSpec, 403, "not a member")
        async with make_app(colony).run_test(size=SIZE) as pilot:
            await open_form(pilot)
            await rewrite(pilot, "label", "precious")
            await pilot.press("ctrl+j")
            await actions_done(pilot)
            assert "not a member" in notices(pilot)[0]
            assert editor_data(pilot)["label"] == "precious"
            assert form_of(pilot).draft.is_dirty

    async def test_no_answer_warns_of_a_double(self, colony: FakeColony, monkeypatch: pytest.MonkeyPatch) -> None:
        async with make_app(colony).run_test(size=SIZE) as pilot:
            await open_form(pilot)

            async def no_answer(spec: FunctionSpec) -> None:
                raise Unreachable("timed out")

            monkeypatch.setattr(app_of(pilot).client, "submit", no_answer)
            await pilot.press("ctrl+j")
            await actions_done(pilot)
            assert "It may have been submitted all the same" in notices(pilot)[0]

    async def test_read_only_sends_nothing(self, colony: FakeColony) -> None:
        async with make_app(colony, read_only=True).run_test(size=SIZE) as pilot:
            await open_form(pilot)
            await pilot.press("ctrl+j")
            assert notices(pilot) == ["This session is read-only."]
            assert submissions(colony) == []

    async def test_an_old_specification_again(self, colony: FakeColony) -> None:
        process = any_process(colony, ProcessState.RUNNING, "train_resnet")
        async with make_app(colony).run_test(size=SIZE) as pilot:
            await open_form(pilot, process.spec)
            assert field(pilot, "kwargs").value == "epochs=30"
            await pilot.press("ctrl+j")
            await actions_done(pilot)
            assert submissions(colony) == [process.spec]


class TestLeaving:
    async def test_a_clean_form_just_closes(self, colony: FakeColony) -> None:
        async with make_app(colony).run_test(size=SIZE) as pilot:
            await open_form(pilot)
            await press_and_leave(pilot, "escape")
            assert app_of(pilot).screen is app_of(pilot).main

    async def test_a_dirty_form_asks(self, colony: FakeColony) -> None:
        async with make_app(colony).run_test(size=SIZE) as pilot:
            await open_form(pilot)
            await rewrite(pilot, "label", "x")
            pilot.app.simulate_key("escape")
            await until(pilot, lambda: isinstance(app_of(pilot).screen, ConfirmScreen))
            await press_and_leave(pilot, "n")
            assert field(pilot, "label").value == "x"
            pilot.app.simulate_key("escape")
            await until(pilot, lambda: isinstance(app_of(pilot).screen, ConfirmScreen))
            await press_and_leave(pilot, "y")
            await until(pilot, lambda: app_of(pilot).screen is app_of(pilot).main)

    async def test_leaving_while_it_is_on_its_way_asks(self, colony: FakeColony) -> None:
        async with make_app(colony).run_test(size=SIZE) as pilot:
            await open_form(pilot)
            hold = colony.hold(messages.SubmitFunctionSpec)
            await pilot.press("ctrl+j")
            await hold.arrived.wait()
            pilot.app.simulate_key("escape")
            await until(pilot, lambda: isinstance(app_of(pilot).screen, ConfirmScreen))
            await press_and_leave(pilot, "y")
            await until(pilot, lambda: app_of(pilot).screen is app_of(pilot).main)
            hold.release()
            await pilot.pause()


class TestBeginnings:
    async def test_template(self, colony: FakeColony) -> None:
        async with make_app(colony).run_test(size=SIZE) as pilot:
            await open_form(pilot)
            await pilot.press("f5", "j", "j", "j")
            await press_and_leave(pilot, "enter")
            await until(pilot, lambda: editor_data(pilot)["label"] == "retries")
            assert field(pilot, "maxretries").value == "2"

    async def test_earlier_submission(self, colony: FakeColony) -> None:
        async with make_app(colony).run_test(size=SIZE) as pilot:
            await open_form(pilot)
            await pilot.press("f5", "end")
            await press_and_leave(pilot, "enter")
            await until(pilot, lambda: editor_data(pilot)["funcname"] == "train_big")

    async def test_file(self, colony: FakeColony, tmp_path: Path) -> None:
        path = tmp_path / "job.yaml"
        path.write_text("funcname: train\nlabel: from file\nconditions: {executortype: gpu}\n")
        async with make_app(colony).run_test(size=SIZE) as pilot:
            await open_form(pilot)
            await pilot.press("f3")
            await until(pilot, lambda: bool(app_of(pilot).screen.query(Input)))
            app_of(pilot).screen.query_one(Input).value = str(path)
            await press_and_leave(pilot, "enter")
            await until(pilot, lambda: field(pilot, "label").value == "from file")

    @pytest.mark.parametrize("content", [None, b"\xff\xfe\x00"])
    async def test_file_that_cannot_be_read(self, colony: FakeColony, tmp_path: Path, content: bytes | None) -> None:
        path = tmp_path / "missing.json"
        if content is not None:
            path.write_bytes(content)
        async with make_app(colony).run_test(size=SIZE) as pilot:
            await open_form(pilot)
            before = editor_data(pilot)
            await pilot.press("f3")
            await until(pilot, lambda: bool(app_of(pilot).screen.query(Input)))
            app_of(pilot).screen.query_one(Input).value = str(path)
            await press_and_leave(pilot, "enter")
            await until(pilot, lambda: any("Cannot load" in notice for notice in notices(pilot)))
            assert editor_data(pilot) == before

    async def test_paths_are_completed(self, colony: FakeColony, tmp_path: Path) -> None:
        (tmp_path / "directory").mkdir()
        async with make_app(colony).run_test(size=SIZE) as pilot:
            await open_form(pilot)
            await pilot.press("f3")
            await until(pilot, lambda: bool(app_of(pilot).screen.query(Input)))
            entry = app_of(pilot).screen.query_one(Input)
            entry.value = f"{tmp_path}/dir"
            await until(pilot, lambda: entry._suggestion == f"{tmp_path}/directory/")


class TestEditor:
    async def test_edits_in_the_users_editor(
        self, colony: FakeColony, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        script = tmp_path / "editor"
        script.write_text("#!/bin/sh\nsed -i 's/hello/goodbye/' \"$1\"\n")
        script.chmod(0o755)
        monkeypatch.setenv("VISUAL", str(script))
        async with make_app(colony).run_test(size=SIZE) as pilot:
            await open_form(pilot)
            monkeypatch.setattr(app_of(pilot), "suspend", nullcontext)
            await pilot.press("f4")
            assert field(pilot, "cmdargs").value == "goodbye world"

    @pytest.mark.parametrize("command", ["false", "/does/not/exist", "unbalanced '"])
    async def test_an_editor_that_fails_changes_nothing(
        self, colony: FakeColony, monkeypatch: pytest.MonkeyPatch, command: str
    ) -> None:
        monkeypatch.setenv("VISUAL", command)
        async with make_app(colony).run_test(size=SIZE) as pilot:
            await open_form(pilot)
            before = editor_data(pilot)
            monkeypatch.setattr(app_of(pilot), "suspend", nullcontext)
            await pilot.press("f4")
            assert len(notices(pilot)) == 1
            assert editor_data(pilot) == before

    async def test_where_the_terminal_cannot_be_handed_over(self, colony: FakeColony) -> None:
        async with make_app(colony).run_test(size=SIZE) as pilot:
            await open_form(pilot)
            await pilot.press("f4")
            assert notices(pilot) == ["An editor cannot be opened from here."]

    async def test_large_and_strange_texts_are_survived(self, colony: FakeColony) -> None:
        async with make_app(colony).run_test(size=SIZE) as pilot:
            await open_form(pilot)
            editor = form_of(pilot).query_one(SpecEditor)
            for text in (
                '{"a": "' + "x" * 5_000 + '"}',
                "\n".join(['{"a":'] * 500),
                "[" * 500,
                '"unclosed',
                "é界\u0301",
            ):
                editor.text = text
                await pilot.pause()
            assert problems(pilot) is not None
