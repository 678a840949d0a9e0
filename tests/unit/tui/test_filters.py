"""The filter language."""

import contextlib
from dataclasses import dataclass
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonytui.tables.filters import MAX_FILTER_LENGTH, Field, Filter, FilterError, SearchText, parse_filter


@dataclass(frozen=True)
class Job:
    name: str = "train_resnet"
    state: str = "failed"
    age: timedelta | None = timedelta(hours=2)
    priority: float = -1


FIELDS: dict[str, Field[Job]] = {
    "name": Field("name", "the name", lambda job: job.name),
    "state": Field("state", "the state", lambda job: job.state),
    "age": Field("age", "the age", lambda job: job.age, timedelta),
    "prio": Field("prio", "the priority", lambda job: job.priority, float),
}


def understood(text: str) -> Filter[Job]:
    return parse_filter(text, FIELDS, lambda job: SearchText.of(f"{job.name} {job.state}"))


class TestMatching:
    @pytest.mark.parametrize(
        "text",
        [
            "",
            "   ",
            "train",
            "TRAIN".lower(),
            "resnet failed",
            "name:train*",
            "name:*RESNET".lower(),
            "name:train_resnet",
            "name=train_resnet",
            "NAME:train*",
            "age>1h",
            "age>=2h",
            "age<1d prio<0",
            "prio:-1",
            "prio<=-1",
            "!success",
            "!!train",
            "!state:waiting",
            "state:waiting|state:failed",
            "nothing | train",
            "re:res.et|zzz",
            '"resnet failed"',
            "|",
        ],
    )
    def test_matches(self, text: str) -> None:
        assert understood(text).matches(Job())

    @pytest.mark.parametrize(
        "text",
        [
            "Train",
            "name:train",
            "name:resnet*",
            "age>3h",
            "prio>0",
            "!train",
            "state:waiting",
            "!re:train",
            "train zzz",
        ],
    )
    def test_does_not_match(self, text: str) -> None:
        assert not understood(text).matches(Job())

    def test_capital_makes_case_matter(self) -> None:
        assert understood("Train").matches(Job(name="Train"))
        assert not understood("name:Train").matches(Job(name="train"))

    def test_comparison_with_an_unknown_value_never_matches(self) -> None:
        assert not understood("age>1s").matches(Job(age=None))
        assert not understood("age<1s").matches(Job(age=None))

    def test_special_characters_in_a_value_are_plain(self) -> None:
        assert understood("name:a.b(*").matches(Job(name="a.b(c"))
        assert not understood("name:a.b").matches(Job(name="axb"))


class TestProblems:
    @pytest.mark.parametrize(
        ("text", "reason"),
        [
            ("nam:x", "no field 'nam'; there are age, name, prio, state"),
            ("age>soon", "a time such as 10m"),
            ("prio:high", "a number"),
            ("name:", "needs a value"),
            ("name>x", "compare it with : and *"),
            ("re:(", "not a regular expression"),
            ("!", "! needs something to negate"),
            ("x" * (MAX_FILTER_LENGTH + 1), "at most 1000 characters"),
        ],
    )
    def test_says_what_is_wrong(self, text: str, reason: str) -> None:
        with pytest.raises(FilterError) as problem:
            understood(text)
        assert reason in str(problem.value)


class TestServerTerms:
    @pytest.mark.parametrize(
        ("text", "value"),
        [
            ("name:a", "a"),
            ("train name=a !state:x", "a"),
            ("name:a*", None),
            ("!name:a", None),
            ("name:a|name:b", None),
            ("train", None),
        ],
    )
    def test_value_that_every_match_must_have(self, text: str, value: str | None) -> None:
        assert understood(text).required_value("name") == value

    def test_knows_when_time_alone_changes_the_result(self) -> None:
        assert understood("train age>1h").depends_on_time
        assert not understood("train prio>1").depends_on_time


class TestAnyText:
    @given(st.text(max_size=200))
    def test_is_understood_or_explained(self, text: str) -> None:
        with contextlib.suppress(FilterError):
            understood(text).matches(Job())

    @given(st.lists(st.sampled_from(["train", "state:failed", "age>1h", "!x", "re:a.b", '"a b"']), max_size=6))
    def test_and_is_never_wider_than_its_terms(self, terms: list[str]) -> None:
        whole = understood(" ".join(terms)).matches(Job())
        assert whole == all(understood(term).matches(Job()) for term in terms)

    @given(st.lists(st.sampled_from(["train", "nothing", "state:failed", "age>3h"]), min_size=1, max_size=6))
    def test_or_matches_with_any_group(self, groups: list[str]) -> None:
        whole = understood("|".join(groups)).matches(Job())
        assert whole == any(understood(group).matches(Job()) for group in groups)


class TestPatternsThatTakeForEver:
    ENDLESS = "a" * 40 + "b"

    @pytest.mark.parametrize("text", ["re:(a+)+c", "!re:(a|aa)+$", "name:" + "*a" * 30 + "*c"])
    def test_are_given_up(self, text: str) -> None:
        job = Job(name=self.ENDLESS)
        with pytest.raises(FilterError, match="takes too long"):
            understood(text).select([job])

    def test_others_are_applied_to_all_rows(self) -> None:
        jobs = [Job(name=f"job_{number}") for number in range(1000)]
        assert understood(r"re:_7\b|zzz").select(jobs) == [jobs[7]]
