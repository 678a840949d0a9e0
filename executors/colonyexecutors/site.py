"""What all processes of one executor share."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from colonyexecutors.changes import Changes
from colonyexecutors.images import ImageStore
from colonyexecutors.journal import Journal
from colonyexecutors.ledger import Resources
from colonyexecutors.runtimes.base import Runtime
from colonyexecutors.staging.staging import Staging
from colonysdk.client import ColonyClient


@dataclass(frozen=True)
class Limits:
    """What the operator allows each program: processes and threads at once, and bytes of output that are kept."""

    processes: int = 4096
    log_bytes: int = 2**30


@dataclass(frozen=True)
class Site:
    """One executor's client, runtime and records.

    `notify` tells the operator something that concerns no single process's output: it goes to the executor's own log.
    `changes` tells what the server does with processes that run here. `total` is what processes may take of the machine
    together, `limits` what each of their programs may; `hook` sees every job before it is prepared. `allows_exec`:
    whether users may open sessions beside their programs.
    """

    client: ColonyClient
    executor_id: str
    runtime: Runtime
    journal: Journal
    images: ImageStore
    notify: Callable[[str], None]
    total: Resources
    changes: Changes
    staging: Staging
    limits: Limits
    hook: Path | None = None
    allows_exec: bool = True
