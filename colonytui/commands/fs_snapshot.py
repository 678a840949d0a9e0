"""colony-tui fs snapshot: files as they were at one moment."""

from __future__ import annotations

from typing import Annotated

import typer

from colonytui.commands.exit_code import ExitCode
from colonytui.commands.fs_options import DirOption, DryOption, YesOption
from colonytui.commands.options import CommonOptions, with_common_options

snapshot = typer.Typer(help="Files as they were at one moment.", no_args_is_help=True)

_IdOption = Annotated[str, typer.Option("--snapshotid", "-i", metavar="ID", help="Id of the snapshot.")]
_NameOption = Annotated[str, typer.Option("--snapshotname", "-n", metavar="NAME", help="Name of the snapshot.")]


@snapshot.command("create")
@with_common_options()
def create(
    common: CommonOptions,
    label: Annotated[str, typer.Option("--label", "-l", metavar="LABEL", help="The label to keep as it is now.")],
    snapshotname: Annotated[str, typer.Option("--snapshotname", "-n", metavar="NAME", help="Name of the snapshot.")],
) -> ExitCode:
    """Keep what a label and those below it hold now under a name, and print the snapshot's id."""
    from colonytui.commands.fs_snapshots import create_snapshot
    from colonytui.commands.running import run_in_colony

    return run_in_colony(common, lambda invocation: create_snapshot(invocation, label, snapshotname))


@snapshot.command("ls")
@with_common_options()
def ls(common: CommonOptions) -> ExitCode:
    """List the colony's snapshots, newest first."""
    from colonytui.commands.fs_snapshots import list_snapshots
    from colonytui.commands.running import run_in_colony

    return run_in_colony(common, list_snapshots)


@snapshot.command("info")
@with_common_options()
def info(common: CommonOptions, snapshotid: _IdOption = "", snapshotname: _NameOption = "") -> ExitCode:
    """Show a snapshot and its files."""
    from colonytui.commands.fs_snapshots import show_snapshot
    from colonytui.commands.running import run_in_colony

    return run_in_colony(common, lambda invocation: show_snapshot(invocation, snapshotid, snapshotname))


@snapshot.command("download")
@with_common_options()
def download(
    common: CommonOptions,
    directory: DirOption,
    snapshotid: _IdOption = "",
    snapshotname: _NameOption = "",
    dry: DryOption = False,
    yes: YesOption = False,
) -> ExitCode:
    """Bring the files of a snapshot into a directory; what else is there stays."""
    from colonytui.commands.fs_confirmation import Consent
    from colonytui.commands.fs_snapshots import find_snapshot
    from colonytui.commands.fs_syncing import download_snapshot
    from colonytui.commands.running import Invocation, run_in_colony

    async def body(invocation: Invocation) -> None:
        found = await find_snapshot(invocation, snapshotid, snapshotname)
        await download_snapshot(invocation, found, directory, Consent(dry=dry, yes=yes))

    return run_in_colony(common, body)


@snapshot.command("remove")
@with_common_options()
def remove(common: CommonOptions, snapshotid: _IdOption = "", snapshotname: _NameOption = "") -> ExitCode:
    """Remove a snapshot; its files stay."""
    from colonytui.commands.fs_snapshots import remove_snapshot
    from colonytui.commands.running import run_in_colony

    return run_in_colony(common, lambda invocation: remove_snapshot(invocation, snapshotid, snapshotname))


@snapshot.command("removeall")
@with_common_options()
def removeall(common: CommonOptions, dry: DryOption = False, yes: YesOption = False) -> ExitCode:
    """Remove every snapshot of the colony; their files stay."""
    from colonytui.commands.fs_confirmation import Consent
    from colonytui.commands.fs_snapshots import remove_all_snapshots
    from colonytui.commands.running import run_in_colony

    consent = Consent(dry=dry, yes=yes)
    return run_in_colony(common, lambda invocation: remove_all_snapshots(invocation, consent))
