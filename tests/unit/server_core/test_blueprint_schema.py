"""Schemas of blueprints: what they allow, and where they say that the mistake is."""

from typing import Any

import pytest

from colonysdk.objects import BlueprintSchema
from colonyserver.errors import Invalid
from colonyserver.services.blueprint_schema import MAX_BYTES, MAX_DEPTH, check_bounds, check_spec

SCHEMA = BlueprintSchema.model_validate(
    {
        "type": "object",
        "required": ["image"],
        "properties": {
            "image": {"type": "string"},
            "replicas": {"type": "integer"},
            "ratio": {"type": "number"},
            "debug": {"type": "boolean"},
            "size": {"type": "string", "enum": ["small", "large"]},
            "level": {"enum": [1, None, "x"]},
            "anything": {"type": "whatever"},
            "ports": {
                "type": "array",
                "items": {"type": "object", "properties": {"number": {"type": "number"}, "name": {"type": "string"}}},
            },
            "resources": {"type": "object", "properties": {"cpu": {"type": "string"}}},
        },
    }
)


@pytest.mark.parametrize(
    "spec",
    [
        {"image": "busybox"},
        {"image": "", "unknown": {"deep": [1]}},
        {"image": "i", "replicas": 3, "ratio": 0.5, "debug": True, "size": "large", "anything": [None]},
        {"image": "i", "replicas": 3.0, "ratio": 2, "level": None},
        {"image": "i", "replicas": 10**400},
        {"image": "i", "ports": [{"number": 80}, {"name": "http", "else": 1}], "resources": {"cpu": "1", "gpu": 1}},
    ],
)
def test_what_is_allowed(spec: dict[str, Any]) -> None:
    check_spec(spec, SCHEMA)


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ({}, "$.spec.image: it is required"),
        ({"image": 1}, "$.spec.image: it must be of type string"),
        ({"image": None}, "$.spec.image: it must be of type string"),
        ({"image": "i", "replicas": 1.5}, "$.spec.replicas: it must be of type integer"),
        ({"image": "i", "replicas": True}, "$.spec.replicas: it must be of type integer"),
        ({"image": "i", "ratio": "1"}, "$.spec.ratio: it must be of type number"),
        ({"image": "i", "debug": 1}, "$.spec.debug: it must be of type boolean"),
        ({"image": "i", "size": "medium"}, '$.spec.size: it must be one of "small", "large"'),
        ({"image": "i", "level": True}, '$.spec.level: it must be one of 1, null, "x"'),
        ({"image": "i", "ports": {}}, "$.spec.ports: it must be of type array"),
        ({"image": "i", "ports": [{}, {"number": "80"}]}, "$.spec.ports[1].number: it must be of type number"),
        ({"image": "i", "ports": [[]]}, "$.spec.ports[0]: it must be of type object"),
        ({"image": "i", "resources": {"cpu": 1}}, "$.spec.resources.cpu: it must be of type string"),
    ],
)
def test_what_is_not(spec: dict[str, Any], words: str) -> None:
    with pytest.raises(Invalid) as caught:
        check_spec(spec, SCHEMA)
    assert caught.value.message == f"blueprint validation failed: {words}"


def test_without_properties_everything_is_allowed() -> None:
    check_spec({"a": [1]}, BlueprintSchema())


def _nested(depth: int) -> Any:
    value: Any = 1
    for level in range(depth):
        value = [value] if level % 2 else {"in": value}
    return value


def test_depth() -> None:
    check_bounds(_nested(MAX_DEPTH), "$")
    with pytest.raises(Invalid, match="inside each other"):
        check_bounds(_nested(MAX_DEPTH + 1), "$")


def test_size() -> None:
    check_bounds("x" * (MAX_BYTES - 2), "$")
    with pytest.raises(Invalid, match="at most 1048576 are kept"):
        check_bounds("x" * (MAX_BYTES - 1), "$")
