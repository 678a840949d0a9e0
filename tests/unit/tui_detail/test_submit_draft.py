import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonysdk.errors import InvalidSpec
from colonysdk.objects import (
    Capabilities,
    Conditions,
    Executor,
    ExecutorState,
    Function,
    FunctionSpec,
    Hardware,
)
from colonysdk.specs import check_spec
from colonytui.explain.findings import ColonyFacts
from colonytui.jsontext.places import json_lines
from colonytui.spec.draft import SpecDraft, compact_spec, to_text
from colonytui.spec.facts import colony_problems, matching_executors
from colonytui.spec.fields import FIELDS
from colonytui.spec.templates import FIRST, TEMPLATES

JOB = {
    "funcname": "execute",
    "kwargs": {"docker-image": "busybox", "cmd": "echo", "args": ["hi", "30"], "debug": True},
    "conditions": {"executortype": "container-executor", "mem": "64Mi"},
}
FUTURE_JOB = JOB | {"futurefield": {"nobody": ["knows", 1]}}


def copy(data: dict[str, Any]) -> dict[str, Any]:
    copied: dict[str, Any] = json.loads(json.dumps(data))
    return copied


class TestTwoViews:
    def test_fields_show_what_the_text_says(self) -> None:
        draft = SpecDraft()
        assert draft.set_text(json.dumps(JOB))
        assert draft.field_text("image") == "busybox"
        assert draft.field_text("cmdargs") == 'hi "30"'
        assert draft.field_text("mem") == "64Mi"

    def test_text_follows_the_fields_and_unknown_members_survive(self) -> None:
        draft = SpecDraft(copy(FUTURE_JOB))
        assert draft.set_field("mem", "128Mi")
        assert json.loads(draft.text) == FUTURE_JOB | {
            "conditions": {"executortype": "container-executor", "mem": "128Mi"}
        }

    def test_exec_is_one_channel_among_others(self) -> None:
        draft = SpecDraft(copy(JOB | {"channels": ["notes"]}))
        assert draft.field_text("exec") == ""
        assert draft.set_field("exec", " Yes ")
        assert (draft.data["channels"], draft.field_text("exec")) == (["notes", "exec"], "yes")
        assert draft.set_field("exec", "no")
        assert draft.data["channels"] == ["notes"]

    def test_without_any_channel_there_is_no_list(self) -> None:
        draft = SpecDraft(copy(JOB))
        draft.set_field("exec", "yes")
        draft.set_field("exec", "")
        assert draft.data == JOB

    def test_exec_is_yes_or_no(self) -> None:
        draft = SpecDraft(copy(JOB))
        assert not draft.set_field("exec", "y")
        assert [(problem.path, problem.message) for problem in draft.problems()] == [("$.channels", "say yes or no")]

    def test_the_longest_lease_is_a_time(self) -> None:
        draft = SpecDraft(copy(JOB))
        assert draft.set_field("maxleasetime", "2h")
        assert draft.build("dev").max_lease_time == 7200

    def test_other_kwargs_have_a_field_of_their_own(self) -> None:
        draft = SpecDraft(copy(JOB))
        assert draft.field_text("kwargs") == "debug=true"
        draft.set_field("kwargs", "rebuild-image=false")
        assert draft.data["kwargs"] == {
            "docker-image": "busybox", "cmd": "echo", "args": ["hi", "30"], "rebuild-image": False
        }  # fmt: skip

    def test_emptied_field_is_removed(self) -> None:
        draft = SpecDraft(copy(JOB))
        draft.set_field("mem", "")
        assert draft.data["conditions"] == {"executortype": "container-executor"}

    def test_yaml_is_accepted(self) -> None:
        draft = SpecDraft()
        assert draft.set_text("funcname: execute\nkwargs:\n  cmd: echo\n")
        assert draft.field_text("cmd") == "echo"

    def test_names_match_in_any_case(self) -> None:
        draft = SpecDraft({"FuncName": "train", "Conditions": {"ExecutorType": "gpu"}})
        assert draft.field_text("executortype") == "gpu"
        draft.set_field("executortype", "cpu")
        assert draft.data == {"FuncName": "train", "Conditions": {"ExecutorType": "cpu"}}

    def test_broken_text_leaves_the_fields(self) -> None:
        draft = SpecDraft(copy(JOB))
        assert not draft.set_text('{"funcname": ')
        assert draft.field_text("funcname") == "execute"
        assert "not JSON: line 1" in draft.problems()[0].message

    def test_last_edited_wins(self) -> None:
        draft = SpecDraft(copy(JOB))
        draft.set_text("{broken")
        draft.set_field("label", "/x")
        assert json.loads(draft.text) == JOB | {"label": "/x"}
        assert not [problem for problem in draft.problems() if problem.severity == "error"]

    def test_a_list_is_no_specification(self) -> None:
        draft = SpecDraft()
        assert not draft.set_text("[{}]")
        assert "workflow" in draft.problems()[0].message

    def test_wrong_shapes_are_shown_and_replaced(self) -> None:
        draft = SpecDraft({"funcname": 3, "conditions": [1], "kwargs": "x", "env": ["A"]})
        assert {field.id: draft.field_text(field.id) for field in FIELDS}["funcname"] == "3"
        draft.set_field("executortype", "gpu")
        assert draft.data["conditions"] == {"executortype": "gpu"}

    @given(
        texts=st.dictionaries(
            st.sampled_from(["funcname", "label"]), st.text(min_size=1, max_size=9).filter(str.isprintable)
        ),
        names=st.lists(st.text(min_size=1, max_size=9).filter(lambda name: "," not in name), min_size=1, max_size=3),
        env=st.dictionaries(st.text(max_size=9), st.text(max_size=9), min_size=1, max_size=3),
        args=st.lists(st.none() | st.booleans() | st.integers() | st.text(max_size=9), min_size=1, max_size=3),
    )
    def test_writing_back_what_a_field_shows_changes_nothing(
        self, texts: dict[str, str], names: list[str], env: dict[str, str], args: list[object]
    ) -> None:
        members = texts | {"env": env, "args": args, "conditions": {"executornames": names}}
        draft = SpecDraft(copy(FUTURE_JOB) | members)
        before = copy(draft.data)
        for field in FIELDS:
            draft.set_field(field.id, draft.field_text(field.id))
        assert draft.data == before

    @pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.name)
    def test_templates_survive_the_form(self, template: Any) -> None:
        draft = SpecDraft(copy(template.data))
        for field in draft.shown_fields():
            draft.set_field(field.id, draft.field_text(field.id))
        assert draft.data == {name: value for name, value in template.data.items() if value != []}


