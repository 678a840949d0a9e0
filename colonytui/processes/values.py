"""The values that the tabs of a process's detail show as JSON, secrets masked."""

from __future__ import annotations

from typing import Any

from colonysdk.objects import AttributeType, Process
from colonytui.jsontext.secret_values import MASK, is_secret, masked_spec


def tab_value(tab: str, process: Process, *, shows_secrets: bool) -> dict[str, Any]:
    """What a tab shows: spec, conditions, output or attributes; raises KeyError for another one."""
    match tab:
        case "spec":
            spec = process.spec.to_wire()
            return spec if shows_secrets else masked_spec(spec)
        case "conditions":
            return process.spec.conditions.to_wire()
        case "output":
            values = {"errors": process.errors, "out": process.output, "in": process.input}
            return {name: value for name, value in values.items() if value}
        case "attributes":
            return _attributes(process, shows_secrets=shows_secrets)
        case _:
            raise KeyError(tab)


def _attributes(process: Process, *, shows_secrets: bool) -> dict[str, Any]:
    groups: dict[str, dict[str, str]] = {}
    for attribute in process.attributes:
        hides = attribute.attribute_type is AttributeType.ENV and is_secret(attribute.key) and not shows_secrets
        groups.setdefault(attribute.attribute_type.name, {})[attribute.key] = MASK if hides else attribute.value
    return groups
