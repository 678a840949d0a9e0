"""Workflow specifications: every problem of every member, the graph they make, and loading."""

import json
from typing import Any

import pytest

from colonysdk.errors import InvalidSpec
from colonysdk.specs import build_workflow, check_workflow, load_workflow


def member(name: str, *dependencies: str, **fields: Any) -> dict[str, Any]:
    conditions = {"executortype": "cli", "dependencies": [*dependencies]}
    return {"nodename": name, "funcname": "echo", "conditions": conditions, **fields}


def problems(data: object) -> list[tuple[str, str, str]]:
    return [(problem.severity, problem.path, problem.message) for problem in check_workflow(data)]


def test_a_graph_in_either_form() -> None:
    specs = [member("a"), member("b", "a"), member("c", "a", "b")]
    assert problems(specs) == []
    assert problems({"ColonyName": "dev", "FunctionSpecs": specs}) == []


@pytest.mark.parametrize(
    ("specs", "path", "message"),
    [
        ([member("a", "b"), member("b", "a")], "$[0].conditions.dependencies", "a → b → a"),
        ([member("a", "a")], "$[0].conditions.dependencies", "a → a"),
        ([member("a"), member("b", "x")], "$[1].conditions.dependencies[0]", 'no node is named "x"'),
        ([member("a"), member("")], "$[1].nodename", "is missing"),
        ([member("a"), member("a")], "$[1].nodename", '"a" is the name of another node, see $[0].nodename'),
        ([member("a"), {"nodename": "b"}], "$[1].funcname", "is missing"),
        ([member("a", priority=10**6)], "$[0].priority", "the number 1000000 is out of range"),
    ],
)
def test_mistakes(specs: list[dict[str, Any]], path: str, message: str) -> None:
    errors = [problem[1:] for problem in problems(specs) if problem[0] == "error"]
    found = [(place, words) for place, words in errors if place == path]
    assert found, errors
    assert message.removeprefix("the number ") in found[0][1]


def test_paths_of_the_form_of_the_wire() -> None:
    [problem] = check_workflow({"functionspecs": [member("a", "b"), member("b", "a")]})
    assert problem.path == "$.functionspecs[0].conditions.dependencies"


@pytest.mark.parametrize(
    ("data", "path"),
    [
        ([], "$"),
        ("text", "$"),
        ({"functionspecs": {}}, "$.functionspecs"),
        ({}, "$.functionspecs"),
        ({"functionspecs": [member("a")], "functions": []}, "$.functions"),
        ({"functionspecs": [member("a")], "colonyname": 1}, "$.colonyname"),
    ],
)
def test_what_is_no_workflow(data: object, path: str) -> None:
    [problem] = check_workflow(data)
    assert (problem.path, problem.severity) == (path, "error")


def test_warnings_of_members_but_not_about_dependencies() -> None:
    specs = [member("a"), member("b", "a", maxretries=3)]
    assert [(severity, path) for severity, path, _ in problems(specs)] == [("warning", "$[1].maxretries")]


def test_loading() -> None:
    spec = load_workflow(json.dumps([member("a"), member("b", "a", maxexectime=5)]), colony_name="dev")
    assert spec.colony_name == "dev"
    assert [function.conditions.colony_name for function in spec.function_specs] == ["dev", "dev"]
    assert [function.max_exec_time for function in spec.function_specs] == [-1, 5]
    assert spec.function_specs[1].conditions.dependencies == ["a"]


def test_the_colony_of_the_workflow_counts() -> None:
    specs = [member("a")]
    specs[0]["conditions"]["colonyname"] = "other"
    spec = build_workflow({"colonyname": "dev", "functionspecs": specs}, colony_name="home")
    assert (spec.colony_name, spec.function_specs[0].conditions.colony_name) == ("dev", "dev")


def test_all_errors_at_once() -> None:
    with pytest.raises(InvalidSpec) as refusal:
        build_workflow([member("a", priority="x"), {"nodename": "b"}], colony_name="dev")
    assert {problem.path for problem in refusal.value.problems} == {"$[0].priority", "$[1].funcname"}


def test_thousands_of_members_are_checked_without_recursion() -> None:
    specs = [member(f"n{index}", *([f"n{index - 1}"] if index else [])) for index in range(5000)]
    assert check_workflow(specs) == []
    specs[0]["conditions"]["dependencies"] = ["n4999"]
    [problem] = check_workflow(specs)
    assert problem.message.endswith("… (4990 more) → n0")
