import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonysdk.errors import InvalidSpec
from colonysdk.specs import load_spec, read_spec


def problems_of(text: str) -> list[str]:
    with pytest.raises(InvalidSpec) as raised:
        load_spec(text, colony_name="dev")
    return [str(problem) for problem in raised.value.problems]


def test_json_loads_with_the_colony_filled_in() -> None:
    spec = load_spec('{"funcname": "f", "args": ["a", 1], "conditions": {"executortype": "cli"}}', colony_name="dev")
    assert (spec.func_name, spec.args, spec.conditions.colony_name) == ("f", ["a", 1], "dev")


def test_yaml_loads_as_json_does() -> None:
    text = 'funcname: execute\nkwargs:\n  cmd: echo\n  docker-image: busybox\n  args: [hello, 1]\nenv: {DEBUG: "yes"}\n'
    spec = load_spec(text, colony_name="dev")
    assert spec.kwargs == {"cmd": "echo", "docker-image": "busybox", "args": ["hello", 1]}
    assert spec.env == {"DEBUG": "yes"}


def test_a_named_colony_is_kept() -> None:
    text = '{"funcname": "f", "conditions": {"colonyname": "other"}}'
    assert load_spec(text, colony_name="dev").conditions.colony_name == "other"


@pytest.mark.parametrize("given_limits", [{}, {"maxexectime": 0, "maxwaittime": 0}, {"maxexectime": None}])
def test_limits_absent_or_zero_mean_none(given_limits: dict[str, object]) -> None:
    spec = load_spec(json.dumps({"funcname": "f"} | given_limits), colony_name="dev")
    assert (spec.max_exec_time, spec.max_wait_time) == (-1, -1)


def test_amounts_that_the_reference_misreads_are_rewritten_and_others_kept() -> None:
    conditions = {"cpu": "2", "mem": "10MB", "storage": "1.5Gi", "gpu": {"mem": "1Ti"}}
    spec = load_spec(json.dumps({"funcname": "f", "conditions": conditions}), colony_name="dev")
    rewritten = spec.conditions
    assert (rewritten.cpu, rewritten.mem) == ("2000m", "9766Ki")
    assert (rewritten.storage, rewritten.gpu.mem) == ("1536Mi", "1024Gi")
    conditions = {"cpu": "500m", "mem": "64MiB", "storage": ""}
    kept = load_spec(json.dumps({"funcname": "f", "conditions": conditions}), colony_name="dev").conditions
    assert (kept.cpu, kept.mem, kept.storage) == ("500m", "64MiB", "")


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('{"funcname": "f",\n  "args": [1 2]}', "line 2, column 14"),
        ("{", "line 1, column 2"),
        ("{funcname: f}", "line 1, column 2"),
        ('{"funcname": "f"} trailing', "line 1, column 19"),
        ("funcname: f: g", "line 1, column 12"),
        ("a: [1,\nb: }", "line 2"),
        ("just words", "line 1, column 1"),
        ("\n  2026-01-02", "line 2, column 7"),
    ],
)
def test_what_is_no_json_and_no_yaml_is_located(text: str, place: str) -> None:
    (problem,) = problems_of(text)
    assert problem.startswith("$: ")
    assert place in problem


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  \n",
        "just words",
        "[]",
        '"text"',
        '{"funcname": NaN}',
        '{"funcname": "f", "priority": ' + "9" * 5000 + "}",
        "[" * 100_000,
        '{"a":' * 500 + "1" + "}" * 500,
        "a: &x [1]\nb: *x",
        "funcname: !!python/object:os.system x",
        "funcname: \x01",
        "funcname: 2026-13-45",
        "? [a]\n: b",
        "- " * 5000 + "x",
        "x" * 5_000_000,
    ],
)
def test_every_other_bad_text_is_one_problem_too(text: str) -> None:
    assert problems_of(text)


def test_a_key_given_twice_is_refused_in_both_languages() -> None:
    for text in ('{"conditions": {"mem": "1Mi", "mem": "2Mi"}}', "conditions:\n  mem: 1Mi\n  mem: 2Mi\n"):
        (problem,) = problems_of(text)
        assert problem.startswith("$..mem: ")


def test_warnings_do_not_keep_a_specification_from_loading() -> None:
    assert load_spec('{"funcname": "f"}', colony_name="dev").conditions.executor_type == ""


def test_a_byte_order_mark_is_no_part_of_the_text() -> None:
    assert read_spec('\ufeff{"funcname": "f"}') == {"funcname": "f"}


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(InvalidSpec):
        read_spec(text)
