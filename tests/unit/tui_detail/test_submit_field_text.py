import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonytui.spec.field_text import FieldTextError, pairs_text, read_pairs, read_words, words_text

texts = st.text(max_size=12) | st.sampled_from(["", "30", "true", "null", '"', "[", "{}", "a b", "a=b", "1e999", "NaN"])
scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts
values = st.recursive(scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3))


def same(one: object, other: object) -> bool:
    """Equal as JSON, where 1 and true differ."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


class TestWords:
    @pytest.mark.parametrize(
        ("text", "read"),
        [
            ("", []),
            ("hello world", ["hello", "world"]),
            ("--epochs 30 0.5 true null", ["--epochs", 30, 0.5, True, None]),
            ('"two words" "30"', ["two words", "30"]),
            ('[1, 2] {"a": 1}', [[1, 2], {"a": 1}]),
            ('"open', ['"open']),
            ("it's 5m", ["it's", "5m"]),
            ("NaN Infinity 1e999", ["NaN", "Infinity", "1e999"]),
        ],
    )
    def test_reading(self, text: str, read: list[object]) -> None:
        assert same(read_words(text), read)

    @given(st.lists(values, max_size=5))
    def test_nothing_is_lost_on_the_way_through_a_field(self, values: list[object]) -> None:
        shown = words_text(values)
        assert same(read_words(shown), values)
        assert "\n" not in shown

    @given(st.text(max_size=40))
    def test_any_text_can_be_typed(self, text: str) -> None:
        read_words(text)


class TestPairs:
    @pytest.mark.parametrize(
        ("text", "read"),
        [
            ("", {}),
            ("epochs=30 name=resnet", {"epochs": 30, "name": "resnet"}),
            ('path="/a b" empty= list=[1,2]', {"path": "/a b", "empty": "", "list": [1, 2]}),
            ("url=http://x?a=b", {"url": "http://x?a=b"}),
        ],
    )
    def test_reading(self, text: str, read: dict[str, object]) -> None:
        assert same(read_pairs(text), read)

    def test_environment_values_stay_texts(self) -> None:
        assert read_pairs("A=30 B=true C=[1]", texts_only=True) == {"A": "30", "B": "true", "C": "[1]"}

    @pytest.mark.parametrize(
        ("text", "message"), [("epochs", "epochs is not name=value"), ("a=1 a=2", "a is given twice")]
    )
    def test_what_cannot_be_read_is_said(self, text: str, message: str) -> None:
        with pytest.raises(FieldTextError, match=message):
            read_pairs(text)

    @given(st.dictionaries(texts, values, max_size=4))
    def test_nothing_is_lost_on_the_way_through_a_field(self, members: dict[str, object]) -> None:
        assert same(read_pairs(pairs_text(members)), members)

    @given(st.dictionaries(texts, texts, max_size=4))
    def test_environments_survive_too(self, members: dict[str, str]) -> None:
        assert read_pairs(pairs_text(members, texts_only=True), texts_only=True) == members
