import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonysdk.errors import Problem
from colonysdk.objects.specification import FunctionSpec
from colonysdk.specs import check_spec

ECHO = {
    "funcname": "execute",
    "kwargs": {"cmd": "echo", "docker-image": "busybox:latest", "args": ["hello", 1, 2.5, True]},
    "conditions": {"executortype": "container-executor", "cpu": "500m", "mem": "64Mi"},
}


def errors(spec: object) -> dict[str, Problem]:
    return {problem.path: problem for problem in check_spec(spec) if problem.severity == "error"}


def warnings(spec: object) -> dict[str, Problem]:
    return {problem.path: problem for problem in check_spec(spec) if problem.severity == "warning"}


def test_a_container_job_has_no_problems() -> None:
    assert check_spec(ECHO) == []


def test_every_field_of_the_wire_object_is_known() -> None:
    whole = FunctionSpec(func_name="f", channels=["a"]).to_wire()
    whole["conditions"] |= {"executortype": "cli", "locationname": "here", "executornames": ["one"]}
    whole["fs"] = {
        "mount": "/cfs",
        "snapshots": [{"snapshotid": "", "label": "/src", "dir": "/src", "keepfiles": False, "keepsnapshot": True}],
        "dirs": [
            {
                "label": "/data",
                "dir": "/data",
                "keepfiles": True,
                "onconflicts": {"onstart": {"keeplocal": False}, "onclose": {"keeplocal": True}},
            }
        ],
    }
    assert check_spec(whole) == []


def test_all_problems_are_found_at_once_with_their_paths() -> None:
    spec = {
        "kwargs": [],
        "maxexectime": "60",
        "maxretries": -2,
        "priority": 50_001,
        "env": {"DEBUG": True, "A=B": "x"},
        "channels": ["a", "a"],
        "conditions": {"mem": "-1Mi", "cpu": "lots", "executornames": "me", "gpu": {"count": -1, "mem": "8Zi"}},
        "fs": {"dirs": [{"dir": "../../etc", "keepfiles": "no"}]},
        "args": {"a": 1},
        "label": 5,
    }
    assert set(errors(spec)) == {
        "$.funcname",
        "$.kwargs",
        "$.maxexectime",
        "$.maxretries",
        "$.priority",
        "$.env.DEBUG",
        '$.env["A=B"]',
        "$.channels[1]",
        "$.conditions.mem",
        "$.conditions.cpu",
        "$.conditions.executornames",
        "$.conditions.gpu.count",
        "$.conditions.gpu.mem",
        "$.fs.dirs[0].dir",
        "$.fs.dirs[0].keepfiles",
        "$.args",
        "$.label",
    }


@pytest.mark.parametrize(
    ("spec", "path", "hint"),
    [
        ({"funcnam": "f"}, "$.funcnam", "funcname"),
        ({"funcname": "f", "max_exec_time": 5}, "$.max_exec_time", "maxexectime"),
        (
            {"funcname": "f", "conditions": {"processes-per-node": 1}},
            '$.conditions["processes-per-node"]',
            "processespernode",
        ),
        ({"funcname": "f", "conditions": {"memory": "64Mi"}}, "$.conditions.memory", "mem"),
        ({"funcname": "f", "zzz": 1}, "$.zzz", "one of nodename, funcname"),
    ],
)
def test_an_unknown_field_names_the_nearest_known_one(spec: object, path: str, hint: str) -> None:
    assert hint in errors(spec)[path].accepted


@pytest.mark.parametrize("data", [None, 5, "text", True, [], [ECHO]])
def test_only_an_object_is_a_specification(data: object) -> None:
    assert set(errors(data)) == {"$"}


@pytest.mark.parametrize("value", [True, 1.0, "1", [], 2**31, 10**500])
@pytest.mark.parametrize("field", ["priority", "maxexectime", "maxwaittime", "maxleasetime", "maxretries"])
def test_whole_numbers_are_whole_numbers_in_range(field: str, value: object) -> None:
    problem = errors({"funcname": "f", field: value})[f"$.{field}"]
    assert problem.accepted
    assert len(str(problem)) < 300


def test_a_number_too_long_to_print_is_out_of_range() -> None:
    assert "out of range" in errors({"funcname": "f", "priority": 10**5000})["$.priority"].message


@pytest.mark.parametrize("field", ["maxexectime", "maxwaittime"])
@pytest.mark.parametrize(("seconds", "is_accepted"), [(0, True), (-1, True), (60, True), (-2, False)])
def test_time_limits_are_seconds_or_none(field: str, seconds: int, is_accepted: bool) -> None:
    assert (f"$.{field}" not in errors({"funcname": "f", field: seconds})) is is_accepted


