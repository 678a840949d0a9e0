"""The options that every command has, wherever on the command line they stand."""

from __future__ import annotations

import copy
import functools
import inspect
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import typer

from colonytui.configuration import ConnectionOptions

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
FollowOption = Annotated[bool, typer.Option("--follow", help="Print what the process logs until it ends.")]
WaitOption = Annotated[bool, typer.Option("--wait", help="Wait until the process ends.")]
ExecOption = Annotated[
    bool, typer.Option("--exec", help="Let yourself run commands beside its program: colony-tui exec.")
]
TimeoutOption = Annotated[
    float | None, typer.Option("--timeout", metavar="SECONDS", min=0, help="Stop waiting after this time.")
]

_KEYWORD = inspect.Parameter.KEYWORD_ONLY
_CONNECTION_OPTIONS: dict[str, Any] = {
    "host": Annotated[str | None, typer.Option("--host", metavar="NAME", help="Server host.")],
    "port": Annotated[int | None, typer.Option("--port", metavar="NUMBER", min=1, max=65535, help="Server port.")],
    "tls": Annotated[bool | None, typer.Option("--tls/--insecure", help="Speak https, or plain http.")],
    "tls_ca": Annotated[
        Path | None,
        typer.Option("--tls-ca", metavar="FILE", help="Certificates in PEM that may vouch for the server."),
    ],
    "skip_tls_verify": Annotated[
        bool | None, typer.Option("--skip-tls-verify", help="Do not check the server's certificate.")
    ],
    "colony": Annotated[str | None, typer.Option("--colony", metavar="NAME", help="Name of the colony.")],
    "key_file": Annotated[
        Path | None, typer.Option("--key-file", metavar="FILE", help="File with the private key of the user.")
    ],
    "private_key": Annotated[str | None, typer.Option("--prvkey", metavar="KEY", help="The private key itself.")],
    "colony_key_file": Annotated[
        Path | None,
        typer.Option("--colony-key-file", metavar="FILE", help="File with the private key of the colony's owner."),
    ],
    "colony_private_key": Annotated[
        str | None, typer.Option("--colonyprvkey", metavar="KEY", help="That private key itself.")
    ],
}


@dataclass(frozen=True)
class CommonOptions:
    """What was said in the options that every command has."""

    connection: ConnectionOptions = field(default_factory=ConnectionOptions)
    as_json: bool = False


def with_common_options(*, is_root: bool = False) -> Callable[[Callable[..., int | None]], Callable[..., None]]:
    """Give a command the common options; they reach it as its first argument.

    Options may stand before or after the command's name, as users of the reference are used to; only the root's are
    shown in its help. What the command raises is reported, and what it returns becomes the exit code.
    """

    def decorate(command: Callable[..., int | None]) -> Callable[..., None]:
        @functools.wraps(command)
        def run(context: typer.Context, **arguments: Any) -> None:
            from colonytui.commands.reporting import report

            common = _take_common_options(context, arguments)
            context.obj = common
            if is_root and context.invoked_subcommand:
                return
            raise typer.Exit(report(lambda: command(common, **arguments)))

        own = list(inspect.signature(command, eval_str=True).parameters.values())[1:]
        parameters = [_parameter("context", typer.Context), *own, *_common_parameters(is_shown=is_root)]
        signature = inspect.Signature([parameter.replace(kind=_KEYWORD) for parameter in parameters])
        run.__signature__ = signature  # type: ignore[attr-defined]  # typer reads it
        run.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
        return run

    return decorate


def _take_common_options(context: typer.Context, arguments: dict[str, Any]) -> CommonOptions:
    before = context.obj if isinstance(context.obj, CommonOptions) else CommonOptions()
    connection = ConnectionOptions(**{name: arguments.pop(name) for name in _CONNECTION_OPTIONS})
    as_json = bool(arguments.pop("as_json"))
    return CommonOptions(connection.or_else(before.connection), as_json or before.as_json)


def _common_parameters(*, is_shown: bool) -> list[inspect.Parameter]:
    parameters = [_parameter("as_json", AsJson, default=False)]
    for name, annotation in _CONNECTION_OPTIONS.items():
        if not is_shown:
            declared_type, option = annotation.__origin__, annotation.__metadata__[0]
            annotation = Annotated[declared_type, _hidden(option)]
        parameters.append(_parameter(name, annotation, default=None))
    return parameters


def _hidden(option: Any) -> Any:
    hidden = copy.copy(option)
    hidden.hidden = True
    return hidden


def _parameter(name: str, annotation: Any, default: Any = inspect.Parameter.empty) -> inspect.Parameter:
    return inspect.Parameter(name, _KEYWORD, default=default, annotation=annotation)
