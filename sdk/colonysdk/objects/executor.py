"""Executors and what they offer."""

from enum import IntEnum
from typing import Annotated

from pydantic import BeforeValidator, Field

from colonysdk.objects.resources import Gpu
from colonysdk.objects.wire import Int64, Timestamp, WireModel, omit_empty, to_enum


class ExecutorState(IntEnum):
    """Whether an executor may work (wire: state)."""

    PENDING = 0
    APPROVED = 1
    REJECTED = 2
    UNREGISTERED = 3


class Hardware(WireModel):
    """One kind of machine behind an executor."""

    model: str = ""
    nodes: Int64 = 0
    cpu: str = ""
    cores: Int64 = 0
    mem: str = ""
    storage: str = ""
    gpu: Gpu = Field(default_factory=Gpu)
    platform: str = ""
    architecture: str = ""
    network: list[str] | None = None


class Software(WireModel):
    """One program an executor has."""

    name: str = ""
    type: str = ""
    version: str = ""


class Capabilities(WireModel):
    """The hardware and software an executor announces."""

    hardware: list[Hardware] | None = None
    software: list[Software] | None = None


class Project(WireModel):
    """What one project was given and has used."""

    allocated_cpu: Int64 = 0
    used_cpu: Int64 = 0
    allocated_gpu: Int64 = 0
    used_gpu: Int64 = 0
    allocated_storage: Int64 = 0
    used_storage: Int64 = 0


class Allocations(WireModel):
    """Allocations by project; None until an executor has reported any."""

    projects: dict[str, Project] | None = None


class Executor(WireModel):
    """A worker of a colony."""

    executor_id: str = ""
    executor_type: str = ""
    executor_name: str = ""
    colony_name: str = ""
    state: Annotated[ExecutorState, BeforeValidator(to_enum(ExecutorState))] = ExecutorState.PENDING
    require_func_reg: bool = False
    commission_time: Timestamp = None
    last_heard_from_time: Timestamp = None
    location_name: str = Field(default="", exclude_if=omit_empty)
    capabilities: Capabilities = Field(default_factory=Capabilities)
    allocations: Allocations = Field(default_factory=Allocations)
    blueprint_id: str = Field(default="", exclude_if=omit_empty)
    blueprint_gen: Int64 = Field(default=0, exclude_if=omit_empty)