@pytest.mark.parametrize("priority", [-50_000, 0, 50_000])
def test_priorities_up_to_the_limits_are_accepted(priority: int) -> None:
    assert not errors({"funcname": "f", "priority": priority})


def test_null_is_the_default_everywhere_but_for_the_funcname() -> None:
    spec = dict.fromkeys(FunctionSpec().to_wire()) | {"conditions": {"mem": None, "gpu": None}}
    assert set(errors(spec)) == {"$.funcname"}


def test_field_names_match_in_any_case_but_once() -> None:
    assert not errors({"FuncName": "f", "maxExecTime": 5})
    assert "$.FuncName" in errors({"funcname": "f", "FuncName": "g"})


@pytest.mark.parametrize("funcname", ["", "  ", None, 5])
def test_a_funcname_is_needed(funcname: object) -> None:
    assert "$.funcname" in errors({"funcname": funcname})


@pytest.mark.parametrize("text", ["a\0b", "\ud800"])
def test_texts_that_no_database_stores_are_refused_at_any_depth(text: str) -> None:
    assert "$.args[0].deep[1]" in errors({"funcname": "f", "args": [{"deep": [1, text]}]})


class TestContainerJob:
    @pytest.mark.parametrize(
        ("arguments", "path"),
        [
            ({}, "$.kwargs.cmd"),
            ({}, '$.kwargs["docker-image"]'),
            ({"cmd": ""}, "$.kwargs.cmd"),
            ({"cmd": ["echo"]}, "$.kwargs.cmd"),
            ({"docker-image": 5}, '$.kwargs["docker-image"]'),
            ({"args": "hello"}, "$.kwargs.args"),
            ({"args": ["a", ["b"]]}, "$.kwargs.args[1]"),
            ({"args": ["a", None]}, "$.kwargs.args[1]"),
            ({"rebuild-image": "yes"}, '$.kwargs["rebuild-image"]'),
            ({"init-cmd": 1}, '$.kwargs["init-cmd"]'),
        ],
    )
    @pytest.mark.parametrize("executor_type", ["container-executor", None])
    def test_what_a_container_executor_refuses_is_an_error(
        self, arguments: object, path: str, executor_type: str | None
    ) -> None:
        spec = {"funcname": "execute", "kwargs": arguments, "conditions": {"executortype": executor_type}}
        assert path in errors(spec)

    def test_another_executor_may_have_an_execute_of_its_own(self) -> None:
        spec = {"funcname": "execute", "kwargs": {"code": 1}, "conditions": {"executortype": "python"}}
        assert not errors(spec)
        assert "$.kwargs.cmd" in warnings(spec)

    def test_what_it_ignores_is_a_warning(self) -> None:
        spec = ECHO | {"args": ["lost"], "kwargs": ECHO["kwargs"] | {"docker_image": "x"}}  # type: ignore[operator]
        assert not errors(spec)
        assert set(warnings(spec)) == {"$.args", "$.kwargs.docker_image"}

    def test_positional_arguments_can_stand_for_a_command(self) -> None:
        spec = {
            "funcname": "execute",
            "args": ["echo"],
            "kwargs": {"docker-image": "x"},
            "conditions": {"executortype": ""},
        }
        assert not errors(spec)
        assert "$.kwargs.cmd" in warnings(spec)

    def test_other_functions_take_any_arguments(self) -> None:
        assert not errors({"funcname": "train", "kwargs": {"args": 1, "cmd": {"deep": []}}, "args": [1]})


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"conditions": {}}, "$.conditions.executortype"),
        ({"conditions": {"executortype": "cli", "dependencies": ["a"]}}, "$.conditions.dependencies"),
        ({"maxretries": 3}, "$.maxretries"),
        ({"maxleasetime": 3}, "$.maxleasetime"),
        ({"maxleasetime": 3, "maxexectime": 3}, "$.maxleasetime"),
        ({"fs": {"dirs": [{"label": "/a", "dir": "/a"}]}}, "$.fs.mount"),
    ],
)
def test_traps_are_warnings(change: dict[str, object], path: str) -> None:
    spec = {"funcname": "f", "conditions": {"executortype": "cli"}} | change
    assert not errors(spec)
    assert set(warnings(spec)) == {path}


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda children: st.lists(children, max_size=4) | st.dictionaries(st.text(max_size=8), children, max_size=4),
    max_leaves=12,
)
field_names = st.sampled_from([*FunctionSpec().to_wire(), "channels", "other"])


@given(st.dictionaries(field_names, json_values) | json_values)
def test_any_value_has_problems_or_loads(data: object) -> None:
    if not errors(data):
        assert FunctionSpec.from_json(json.dumps(data)).func_name
