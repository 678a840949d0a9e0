"""Executors as tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from colonysdk.objects import Executor, Function
from colonytui.commands.moments import exact_moment
from colonytui.commands.table import Table
from colonytui.terminal.glyphs import EXECUTOR_STATE_WORDS


def executor_tables(executor: Executor, functions: Sequence[Function]) -> list[Table]:
    """Return an executor with its hardware, its software and its functions."""
    tables = [_executor(executor)]
    hardware_rows = [list(_hardware_cells(executor))] if executor.capabilities.hardware else []
    tables += [_facts("Hardware", cells) for cells in hardware_rows]
    software = executor.capabilities.software or []
    if software:
        rows = [[entry.name, entry.type, entry.version] for entry in software]
        tables.append(Table("Software", ["Name", "Type", "Version"], rows))
    if functions:
        rows = [[entry.func_name, str(entry.counter), entry.function_id] for entry in functions]
        tables.append(Table("Functions", ["FunctionName", "Calls", "FunctionId"], rows))
    return tables


def _executor(executor: Executor) -> Table:
    return _facts(
        executor.executor_name,
        [
            ("Name", executor.executor_name),
            ("Id", executor.executor_id),
            ("Type", executor.executor_type),
            ("Colony", executor.colony_name),
            ("State", EXECUTOR_STATE_WORDS[executor.state]),
            ("RequireFuncRegistration", "yes" if executor.require_func_reg else "no"),
            ("CommissionTime", exact_moment(executor.commission_time)),
            ("LastHeardFrom", exact_moment(executor.last_heard_from_time)),
            ("Location", executor.location_name),
        ],
    )


def _hardware_cells(executor: Executor) -> Iterator[tuple[str, str]]:
    for number, hardware in enumerate(executor.capabilities.hardware or [], start=1):
        prefix = f"{number}: " if len(executor.capabilities.hardware or []) > 1 else ""
        yield f"{prefix}Model", hardware.model
        yield f"{prefix}Platform", f"{hardware.platform} {hardware.architecture}".strip()
        yield f"{prefix}Nodes", str(hardware.nodes or "")
        yield f"{prefix}CPU", hardware.cpu
        yield f"{prefix}Cores", str(hardware.cores or "")
        yield f"{prefix}Memory", hardware.mem
        yield f"{prefix}Storage", hardware.storage
        yield f"{prefix}GPU", hardware.gpu.name
        yield f"{prefix}GPUs", str(hardware.gpu.count or "")
        yield f"{prefix}GPU memory", hardware.gpu.mem
        yield f"{prefix}Network", ", ".join(hardware.network or [])


def _facts(title: str, facts: Sequence[tuple[str, str]]) -> Table:
    return Table(title, (), [fact for fact in facts if fact[1]])
