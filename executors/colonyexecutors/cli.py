"""The command line of `colony-executor`. Heavy modules are imported once the arguments are known to be right."""

from pathlib import Path
from typing import Annotated

import typer

from colonyexecutors.selection import RuntimeChoice

app = typer.Typer(name="colony-executor", add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)


@app.command(no_args_is_help=True)
def run(
    runtime: Annotated[
        RuntimeChoice,
        typer.Argument(help="docker: containers; process: plain processes; auto: docker when a daemon answers."),
    ],
    host: Annotated[str | None, typer.Option(help="The server's host (default localhost).")] = None,
    port: Annotated[int | None, typer.Option(help="The server's port (default 50080).")] = None,
    tls: Annotated[bool | None, typer.Option("--tls/--insecure", help="Whether to speak https (default no).")] = None,
    tls_ca: Annotated[
        Path | None, typer.Option(help="Certificates in PEM that may vouch for the server, besides the usual ones.")
    ] = None,
    skip_tls_verify: Annotated[
        bool | None, typer.Option("--skip-tls-verify", help="Do not check the server's certificate.")
    ] = None,
    colony: Annotated[str | None, typer.Option(help="The colony to work for.")] = None,
    name: Annotated[str | None, typer.Option(help="The executor's name (default: the host's name).")] = None,
    executor_type: Annotated[
        str | None, typer.Option("--type", help="Which processes to take (default container-executor).")
    ] = None,
    location: Annotated[str | None, typer.Option(help="The location to register at.")] = None,
    key_file: Annotated[
        Path | None, typer.Option(help="The executor's key; made when missing (default: in the state directory).")
    ] = None,
    colony_key_file: Annotated[
        Path | None, typer.Option(help="The colony owner's key, to register and approve the executor with.")
    ] = None,
    state_dir: Annotated[
        Path | None, typer.Option(help="Where the executor keeps its key and its journal (default: XDG state).")
    ] = None,
    ready_file: Annotated[
        Path | None, typer.Option(help="Write pid, name, type and runtime to this file as JSON once it works.")
    ] = None,
    slots: Annotated[
        int | None, typer.Option(help="How many processes run at a time (default: four for each core).")
    ] = None,
    cpu: Annotated[str | None, typer.Option(help='Cpu for all processes together, such as "4000m".')] = None,
    memory: Annotated[str | None, typer.Option("--mem", help='Memory for them, such as "16Gi".')] = None,
    verbose: Annotated[bool | None, typer.Option("--verbose", help="Tell more on stderr.")] = None,
) -> None:
    """Take processes of a colony and run them, until SIGTERM or Ctrl-C; a second one ends what runs.

    The same settings come from the COLONIES_* and EXECUTOR_* variables that ColonyOS executors know; flags win.
    """
    from colonyexecutors.errors import SetupFailed
    from colonyexecutors.logging import configure_logging
    from colonyexecutors.settings import ExecutorSettings
    from colonyexecutors.start import start
    from colonysdk.errors import InvalidSettings

    try:
        settings = ExecutorSettings.load(
            host=host,
            port=port,
            tls=tls,
            tls_ca=tls_ca,
            skip_tls_verify=skip_tls_verify,
            colony_name=colony,
            executor_name=name,
            executor_type=executor_type,
            location_name=location,
            key_file=key_file,
            colony_key_file=colony_key_file,
            state_directory=state_dir,
            ready_file=ready_file,
            slots=slots,
            cpu=cpu,
            memory=memory,
            verbose=verbose,
        )
        configure_logging(verbose=settings.verbose)
        everything_finished = start(settings, runtime)
    except (InvalidSettings, SetupFailed) as error:
        typer.echo(f"colony-executor: {error}", err=True)
        raise typer.Exit(1) from None
    except KeyboardInterrupt:  # before the executor listens to signals
        raise typer.Exit(130) from None
    if not everything_finished:
        raise typer.Exit(1)
