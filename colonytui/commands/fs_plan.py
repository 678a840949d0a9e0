"""Plans of syncs on the screen, and how far they are."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from colonysdk.files.local_tree import Skipped
from colonysdk.files.plan import Change, SyncPlan
from colonysdk.files.progress import Progress, no_progress
from colonysdk.units import format_bytes
from colonytui.commands.output import Output
from colonytui.commands.table import Table

if TYPE_CHECKING:
    from colonysdk.files.progress import Advance

_MOST_ROWS = 40
_MOST_REASONS = 20
_WORDS = {
    Change.UPLOAD: "to upload",
    Change.REPLACE_REMOTE: "to replace in the colony",
    Change.DOWNLOAD: "to download",
    Change.REPLACE_LOCAL: "to replace here",
    Change.REMOVE_REMOTE: "to remove from the colony",
    Change.REMOVE_LOCAL: "to remove here",
}


def show_plan(output: Output, plan: SyncPlan) -> None:
    """Print the steps as a table, and in sentences how many they are and what is left out."""
    if not output.as_json and plan.steps:
        shown = plan.steps[:_MOST_ROWS] if output.is_terminal else plan.steps
        rows = [[step.change.value, step.path, format_bytes(step.size)] for step in shown]
        output.tables([Table("", ["Change", "File", "Size"], rows)])
        if len(shown) < len(plan.steps):
            output.say(f"… and {len(plan.steps) - len(shown)} more; in a pipe all are listed")
    tell_skipped(output, plan.skipped)
    output.say(", ".join(_counts(plan)))


def tell_skipped(output: Output, skipped: Sequence[Skipped]) -> None:
    """Say what is left out, and why."""
    for entry in skipped[:_MOST_REASONS]:
        output.say(f"left out: {entry.path}: {entry.reason}")
    if len(skipped) > _MOST_REASONS:
        output.say(f"left out: {len(skipped) - _MOST_REASONS} more")


def plan_facts(plan: SyncPlan, *, is_done: bool) -> dict[str, Any]:
    """A plan as JSON values."""
    return {
        "done": is_done,
        "unchanged": plan.unchanged,
        "steps": [{"change": step.change.value, "path": step.path, "size": step.size} for step in plan.steps],
        "skipped": [{"path": entry.path, "reason": entry.reason} for entry in plan.skipped],
    }


@contextmanager
def progress_bar(output: Output, plan: SyncPlan) -> Iterator[Progress]:
    """Draw how far a plan is on stderr, when people look at it."""
    if output.as_json or not sys.stderr.isatty():
        yield no_progress
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, TextColumn, TimeRemainingColumn, TransferSpeedColumn
    from rich.progress import Progress as Bar

    columns = (
        TextColumn("{task.fields[files]} of {task.fields[all_files]} files"),
        BarColumn(),
        DownloadColumn(binary_units=True),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
    )
    with Bar(*columns, console=Console(file=sys.stderr), transient=True) as bar:
        total = sum(step.size for step in plan.steps)
        task = bar.add_task("", total=total, files=0, all_files=len(plan.steps))

        def tell(advance: Advance) -> None:
            done = bar.tasks[0].fields["files"] + advance.is_done
            bar.update(task, advance=advance.bytes, files=done)

        yield tell


def _counts(plan: SyncPlan) -> Iterator[str]:
    numbers = Counter(step.change for step in plan.steps)
    for change, words in _WORDS.items():
        if numbers[change]:
            size = sum(step.size for step in plan.of(change))
            yield f"{numbers[change]} {words}" + (f" ({format_bytes(size)})" if size else "")
    yield f"{plan.unchanged} unchanged"
