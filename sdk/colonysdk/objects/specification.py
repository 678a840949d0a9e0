"""Function specifications: what to run, and conditions on who may run it."""

from typing import Any

from pydantic import Field

from colonysdk.objects.resources import Gpu
from colonysdk.objects.wire import Int64, WireModel, omit_empty

MAX_PRIORITY = 50_000
"""wire: priority lies between minus and plus this."""


class Conditions(WireModel):
    """Who may run a process, and what it needs; `wall_time` in seconds, `cpu` as "500m", `mem` as "64Mi"."""

    colony_name: str = ""
    executor_names: list[str] | None = None
    executor_type: str = ""
    location_name: str = Field(default="", exclude_if=omit_empty)
    dependencies: list[str] = Field(default_factory=list)
    nodes: Int64 = 0
    cpu: str = ""
    processes: Int64 = 0
    processes_per_node: Int64 = 0
    mem: str = ""
    storage: str = ""
    gpu: Gpu = Field(default_factory=Gpu)
    wall_time: Int64 = 0


class SnapshotMount(WireModel):
    """A snapshot to put into a directory before the process runs."""

    snapshot_id: str = ""
    label: str = ""
    dir: str = ""
    keep_files: bool = False
    keep_snapshot: bool = False


class ConflictRule(WireModel):
    """Which side wins when a file differs on both."""

    keep_local: bool = False


class ConflictRules(WireModel):
    """The conflict rules before and after the process runs."""

    on_start: ConflictRule = Field(default_factory=ConflictRule)
    on_close: ConflictRule = Field(default_factory=ConflictRule)


class SyncDirMount(WireModel):
    """A label to synchronise with a directory before and after the process runs."""

    label: str = ""
    dir: str = ""
    keep_files: bool = False
    on_conflicts: ConflictRules = Field(default_factory=ConflictRules)


class Filesystem(WireModel):
    """The files a process sees, and where they are mounted."""

    mount: str = ""
    snapshots: list[SnapshotMount] | None = None
    dirs: list[SyncDirMount] | None = None


class FunctionSpec(WireModel):
    """What to run; times in seconds, where -1 means no limit.

    `max_lease_time` is how long a run may take in all when its executor asks for more time than `max_exec_time` gives;
    0 lets nobody ask (extension `lease/1`; unknown to the reference).
    """

    node_name: str = ""
    func_name: str = ""
    args: list[Any] = Field(default_factory=list)
    kwargs: dict[str, Any] = Field(default_factory=dict)
    priority: Int64 = 0
    max_wait_time: Int64 = 0
    max_exec_time: Int64 = 0
    max_retries: Int64 = 0
    max_lease_time: Int64 = Field(default=0, exclude_if=omit_empty)
    conditions: Conditions = Field(default_factory=Conditions)
    label: str = ""
    fs: Filesystem = Field(default_factory=Filesystem)
    env: dict[str, str] = Field(default_factory=dict)
    channels: list[str] | None = Field(default=None, exclude_if=omit_empty)