class TestReading:
    @pytest.mark.parametrize(
        ("field_id", "typed", "path", "value"),
        [
            ("maxexectime", "600", ("maxexectime",), 600),
            ("maxexectime", "10m", ("maxexectime",), 600),
            ("maxexectime", "-1", ("maxexectime",), -1),
            ("maxexectime", "soon", ("maxexectime",), "soon"),
            ("priority", "5", ("priority",), 5),
            ("executornames", "gpu-1, gpu-2", ("conditions", "executornames"), ["gpu-1", "gpu-2"]),
            ("env", "A=30", ("env",), {"A": "30"}),
            ("args", "hello 30", ("args",), ["hello", 30]),
        ],
    )
    def test_typed_values(self, field_id: str, typed: str, path: tuple[str, ...], value: object) -> None:
        draft = SpecDraft()
        draft.set_field(field_id, typed)
        found: Any = draft.data
        for name in path:
            found = found[name]
        assert found == value

    def test_unreadable_field_is_a_problem_until_it_is_mended(self) -> None:
        draft = SpecDraft(copy(JOB))
        assert not draft.set_field("env", "A")
        assert [problem.path for problem in draft.problems()] == ["$.env"]
        assert draft.is_dirty
        with pytest.raises(InvalidSpec):
            draft.build("dev")
        assert draft.set_field("env", "A=1")
        assert not draft.problems()


class TestValidation:
    def test_types_are_checked_as_they_are_typed(self) -> None:
        draft = SpecDraft(copy(JOB))
        draft.set_field("maxexectime", "soon")
        assert [problem.path for problem in draft.problems()] == ["$.maxexectime"]

    def test_warnings_do_not_block(self) -> None:
        spec = SpecDraft(copy(JOB) | {"maxretries": 2}).build("dev")
        assert spec.conditions.colony_name == "dev"

    @pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.name)
    def test_templates_are_sound(self, template: Any) -> None:
        assert check_spec(template.data) == []

    def test_clean_until_edited(self) -> None:
        draft = SpecDraft(copy(FIRST.data))
        assert not draft.is_dirty
        draft.set_field("label", "x")
        assert draft.is_dirty
        draft.mark_saved()
        assert not draft.is_dirty


