"""colony-tui fs: the colony's files, and directories that are kept in step with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from colonytui.commands.exit_code import ExitCode
from colonytui.commands.fs_label import label
from colonytui.commands.fs_options import DirOption, DryOption, FileIdOption, LabelOption, NameOption, YesOption
from colonytui.commands.fs_snapshot import snapshot
from colonytui.commands.options import CommonOptions, with_common_options

if TYPE_CHECKING:
    from colonytui.commands.fs_confirmation import Consent

fs = typer.Typer(help="The colony's files, and directories in step with them.", no_args_is_help=True)
fs.add_typer(label, name="label")
fs.add_typer(snapshot, name="snapshot")

_KeepOption = Annotated[
    bool, typer.Option("--keeplocal/--keepremote", help="Whose content wins where a file differs on both sides.")
]
_MirrorOption = Annotated[
    bool, typer.Option("--mirror", help="Remove from the other side what the side that wins does not have.")
]
_AgeOption = Annotated[
    str, typer.Option("--older-than", metavar="TIME", help="Only objects of this age, such as 36h or 7d.")
]


@fs.command("sync")
@with_common_options()
def sync(
    common: CommonOptions,
    directory: DirOption,
    label: LabelOption = "",
    keeplocal: _KeepOption = True,
    mirror: _MirrorOption = False,
    dry: DryOption = False,
    yes: YesOption = False,
) -> ExitCode:
    """Make a directory and a label agree; shows the plan and asks before anything is done."""
    from colonysdk.files.plan import Keep
    from colonytui.commands.fs_syncing import sync_directory
    from colonytui.commands.running import run_in_colony

    keep, consent = Keep.LOCAL if keeplocal else Keep.REMOTE, _consent(dry=dry, yes=yes)
    return run_in_colony(
        common, lambda invocation: sync_directory(invocation, directory, label, consent, keep=keep, mirror=mirror)
    )


@fs.command("clean")
@with_common_options()
def clean(
    common: CommonOptions, directory: DirOption, label: LabelOption = "", dry: DryOption = False, yes: YesOption = False
) -> ExitCode:
    """Remove the files of a directory that its label does not hold."""
    from colonytui.commands.fs_syncing import clean_directory
    from colonytui.commands.running import run_in_colony

    consent = _consent(dry=dry, yes=yes)
    return run_in_colony(common, lambda invocation: clean_directory(invocation, directory, label, consent))


@fs.command("ls")
@with_common_options()
def ls(
    common: CommonOptions,
    label: LabelOption = "",
    full: Annotated[bool, typer.Option("--full", help="Ids, times and revisions too.")] = False,
) -> ExitCode:
    """List the files of a label, and the labels below it."""
    from colonytui.commands.fs_listing import list_files
    from colonytui.commands.running import run_in_colony

    return run_in_colony(common, lambda invocation: list_files(invocation, label, in_full=full))


@fs.command("info")
@with_common_options()
def info(common: CommonOptions, fileid: FileIdOption = "", label: LabelOption = "", name: NameOption = "") -> ExitCode:
    """Show everything about a file, by its id or its label and name."""
    from colonytui.commands.fs_listing import show_file
    from colonytui.commands.running import run_in_colony

    return run_in_colony(common, lambda invocation: show_file(invocation, fileid, label, name))


@fs.command("get")
@with_common_options()
def get(
    common: CommonOptions,
    directory: DirOption,
    fileid: FileIdOption = "",
    label: LabelOption = "",
    name: NameOption = "",
    yes: YesOption = False,
) -> ExitCode:
    """Download one file into a directory."""
    from colonytui.commands.fs_getting import get_file
    from colonytui.commands.running import run_in_colony

    consent = _consent(dry=False, yes=yes)
    return run_in_colony(common, lambda invocation: get_file(invocation, directory, (fileid, label, name), consent))


@fs.command("remove")
@with_common_options()
def remove(
    common: CommonOptions,
    fileid: FileIdOption = "",
    label: LabelOption = "",
    name: NameOption = "",
    dry: DryOption = False,
    yes: YesOption = False,
) -> ExitCode:
    """Remove one revision by its id, or a file with all its revisions by its label and name."""
    from colonytui.commands.fs_removing import remove_one
    from colonytui.commands.running import run_in_colony

    consent = _consent(dry=dry, yes=yes)
    return run_in_colony(common, lambda invocation: remove_one(invocation, (fileid, label, name), consent))


@fs.command("collect")
@with_common_options()
def collect(
    common: CommonOptions, older_than: _AgeOption = "24h", dry: DryOption = False, yes: YesOption = False
) -> ExitCode:
    """Free the space of what no revision of any file refers to, such as uploads that were broken off."""
    from colonytui.commands.fs_removing import collect_objects
    from colonytui.commands.running import run_in_colony

    consent = _consent(dry=dry, yes=yes)
    return run_in_colony(common, lambda invocation: collect_objects(invocation, older_than, consent))


def _consent(*, dry: bool, yes: bool) -> Consent:
    from colonytui.commands.fs_confirmation import Consent

    return Consent(dry=dry, yes=yes)
