"""Specifications in their stored form: what R shows when it reads them back, but from every amount we understand."""

import pytest

from colonysdk.objects import Conditions, FunctionSpec, Gpu
from colonyserver.errors import Invalid
from colonyserver.services.specification import normalise


def spec(**conditions: object) -> FunctionSpec:
    return FunctionSpec(func_name="echo", conditions=Conditions(colony_name="dev", **conditions))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given", "stored", "millicores"),
    [("", "0m", 0), ("500m", "500m", 500), ("2", "2000m", 2000), ("0.5", "500m", 500)],
)
def test_cpu(given: str, stored: str, millicores: int) -> None:
    function_spec = spec(cpu=given)
    assert normalise(function_spec).cpu == millicores
    assert function_spec.conditions.cpu == stored


@pytest.mark.parametrize(
    ("given", "stored", "size_bytes"),
    [
        ("", "0Mi", 0),
        ("64Mi", "64Mi", 64 << 20),
        ("1Gi", "1024Mi", 1 << 30),
        ("10GB", "9536Mi", 10**10),
        ("100Ki", "1Mi", 100 << 10),
    ],
)
def test_memory(given: str, stored: str, size_bytes: int) -> None:
    function_spec = spec(mem=given, storage=given, gpu=Gpu(mem=given, node_count=3))
    assert normalise(function_spec).mem == size_bytes
    conditions = function_spec.conditions
    assert (conditions.mem, conditions.storage, conditions.gpu.mem) == (stored, stored, stored)
    assert conditions.gpu.node_count == 3


def test_names_and_place() -> None:
    everyone = spec(executor_names=["*"], location_name="CERN")
    assert normalise(everyone).targets == ()
    assert everyone.conditions.executor_names == []
    assert everyone.conditions.location_name == "CERN"
    assert normalise(everyone).location_name == "cern"
    nobody_named = spec()
    normalise(nobody_named)
    assert nobody_named.conditions.executor_names is None


@pytest.mark.parametrize(
    "bad",
    [
        spec(cpu="lots"),
        spec(mem="-5Mi"),
        spec(storage="10 elephants"),
        spec(gpu=Gpu(mem="?")),
        spec(mem="1" * 1000),
        spec(executor_names=[str(number) for number in range(1001)]),
        spec().model_copy(update={"priority": 50_001}),
        spec().model_copy(update={"priority": -50_001}),
    ],
)
def test_what_cannot_be_stored(bad: FunctionSpec) -> None:
    with pytest.raises(Invalid) as refusal:
        normalise(bad)
    assert refusal.value.status == 400
    assert len(refusal.value.message) < 300
