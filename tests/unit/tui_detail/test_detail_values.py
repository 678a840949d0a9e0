from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonysdk.objects import Attribute, AttributeType, FunctionSpec, Process
from colonytui.jsontext.highlight import json_parts
from colonytui.jsontext.rows import Kind, branches, json_rows, value_at
from colonytui.jsontext.secret_values import MASK, is_secret, masked_spec
from colonytui.logs.buffer import GapLine, LogLine, MarkerLine
from colonytui.logs.export import SaveError, save_text, to_text
from colonytui.processes.values import tab_value

VALUE = {"a": 1, "b": {"c": [True, "x"], "d": {}}, "e": None}

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
)


class TestRows:
    def test_open_tree(self) -> None:
        rows = json_rows(VALUE, ())
        assert [(row.key, row.depth, row.shown) for row in rows] == [
            ("a", 0, "1"), ("b", 0, "{2}"), ("c", 1, "[2]"), ("0", 2, "true"), ("1", 2, '"x"'), ("d", 1, "{}"),
            ("e", 0, "null"),
        ]  # fmt: skip

    def test_closed_branch_hides_what_it_holds(self) -> None:
        rows = json_rows(VALUE, {("b",)})
        assert [row.key for row in rows] == ["a", "b", "e"]
        assert not rows[1].is_open

    def test_kinds(self) -> None:
        assert [row.kind for row in json_rows([1, 1.5, True, None, "x", [1]], ())][:6] == [
            Kind.NUMBER, Kind.NUMBER, Kind.WORD, Kind.WORD, Kind.TEXT, Kind.BRANCH
        ]  # fmt: skip

    def test_a_leaf_alone(self) -> None:
        [row] = json_rows("x", ())
        assert (row.path, row.shown) == ((), '"x"')

    @given(json_values)
    def test_every_row_leads_to_its_value(self, value: Any) -> None:
        for row in json_rows(value, ()):
            value_at(value, row.path)
        assert {row.path for row in json_rows(value, ()) if row.kind is Kind.BRANCH} == set(branches(value))


class TestHighlight:
    def test_parts_of_a_line(self) -> None:
        line = '"a": [1, "b", true, -2.5e3]'
        parts = [(part.kind, line[part.start : part.end]) for part in json_parts(line)]
        assert parts == [("key", '"a"'), ("number", "1"), ("string", '"b"'), ("word", "true"), ("number", "-2.5e3")]

    @given(st.text(max_size=80))
    def test_any_text_is_survived(self, text: str) -> None:
        for part in json_parts(text):
            assert 0 <= part.start < part.end <= len(text)


class TestSecrets:
    @pytest.mark.parametrize("name", ["API_KEY", "github_token", "MY_SECRET", "DB_PASSWORD", "PASSWD", "CREDENTIALS"])
    def test_names_of_secrets(self, name: str) -> None:
        assert is_secret(name)

    @pytest.mark.parametrize("name", ["PATH", "MODE", "EPOCHS", "HOME"])
    def test_other_names(self, name: str) -> None:
        assert not is_secret(name)

    def test_only_texts_in_environment_and_kwargs_are_masked(self) -> None:
        spec = {"env": {"TOKEN": "x", "EMPTY_TOKEN": ""}, "kwargs": {"token_count": 3, "token": "y"}, "label": "token"}
        assert masked_spec(spec) == {
            "env": {"TOKEN": MASK, "EMPTY_TOKEN": ""}, "kwargs": {"token_count": 3, "token": MASK}, "label": "token"
        }  # fmt: skip

    def test_odd_shapes_are_left_alone(self) -> None:
        assert masked_spec({"env": None, "kwargs": [1]}) == {"env": None, "kwargs": [1]}


class TestTabValues:
    PROCESS = Process(
        spec=FunctionSpec(func_name="x", env={"TOKEN": "hunter2"}),
        errors=["bad"],
        attributes=[
            Attribute(attribute_type=AttributeType.ENV, key="TOKEN", value="hunter2"),
            Attribute(attribute_type=AttributeType.OUT, key="TOKEN", value="seen"),
        ],
    )

    @pytest.mark.parametrize("tab", ["spec", "conditions", "output", "attributes"])
    def test_nothing_secret_by_itself(self, tab: str) -> None:
        assert "hunter2" not in str(tab_value(tab, self.PROCESS, shows_secrets=False))

    def test_secrets_on_demand(self) -> None:
        assert tab_value("spec", self.PROCESS, shows_secrets=True)["env"] == {"TOKEN": "hunter2"}
        assert tab_value("attributes", self.PROCESS, shows_secrets=True)["ENV"] == {"TOKEN": "hunter2"}
        assert tab_value("attributes", self.PROCESS, shows_secrets=False)["OUT"] == {"TOKEN": "seen"}

    def test_only_what_there_is(self) -> None:
        assert tab_value("output", self.PROCESS, shows_secrets=False) == {"errors": ["bad"]}

    def test_unknown_tab(self) -> None:
        with pytest.raises(KeyError):
            tab_value("weather", self.PROCESS, shows_secrets=False)


class TestExport:
    def test_times_and_text_without_colours(self) -> None:
        lines: list[LogLine | GapLine | MarkerLine] = [
            LogLine("\x1b[31mred\x1b[0m", 1_700_000_000_000_000_000),
            MarkerLine(0),
            GapLine(0, 1),
        ]
        text = to_text(lines, times=True)
        assert text.splitlines()[0] == "2023-11-14T22:13:20.000+00:00 red"
        assert len(text.splitlines()) == 3
        assert to_text(lines[:1], times=False) == "red\n"

    def test_unwritable_place_is_told(self, tmp_path: Any) -> None:
        with pytest.raises(SaveError, match="cannot write"):
            save_text(tmp_path / "missing" / "x.log", "text")
