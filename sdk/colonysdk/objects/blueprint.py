"""Blueprints: what a colony shall look like, kept so by executors that reconcile them.

wire: these objects are written in camel case, unlike all others, except for a few names of the outer ones.
"""

from typing import Any

from pydantic import ConfigDict, Field
from pydantic.alias_generators import to_camel

from colonysdk.objects.wire import Int64, Timestamp, WireModel, omit_empty


class CamelModel(WireModel):
    """An object whose names on the wire are in camel case."""

    model_config = ConfigDict(alias_generator=to_camel)


class BlueprintMetadata(CamelModel):
    """What blueprints and their definitions are known by; `generation` counts the changes of a specification."""

    name: str = ""
    colony_name: str = Field(default="", alias="colonyname")
    location_name: str = Field(default="", alias="locationname", exclude_if=omit_empty)
    labels: dict[str, str] = Field(default_factory=dict, exclude_if=omit_empty)
    annotations: dict[str, str] = Field(default_factory=dict, exclude_if=omit_empty)
    generation: Int64 = Field(default=0, exclude_if=omit_empty)
    created_at: Timestamp = None
    updated_at: Timestamp = None
    last_reconciliation_process: str = Field(default="", exclude_if=omit_empty)
    last_reconciliation_time: Timestamp = None


class BlueprintNames(CamelModel):
    """What the blueprints of a definition are called; they refer to it by `kind`."""

    kind: str = ""
    list_kind: str = ""
    singular: str = ""
    plural: str = ""
    short_names: list[str] = Field(default_factory=list, exclude_if=omit_empty)


class SchemaProperty(CamelModel):
    """What one value of a specification may be; `type` is a type of JSON, empty for any."""

    type: str = Field(default="", exclude_if=omit_empty)
    description: str = Field(default="", exclude_if=omit_empty)
    enum: list[Any] = Field(default_factory=list, exclude_if=omit_empty)
    default: Any = Field(default=None, exclude_if=lambda value: value is None)
    properties: dict[str, "SchemaProperty"] = Field(default_factory=dict, exclude_if=omit_empty)
    items: "SchemaProperty | None" = Field(default=None, exclude_if=omit_empty)


class BlueprintSchema(CamelModel):
    """What the specification of a blueprint must hold; fields that it does not name are allowed."""

    type: str = Field(default="", exclude_if=omit_empty)
    properties: dict[str, SchemaProperty] = Field(default_factory=dict, exclude_if=omit_empty)
    required: list[str] = Field(default_factory=list, exclude_if=omit_empty)


class BlueprintHandler(CamelModel):
    """The executors that reconcile, the function they do it with, and how often, in seconds (0 for the default)."""

    executor_type: str = ""
    function_name: str = ""
    reconcile_interval: Int64 = Field(default=0, exclude_if=omit_empty)


class BlueprintDefinitionSpec(CamelModel):
    """What a definition defines; `scope` is Namespaced or Cluster and has no effect."""

    group: str = ""
    version: str = ""
    names: BlueprintNames = Field(default_factory=BlueprintNames)
    scope: str = ""
    # "schema" is the name of something in pydantic.
    schema_: BlueprintSchema | None = Field(default=None, alias="schema", exclude_if=omit_empty)
    handler: BlueprintHandler = Field(default_factory=BlueprintHandler)


class BlueprintDefinition(CamelModel):
    """A kind of blueprint."""

    blueprint_definition_id: str = Field(default="", alias="blueprintdefinitionid")
    kind: str = ""
    metadata: BlueprintMetadata = Field(default_factory=BlueprintMetadata)
    spec: BlueprintDefinitionSpec = Field(default_factory=BlueprintDefinitionSpec)


class Blueprint(WireModel):
    """What shall be (`spec`), and what is, as the last reconciliation found it (`status`)."""

    blueprint_id: str = ""
    kind: str = ""
    metadata: BlueprintMetadata = Field(default_factory=BlueprintMetadata)
    spec: dict[str, Any] = Field(default_factory=dict)
    status: dict[str, Any] = Field(default_factory=dict, exclude_if=omit_empty)


class BlueprintHistory(WireModel):
    """A blueprint as it was after a change (`change_type` create or update); `namespace` is its colony."""

    history_id: str = ""
    blueprint_id: str = ""
    kind: str = ""
    namespace: str = ""
    name: str = ""
    generation: Int64 = 0
    spec: dict[str, Any] = Field(default_factory=dict)
    status: dict[str, Any] = Field(default_factory=dict, exclude_if=omit_empty)
    timestamp: Timestamp = None
    changed_by: str = ""
    change_type: str = ""
