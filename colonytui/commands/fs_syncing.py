"""Directories kept in step with labels and snapshots."""

from __future__ import annotations

from pathlib import Path

from platformdirs import user_cache_path

from colonysdk.files.catalogue import FileCatalogue
from colonysdk.files.plan import Change, Keep, SyncPlan
from colonysdk.files.snapshots import read_snapshot
from colonysdk.files.syncing import Sync
from colonysdk.objects import Snapshot
from colonytui.commands.errors import Misuse
from colonytui.commands.fs_access import label_of_directory, store_of
from colonytui.commands.fs_confirmation import Consent
from colonytui.commands.fs_plan import plan_facts, progress_bar, show_plan, tell_skipped
from colonytui.commands.running import Invocation


async def sync_directory(
    invocation: Invocation, directory: Path, label: str, consent: Consent, *, keep: Keep, mirror: bool
) -> None:
    """Make a directory and a label agree."""
    syncing, _ = await _open(invocation, directory, label_of_directory(label, directory))
    plan = await syncing.plan(keep, mirror=mirror)
    await _carry_out(invocation, syncing, plan, consent)


async def clean_directory(invocation: Invocation, directory: Path, label: str, consent: Consent) -> None:
    """Remove what a directory has and its label has not; raises Misuse for a label that holds nothing."""
    place = label_of_directory(label, directory)
    syncing, catalogue = await _open(invocation, directory, place)
    # Without this a mistyped label would empty the directory.
    if not await catalogue.labels_at(place):
        raise Misuse(f"there are no files at or below the label {place}, so nothing is removed here")
    plan = await syncing.plan(Keep.REMOTE, mirror=True)
    await _carry_out(invocation, syncing, plan.only(Change.REMOVE_LOCAL), consent)


async def download_snapshot(invocation: Invocation, snapshot: Snapshot, directory: Path, consent: Consent) -> None:
    """Bring the files of a snapshot into a directory; what else is there stays."""
    syncing, catalogue = await _open(invocation, directory, snapshot.label)
    tree = await read_snapshot(catalogue, snapshot)
    plan = await syncing.plan_download(tree)
    await _carry_out(invocation, syncing, plan, consent)


async def _open(invocation: Invocation, directory: Path, label: str) -> tuple[Sync, FileCatalogue]:
    catalogue = FileCatalogue(invocation.client)
    store = await store_of(invocation, catalogue)
    cache = user_cache_path("colony-tui") / "checksums"
    return Sync(catalogue, store, directory, label, cache_directory=cache), catalogue


async def _carry_out(invocation: Invocation, syncing: Sync, plan: SyncPlan, consent: Consent) -> None:
    output = invocation.output
    is_done = False
    if not plan.steps:
        tell_skipped(output, plan.skipped)
        output.say(f"nothing to do, {plan.unchanged} files are the same on both sides")
    else:
        show_plan(output, plan)
        if consent.is_given(output, "Do this?"):
            with progress_bar(output, plan) as progress:
                await syncing.apply(plan, progress)
            is_done = True
            output.say(f"done: {len(plan.steps)} files")
    if output.as_json:
        output.json(plan_facts(plan, is_done=is_done))
