"""Workflow specifications as people write them: a list of function specifications that depend on each other."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from colonysdk.errors import InvalidSpec, Problem
from colonysdk.objects.workflow import WorkflowSpec
from colonysdk.specs.checking import check_spec
from colonysdk.specs.dependencies import Node, check_graph
from colonysdk.specs.loading import build_spec
from colonysdk.specs.reading import read_spec
from colonysdk.specs.shapes import child_path

_FORM = 'a list of function specifications, or an object such as {"functionspecs": […]}'
_FIELDS = ("colonyname", "functionspecs")


def check_workflow(data: object) -> list[Problem]:
    """Return everything that is wrong (severity error) or suspicious (warning) with a workflow; errors first.

    `data` is what `read_spec` returns: the bare list, as in the files of the reference, or the object of the wire.
    The graph is looked at once every specification in it is right by itself.
    """
    path, specs = _specs(data)
    if not isinstance(specs, list):
        return [Problem(path, "the workflow is not a list of function specifications", _FORM)]
    if not specs:
        return [Problem(path, "the workflow is empty", "at least one function specification")]
    problems = [*_unknown_fields(data), *_members(specs, path)]
    if not any(problem.severity == "error" for problem in problems):
        problems += [found.problem for found in check_graph([_node(spec) for spec in specs], path)]
    return sorted(problems, key=lambda problem: problem.severity)


def load_workflow(text: str, *, colony_name: str) -> WorkflowSpec:
    """Return the workflow that a JSON or YAML text holds, ready to be submitted to a colony.

    Raises InvalidSpec with all errors at once.
    """
    return build_workflow(read_spec(text), colony_name=colony_name)


def build_workflow(data: object, *, colony_name: str) -> WorkflowSpec:
    """Return the wire object of a value from `read_spec`; raises InvalidSpec with all errors at once.

    The specifications are completed as `build_spec` does; all of them run in the colony of the workflow.
    """
    errors = [problem for problem in check_workflow(data) if problem.severity == "error"]
    if errors:
        raise InvalidSpec(errors)
    colony_name = str(_fields(data).get("colonyname") or colony_name)
    _, specs = _specs(data)
    assert isinstance(specs, list), "checked above"
    functions = [build_spec(spec, colony_name=colony_name) for spec in specs]
    for function in functions:
        function.conditions.colony_name = colony_name
    return WorkflowSpec(colony_name=colony_name, function_specs=functions)


def _specs(data: object) -> tuple[str, object]:
    """The list of specifications, and its JSON path."""
    if isinstance(data, dict):
        return "$.functionspecs", _fields(data).get("functionspecs")
    return "$", data


def _fields(data: object) -> Mapping[str, object]:
    return {str(name).lower(): value for name, value in data.items()} if isinstance(data, dict) else {}


def _unknown_fields(data: object) -> Iterator[Problem]:
    for name, value in _fields(data).items():
        if name not in _FIELDS:
            yield Problem(child_path("$", name), "unknown field", "one of " + ", ".join(_FIELDS))
        elif name == "colonyname" and not isinstance(value, str | None):
            yield Problem("$.colonyname", "the name of the colony is not a text", 'a text such as "dev"')


def _members(specs: Sequence[object], path: str) -> Iterator[Problem]:
    for index, spec in enumerate(specs):
        place = child_path(path, index)
        for problem in check_spec(spec):
            # What is only a warning there is what makes a workflow here.
            if problem.path != "$.conditions.dependencies" or problem.severity == "error":
                yield replace(problem, path=place + problem.path[1:])


def _node(spec: object) -> Node:
    fields = _fields(spec)
    dependencies = _fields(fields.get("conditions")).get("dependencies")
    return Node(str(fields.get("nodename") or ""), dependencies if isinstance(dependencies, list) else [])
