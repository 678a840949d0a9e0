"""The command line of `colony-server`. Heavy modules are imported by the command that needs them."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, NoReturn

import typer

app = typer.Typer(
    name="colony-server",
    help="The control plane of a colony: takes processes in, hands them to executors, keeps what happened.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
keys = typer.Typer(name="keys", help="Make keys and show the identities that belong to them.", no_args_is_help=True)
app.add_typer(keys)

DatabaseOption = Annotated[
    str | None, typer.Option("--database", help="The database, as for `start`; COLONIES_SERVER_DATABASE otherwise.")
]


@app.callback(invoke_without_command=True)
def _options(
    version: Annotated[bool, typer.Option("--version", help="Show the version and leave.")] = False,
) -> None:
    if version:
        from colonyserver.services.about import installed_version

        typer.echo(f"colony-server {installed_version()}")
        raise typer.Exit


@app.command()
def start(
    host: Annotated[str | None, typer.Option(help="Address to listen on (default 127.0.0.1).")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on, 0 for any free one (default 50080).")] = None,
    database: Annotated[
        str | None,
        typer.Option(
            help="sqlite:///path or postgresql://user@host/name (default: colony.db in the user's data directory)."
        ),
    ] = None,
    tls_cert: Annotated[
        str | None, typer.Option("--tls-cert", "--tlscert", help="Certificate to serve https with, in PEM.")
    ] = None,
    tls_key: Annotated[str | None, typer.Option("--tls-key", "--tlskey", help="Its private key, in PEM.")] = None,
    ready_file: Annotated[
        Path | None, typer.Option(help="Write url, pid and version to this file as JSON once the server listens.")
    ] = None,
) -> None:
    """Run a server until SIGTERM or Ctrl-C.

    Further settings come from COLONIES_* variables; COLONIES_SERVER_ID names the server owner at the first start.
    """
    from colonysdk.errors import InvalidSettings
    from colonyserver.app import run
    from colonyserver.errors import ServerError
    from colonyserver.logging import configure_logging
    from colonyserver.settings import load_settings

    try:
        settings = load_settings(host=host, port=port, database=database, tls_cert=tls_cert, tls_key=tls_key)
        configure_logging(settings.log_level, settings.log_format)
        run(settings, ready_file)
    except (InvalidSettings, ServerError) as error:
        _fail(str(error))


@app.command()
def migrate(
    database: DatabaseOption = None,
    show: Annotated[bool, typer.Option("--show", help="Change nothing, show the revision.")] = False,
) -> None:
    """Bring the tables of a database to this version of the server, as `start` does too."""
    from colonyserver.commands.migrate import migrate, show_revision

    _show(lambda: (show_revision if show else migrate)(_database_url(database)))


@app.command()
def status(
    database: DatabaseOption = None,
    url: Annotated[
        str | None, typer.Option(help="Where the server is; by default where the settings let it listen.")
    ] = None,
) -> None:
    """Show whether the server answers and what is in its database; exits with 1 when something does not work."""
    from colonysdk.errors import InvalidSettings
    from colonyserver.commands.status import status
    from colonyserver.settings import load_settings

    try:
        settings = load_settings(database=database)
    except InvalidSettings as error:
        _fail(str(error))
    found = status(url or "", settings)
    typer.echo("\n".join(found.lines))
    if not found.is_well:
        raise typer.Exit(1)


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(help="The new file to write; only you can read it.")],
    database: DatabaseOption = None,
) -> None:
    """Write everything in a database to a file, also while servers use it."""
    from colonyserver.commands.backup import backup

    _show(lambda: backup(_database_url(database), file))


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="A file that `backup` has written.")],
    database: DatabaseOption = None,
) -> None:
    """Put a backup into a database that is empty or does not exist yet; SQLite's may go to PostgreSQL and back."""
    from colonyserver.commands.backup import restore

    _show(lambda: restore(_database_url(database), file))


@keys.command()
def generate(
    file: Annotated[
        Path | None, typer.Option(help="Write the private key to this new file, readable by you only.")
    ] = None,
) -> None:
    """Make a new key; shows its id, and the private key unless that goes to a file."""
    from colonysdk.errors import InvalidKey
    from colonysdk.identity import Identity

    identity = Identity.generate()
    if file is None:
        typer.echo(f"Id:     {identity.id}\nPrvKey: {identity.private_hex()}")
        return
    try:
        identity.write(file)
    except InvalidKey as error:
        _fail(str(error))
    typer.echo(identity.id)


@keys.command(name="id")
def show_id(
    file: Annotated[str, typer.Argument(help="The key file, or - to read the private key from standard input.")],
) -> None:
    """Show the id of a private key."""
    from colonysdk.errors import InvalidKey
    from colonysdk.identity import Identity

    try:
        identity = (
            Identity.from_hex(typer.get_text_stream("stdin").read()) if file == "-" else Identity.read(Path(file))
        )
    except InvalidKey as error:
        _fail(str(error))
    typer.echo(identity.id)


def _database_url(database: str | None) -> str:
    from colonyserver.settings import load_settings

    return load_settings(database=database).database_url


def _show(work: Callable[[], str]) -> None:
    """Do something and show its result, or what is wrong."""
    from colonysdk.errors import InvalidSettings
    from colonyserver.errors import ServerError

    try:
        typer.echo(work())
    except (InvalidSettings, ServerError) as error:
        _fail(str(error))


def _fail(message: str) -> NoReturn:
    typer.echo(f"colony-server: {message}", err=True)
    raise typer.Exit(1)
