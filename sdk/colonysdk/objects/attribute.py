"""Attributes: named texts attached to a process."""

from enum import IntEnum
from hashlib import sha3_256
from typing import Annotated

from pydantic import BeforeValidator

from colonysdk.objects.process_state import ProcessState, StateField
from colonysdk.objects.wire import WireModel, to_enum


class AttributeType(IntEnum):
    """What an attribute is about (wire: attributetype)."""

    IN = 0
    OUT = 1
    ERR = 2
    ENV = 3


class Attribute(WireModel):
    """One named text of a process."""

    attribute_id: str = ""
    target_id: str = ""
    target_colony_name: str = ""
    target_process_graph_id: str = ""
    state: StateField = ProcessState.WAITING
    attribute_type: Annotated[AttributeType, BeforeValidator(to_enum(AttributeType))] = AttributeType.IN
    key: str = ""
    value: str = ""


def attribute_id(target_id: str, key: str, attribute_type: AttributeType) -> str:
    """The id of an attribute: one value per process, key and type (wire: attributeid)."""
    return sha3_256(f"{target_id}{key}{int(attribute_type)}".encode()).hexdigest()
