"""colony-tui config: what the program was told, and where."""

from __future__ import annotations

import typer

from colonytui.commands.exit_code import ExitCode
from colonytui.commands.options import CommonOptions, with_common_options

config = typer.Typer(help="What the program was told, and where.", no_args_is_help=True)


@config.command("show")
@with_common_options()
def show(common: CommonOptions) -> ExitCode:
    """Show which colony is meant and who signs; contacts and starts nothing."""
    from colonytui.commands.output import Output
    from colonytui.commands.table import Table
    from colonytui.configuration import is_configured

    output = Output(common.as_json)
    values = _configured_values(common) if is_configured(common.connection) else _local_values()
    if output.as_json:
        output.json({name: {"value": value, "origin": origin} for name, value, origin in values})
    else:
        output.tables([Table("", ["Setting", "Value", "From"], values)])
    return ExitCode.OK


def _configured_values(common: CommonOptions) -> list[tuple[str, str, str]]:
    from colonytui.configuration import open_session, origins

    session = open_session(common.connection)
    values = {
        "server": session.url,
        "colony": session.colony_name,
        "user id": session.identity.id,
        "colony owner id": session.colony_owner.id if session.colony_owner else "",
    }
    found = origins(common.connection)
    return [(name, value, found[name]) for name, value in values.items()]


def _local_values() -> list[tuple[str, str, str]]:
    import os

    from colonytui.local.directory import DATA_VARIABLE, DataDirectory
    from colonytui.local.status import local_status

    directory = DataDirectory.locate()
    origin = DATA_VARIABLE if os.environ.get(DATA_VARIABLE) else "default"
    url = local_status(directory).url
    return [
        ("colony", "the embedded local colony", "default: no COLONIES_* variable and no flag names another"),
        ("data directory", str(directory.path), origin),
        ("server", url or "not started yet", "last start"),
    ]
