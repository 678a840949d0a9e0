"""Whether a process speaks of a text."""

import pytest

from colonysdk.objects import Conditions, FunctionSpec
from colonyserver.storage.text_search import SEARCHED_CHARACTERS, contains

_SPEC = FunctionSpec(
    func_name="train",
    args=["Äpfel", 42, {"path": 'C:\\data "raw"'}],
    kwargs={"image": "busybox:1.36", "lines": ["first\nsecond"]},
    env={"SECRET": "hidden"},
    conditions=Conditions(colony_name="dev", executor_type="gpu-executor"),
).model_dump_json()


def _found(text: str, spec_json: str = _SPEC) -> bool:
    return contains(text, "0123abcd", "Train", "/Runs", spec_json)


@pytest.mark.parametrize(
    "text",
    [
        "123A",
        "train",
        "TRAIN",
        "/runs",
        "äpfel",
        "42",
        "path",
        'data "raw"',
        "\\data",
        "busybox",
        "image",
        "FIRST\nSec",
    ],
)
def test_id_function_label_and_arguments(text: str) -> None:
    assert _found(text)


@pytest.mark.parametrize("text", ["secret", "hidden", "gpu-executor", "funcname", "maxwaittime", "nothing"])
def test_the_rest_of_the_specification_is_not_searched(text: str) -> None:
    assert not _found(text)


def test_a_specification_cut_anywhere_is_no_trouble() -> None:
    for length in range(len(_SPEC)):
        assert _found("0123", _SPEC[:length])
        _found("busybox", _SPEC[:length])


def test_long_arguments_are_found_as_far_as_they_are_looked_at() -> None:
    spec_json = FunctionSpec(func_name="f", args=["x" * SEARCHED_CHARACTERS, "late"]).model_dump_json()
    assert contains("xxx", "p", "f", None, spec_json[:SEARCHED_CHARACTERS])
    assert not contains("late", "p", "f", None, spec_json[:SEARCHED_CHARACTERS])
