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
class Site:
    """One executor's client, runtime and records.

    `notify` tells the operator something that concerns no single process's output: it goes to the executor's own log.
    `changes` tells what the server does with processes that run here. `total` is what processes may take of the machine
    together; `hook` sees every job before it is prepared. `allows_exec`: whether users may open sessions beside their
    programs.
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
    hook: Path | None = None
    allows_exec: bool = True