class TestText:
    def test_what_could_drive_a_terminal_is_escaped_and_means_the_same(self) -> None:
        data = {"label": "a\x1b[2J\x9b\u202eb\ud800", "env": {"A": "界"}}
        text = to_text(data)
        assert "\x9b" not in text
        assert "\u202e" not in text
        assert "界" in text
        assert json.loads(text) == data


class TestCompact:
    def test_what_says_nothing_is_left_out(self) -> None:
        spec = FunctionSpec(
            func_name="train",
            max_exec_time=-1,
            kwargs={"empty": "", "zero": 0},
            conditions=Conditions(executor_type="gpu", cpu="0m"),
        )
        assert compact_spec(spec) == {
            "funcname": "train",
            "kwargs": {"empty": "", "zero": 0},
            "maxexectime": -1,
            "conditions": {"executortype": "gpu"},
        }

    def test_it_means_the_same(self) -> None:
        spec = SpecDraft(copy(FIRST.data)).build("dev")
        assert SpecDraft(compact_spec(spec)).build("dev") == spec


class TestColonyFacts:
    EXECUTOR = Executor(
        executor_id="id",
        executor_name="gpu-1",
        executor_type="gpu",
        state=ExecutorState.APPROVED,
        last_heard_from_time=datetime(2026, 1, 1, tzinfo=UTC),
        capabilities=Capabilities(hardware=[Hardware(mem="4Gi")]),
    )
    FACTS = ColonyFacts(now=datetime(2026, 1, 1, tzinfo=UTC), colony_name="dev", executors=[EXECUTOR], running=[])

    def spec(self, **conditions: Any) -> FunctionSpec:
        return FunctionSpec(func_name="train", conditions=Conditions(**({"executor_type": "gpu"} | conditions)))

    @pytest.mark.parametrize(
        ("conditions", "path"),
        [
            ({"executor_type": "slurm"}, "$.conditions.executortype"),
            ({"executor_names": ["gpu-9"]}, "$.conditions.executornames"),
            ({"location_name": "lumi"}, "$.conditions.locationname"),
            ({"mem": "8Gi"}, "$.conditions.mem"),
        ],
    )
    def test_what_would_wait_is_a_warning(self, conditions: dict[str, Any], path: str) -> None:
        [problem] = colony_problems(self.spec(**conditions), self.FACTS, None)
        assert (problem.path, problem.severity) == (path, "warning")

    def test_nothing_to_say_when_somebody_can_take_it(self) -> None:
        assert colony_problems(self.spec(), self.FACTS, None) == []
        assert matching_executors(self.spec(), self.FACTS) == "1 executor matches"

    def test_function_that_nobody_registered(self) -> None:
        functions = [Function(func_name="execute", executor_type="gpu")]
        [problem] = colony_problems(self.spec(), self.FACTS, functions)
        assert problem.path == "$.funcname"
        assert problem.accepted == "execute"

    def test_unknown_colony_says_nothing(self) -> None:
        facts = ColonyFacts(now=self.FACTS.now, colony_name="dev")
        assert colony_problems(self.spec(), facts, None) == []
        assert matching_executors(self.spec(), facts) == ""


class TestPlaces:
    def test_lines_of_paths(self) -> None:
        text = json.dumps({"kwargs": {"docker-image": "x", "args": ["a", {"b": 1}]}, "maxretries": 1}, indent=2)
        lines = json_lines(text)
        shown = text.splitlines()
        assert '"docker-image"' in shown[lines['$.kwargs["docker-image"]']]
        assert '"b"' in shown[lines["$.kwargs.args[1].b"]]
        assert '"maxretries"' in shown[lines["$.maxretries"]]

    @given(st.text(alphabet='{}[]",:a1\n ', max_size=60))
    def test_broken_text_is_survived(self, text: str) -> None:
        json_lines(text)
