"""Where a session comes from: command line flags, else COLONIES_* variables, else the embedded local colony."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from colonytui.session import Session

if TYPE_CHECKING:
    from colonysdk.identity import Identity

CONFIGURING_VARIABLES = (
    "COLONIES_SERVER_HOST",
    "COLONIES_SERVER_HTTP_PORT",
    "COLONIES_SERVER_PORT",
    "COLONIES_COLONY_NAME",
    "COLONIES_PRVKEY",
)
"""One of these set to something means a configured colony; with none of them there is the local one."""


@dataclass(frozen=True)
class ConnectionOptions:
    """What the command line says about the colony; None where it says nothing."""

    host: str | None = None
    port: int | None = None
    tls: bool | None = None
    tls_ca: Path | None = None
    skip_tls_verify: bool | None = None
    colony: str | None = None
    key_file: Path | None = None
    private_key: str | None = None
    colony_key_file: Path | None = None
    colony_private_key: str | None = None

    def __repr__(self) -> str:
        return f"ConnectionOptions(host={self.host!r}, port={self.port!r}, colony={self.colony!r})"

    def or_else(self, other: ConnectionOptions) -> ConnectionOptions:
        """Take from `other` what is not said here."""
        pairs = zip(astuple(self), astuple(other), strict=True)
        return ConnectionOptions(*(fallback if value is None else value for value, fallback in pairs))


def is_configured(options: ConnectionOptions, environment: Mapping[str, str] = os.environ) -> bool:
    """Whether flags or environment name a colony, so that the local one is not meant."""
    said = (options.host, options.port, options.colony, options.key_file, options.private_key)
    return any(value is not None for value in said) or any(environment.get(name) for name in CONFIGURING_VARIABLES)


def open_session(
    options: ConnectionOptions, *, read_only: bool = False, on_start: Callable[[], None] = lambda: None
) -> Session:
    """Return the session that flags and environment describe; without any, start or find the local colony.

    `on_start` is called before a local colony is started, which takes a while. Raises InvalidSettings and InvalidKey
    for what is missing or unusable, LocalColonyFailed when that colony does not start.
    """
    if is_configured(options):
        return _configured_session(options, read_only=read_only)
    return _local_session(read_only=read_only, on_start=on_start)


def origins(options: ConnectionOptions, environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Return where each value of a configured session comes from: a flag, a variable, or the default."""

    def first(*candidates: tuple[str, object]) -> str:
        return next((name for name, value in candidates if value not in (None, "")), "default")

    def variable(name: str) -> tuple[str, object]:
        return name, environment.get(name)

    host = first(("--host", options.host), variable("COLONIES_SERVER_HOST"))
    port = first(("--port", options.port), variable("COLONIES_SERVER_HTTP_PORT"), variable("COLONIES_SERVER_PORT"))
    tls = first(("--tls/--insecure", options.tls), variable("COLONIES_TLS"), variable("COLONIES_SERVER_TLS"))
    return {
        "server": f"host: {host}, port: {port}, tls: {tls}",
        "colony": first(("--colony", options.colony), variable("COLONIES_COLONY_NAME")),
        "user id": first(
            ("--key-file", options.key_file), ("--prvkey", options.private_key), variable("COLONIES_PRVKEY")
        ),
        "colony owner id": first(
            ("--colony-key-file", options.colony_key_file),
            ("--colonyprvkey", options.colony_private_key),
            variable("COLONIES_COLONY_PRVKEY"),
        ),
    }


def _local_session(*, read_only: bool, on_start: Callable[[], None]) -> Session:
    from colonytui.local.colony import open_local_colony
    from colonytui.local.directory import DataDirectory

    colony = open_local_colony(DataDirectory.locate(), on_start=on_start)
    return Session(
        url=colony.url,
        identity=colony.user,
        colony_name=colony.name,
        colony_owner=colony.owner,
        read_only=read_only,
        local=colony,
        note=f"local colony: {colony.runtime}",
    )


def _configured_session(options: ConnectionOptions, *, read_only: bool) -> Session:
    from colonysdk.errors import InvalidSettings
    from colonysdk.settings import ClientSettings

    settings = ClientSettings.load(
        host=options.host,
        port=options.port,
        tls=options.tls,
        tls_ca=options.tls_ca,
        skip_tls_verify=options.skip_tls_verify,
        colony_name=options.colony,
        private_key=options.private_key,
        colony_private_key=options.colony_private_key,
    )
    identity = _key(options.key_file) or settings.identity()
    missing = [] if settings.colony_name else ["COLONIES_COLONY_NAME (or --colony)"]
    if identity is None:
        missing.append("COLONIES_PRVKEY (or --key-file)")
    if missing or identity is None:
        raise InvalidSettings("a colony is configured, but not all of it; missing: " + ", ".join(missing))
    return Session(
        url=settings.url,
        identity=identity,
        colony_name=settings.colony_name,
        colony_owner=_key(options.colony_key_file) or settings.colony_owner(),
        read_only=read_only,
        verify=settings.trust(),
    )


def _key(path: Path | None) -> Identity | None:
    from colonysdk.identity import Identity

    return Identity.read(path) if path else None
