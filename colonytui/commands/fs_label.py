"""colony-tui fs label: the places of files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from colonytui.commands.exit_code import ExitCode
from colonytui.commands.fs_options import DryOption, LabelOption, YesOption
from colonytui.commands.options import CommonOptions, with_common_options

if TYPE_CHECKING:
    from colonytui.commands.running import Invocation

label = typer.Typer(help="The places of files.", no_args_is_help=True)


@label.command("ls")
@with_common_options()
def ls(common: CommonOptions, label: LabelOption = "") -> ExitCode:
    """List all labels, or one and those below it."""
    from colonytui.commands.running import run_in_colony

    async def body(invocation: Invocation) -> None:
        from colonysdk.files.catalogue import FileCatalogue
        from colonytui.commands.fs_access import parse_label
        from colonytui.commands.fs_listing import label_table

        catalogue = FileCatalogue(invocation.client)
        found = await (catalogue.labels_at(parse_label(label)) if label else catalogue.labels())
        if invocation.output.as_json:
            invocation.output.json(found)
        else:
            invocation.output.tables([label_table(found)])

    return run_in_colony(common, body)


@label.command("remove")
@with_common_options()
def remove(
    common: CommonOptions,
    label: Annotated[str, typer.Option("--label", "-l", metavar="LABEL", help="The label.")],
    dry: DryOption = False,
    yes: YesOption = False,
) -> ExitCode:
    """Remove every file at and below a label; a label that only begins the same is left alone."""
    from colonytui.commands.fs_confirmation import Consent
    from colonytui.commands.fs_removing import remove_label
    from colonytui.commands.running import run_in_colony

    consent = Consent(dry=dry, yes=yes)
    return run_in_colony(common, lambda invocation: remove_label(invocation, label, consent))
