"""Reconciliation: the processes and crons by which executors make things as blueprints say.

wire: the names, arguments and limits of these functions are what reconciling executors know.
"""

from typing import Any, NamedTuple

from sqlalchemy import Connection

from colonysdk.objects import (
    Blueprint,
    BlueprintDefinition,
    BlueprintHandler,
    Conditions,
    FunctionSpec,
    WorkflowSpec,
)
from colonyserver.clock import NANOSECONDS, Clock
from colonyserver.events import CronChanged, Events
from colonyserver.services.initiators import Initiator
from colonyserver.services.submission import SubmissionService, Submitted, new_process_id
from colonyserver.storage.blueprints import is_kind_at
from colonyserver.storage.crons import CronRecord, add_cron, remove_cron_by_name

_DEFAULT_INTERVAL_SECONDS = 60


class Started(NamedTuple):
    """What was stored for a blueprint and is to be told of after the commit."""

    process: Submitted | None = None
    cron: CronRecord | None = None


class Reconciliation:
    """Submits processes that reconcile blueprints, and keeps the crons that do so again and again."""

    def __init__(self, submission: SubmissionService, events: Events, clock: Clock) -> None:
        self._submission = submission
        self._events = events
        self._clock = clock

    def reconcile(
        self,
        connection: Connection,
        blueprint: Blueprint,
        definition: BlueprintDefinition,
        initiator: Initiator,
        *,
        is_forced: bool = False,
    ) -> Submitted:
        """Store a process that reconciles a blueprint now; its definition must name a handler."""
        handler = definition.spec.handler
        arguments: dict[str, Any] = {"kind": blueprint.kind, "blueprintName": blueprint.metadata.name}
        if is_forced:
            arguments["force"] = True
        return self._submit(connection, blueprint, handler, handler.function_name, arguments, initiator)

    def clean_up(
        self, connection: Connection, blueprint: Blueprint, definition: BlueprintDefinition, initiator: Initiator
    ) -> Submitted | None:
        """Store a process that removes what a blueprint stood for; None when its definition names no executor type."""
        handler = definition.spec.handler
        if not handler.executor_type:
            return None
        arguments = {"blueprintName": blueprint.metadata.name, "kind": blueprint.kind}
        return self._submit(connection, blueprint, handler, "cleanup", arguments, initiator)

    def keep_reconciling(
        self, connection: Connection, blueprint: Blueprint, definition: BlueprintDefinition, initiator: Initiator
    ) -> CronRecord | None:
        """Store the cron for blueprints of this kind and location; None when there is one, or no handler."""
        handler = definition.spec.handler
        if not has_handler(definition):
            return None
        now = self._clock.now()
        interval_seconds = handler.reconcile_interval or _DEFAULT_INTERVAL_SECONDS
        next_run_at = now + interval_seconds * NANOSECONDS
        function = _function(blueprint, handler, handler.function_name, {"kind": blueprint.kind})
        colony_name = blueprint.metadata.colony_name
        cron = CronRecord(
            cron_id=new_process_id(now),
            colony_name=colony_name,
            name=_cron_name(blueprint),
            initiator_id=initiator.id,
            initiator_name=initiator.name,
            cron_expression="",
            interval_seconds=interval_seconds,
            is_random=False,
            workflow_spec=WorkflowSpec(colony_name=colony_name, function_specs=[function]).to_json().decode(),
            waits_for_previous=True,
            next_run_at=next_run_at,
            due_at=next_run_at,
        )
        return cron if add_cron(connection, cron) else None

    def stop_reconciling(self, connection: Connection, blueprint: Blueprint) -> None:
        """Remove the cron of a blueprint that is gone, when no other of its kind is left at its location."""
        metadata = blueprint.metadata
        if not is_kind_at(connection, metadata.colony_name, blueprint.kind, metadata.location_name):
            remove_cron_by_name(connection, metadata.colony_name, _cron_name(blueprint))

    def announce(self, started: Started) -> None:
        """Tell of what was stored, after the commit."""
        if started.process is not None:
            self._submission.announce(started.process)
        if started.cron is not None:
            cron = started.cron
            self._events.publish(CronChanged(cron.cron_id, cron.colony_name, cron.next_run_at))

    def _submit(
        self,
        connection: Connection,
        blueprint: Blueprint,
        handler: BlueprintHandler,
        function_name: str,
        arguments: dict[str, Any],
        initiator: Initiator,
    ) -> Submitted:
        function = _function(blueprint, handler, function_name, arguments)
        submitted = self._submission.prepare(function, initiator.id, initiator.name)
        self._submission.store(connection, [submitted])
        return submitted


def has_handler(definition: BlueprintDefinition) -> bool:
    """Whether executors are named that reconcile the blueprints of a definition, and how."""
    handler = definition.spec.handler
    return bool(handler.executor_type and handler.function_name)


def _function(
    blueprint: Blueprint, handler: BlueprintHandler, function_name: str, arguments: dict[str, Any]
) -> FunctionSpec:
    return FunctionSpec(
        node_name=f"{handler.executor_type}-{function_name}",
        func_name=function_name,
        kwargs=arguments,
        max_exec_time=-1,
        max_retries=-1,
        conditions=Conditions(
            colony_name=blueprint.metadata.colony_name,
            executor_type=handler.executor_type,
            location_name=blueprint.metadata.location_name,
        ),
    )


def _cron_name(blueprint: Blueprint) -> str:
    location_name = blueprint.metadata.location_name
    return f"reconcile-{blueprint.kind}-{location_name}" if location_name else f"reconcile-{blueprint.kind}"
