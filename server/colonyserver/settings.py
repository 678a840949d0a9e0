"""What an operator can set: flags of `colony-server start` first, then `COLONIES_*` variables, then defaults."""

import os
import re
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import AliasChoices, Field, ValidationError, field_validator
from pydantic_settings import NoDecode, SettingsConfigDict

from colonysdk.errors import InvalidSettings
from colonyserver.database_settings import DatabaseSettings
from colonyserver.limits import Limits
from colonyserver.time_zones import find_zone
from colonyserver.tls import TlsSettings

DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 50080

_IDENTITY = re.compile("[0-9a-f]{64}")

Port = Annotated[int, Field(ge=0, le=65535)]
Seconds = Annotated[int, Field(ge=1, le=10 * 365 * 24 * 3600)]
Milliseconds = Annotated[int, Field(ge=1, le=24 * 3600 * 1000)]


class ServerSettings(DatabaseSettings, TlsSettings, Limits):
    """The settings of one server; the variables keep the names that ColonyOS operators know."""

    model_config = SettingsConfigDict(
        # A variable HOST of the shell is not the setting "host".
        case_sensitive=True,
        validate_by_name=True,
        validate_by_alias=True,
        extra="ignore",
        env_ignore_empty=True,
    )

    host: str = Field(
        default=DEFAULT_HOST,
        min_length=1,
        validation_alias="COLONIES_SERVER_HTTP_HOST",
        description="Address to listen on.",
    )
    port: Port = Field(
        default=DEFAULT_PORT,
        validation_alias=AliasChoices("COLONIES_SERVER_HTTP_PORT", "COLONIES_SERVER_PORT"),
        description="Port to listen on; 0 lets the system choose one.",
    )
    server_id: str = Field(
        default="",
        validation_alias="COLONIES_SERVER_ID",
        description="Id of the server owner, stored at the first start.",
    )
    allow_executor_reregister: bool = Field(
        default=False,
        validation_alias="COLONIES_ALLOW_EXECUTOR_REREGISTER",
        description="Whether adding an executor under a taken name replaces the old one.",
    )
    stale_executor_seconds: Seconds = Field(
        default=600,
        validation_alias="COLONIES_STALE_EXECUTOR_DURATION",
        description="Silence after which an executor without running processes is unregistered, in seconds.",
    )
    cleanup_interval_seconds: Seconds = Field(
        default=60,
        validation_alias="COLONIES_CLEANUP_INTERVAL",
        description="How often silent executors are looked for, in seconds.",
    )
    cron_time_zone: str = Field(
        default="",
        validation_alias="COLONIES_CRON_TIME_ZONE",
        description="Time zone of cron expressions that name none; empty means that of TZ, or UTC.",
    )
    cron_checker_milliseconds: Milliseconds = Field(
        default=1000,
        validation_alias="COLONIES_CRON_CHECKER_PERIOD",
        description="What is reported as the checker period of crons, which run when they are due, in milliseconds.",
    )
    generator_checker_milliseconds: Milliseconds = Field(
        default=1000,
        validation_alias="COLONIES_GENERATOR_CHECKER_PERIOD",
        description="What is reported as the checker period of generators, which run when due, in milliseconds.",
    )
    retention: bool = Field(
        default=False,
        validation_alias="COLONIES_RETENTION",
        description="Whether finished processes and workflows are removed after a time.",
    )
    retention_seconds: Seconds = Field(
        default=604_800,
        validation_alias="COLONIES_RETENTION_POLICY",
        description="How long after its end something is kept, in seconds.",
    )
    retention_failed_seconds: Seconds | Literal[0] = Field(
        default=0,
        validation_alias="COLONIES_RETENTION_POLICY_FAILED",
        description="The same for what failed or was cancelled; 0 is as long as everything else.",
    )
    allowed_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        default=("*",),
        validation_alias="COLONIES_SERVER_ALLOWED_ORIGINS",
        description="Web origins that browsers may call from, separated by commas; * allows all.",
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info",
        validation_alias="COLONIES_SERVER_LOG_LEVEL",
        description="The least severe events to log.",
    )
    log_format: Literal["text", "json"] = Field(
        default="text",
        validation_alias="COLONIES_SERVER_LOG_FORMAT",
        description="key=value text or JSON, one event a line.",
    )
    build_version: str = Field(
        default="", validation_alias="BUILD_VERSION", description="Version to report to clients."
    )
    build_time: str = Field(default="", validation_alias="BUILD_TIME", description="Build time to report to clients.")

    @field_validator("server_id")
    @classmethod
    def _check_identity(cls, value: str) -> str:
        if value and not _IDENTITY.fullmatch(value):
            raise ValueError("not an id of 64 lower-case hex digits; `colony-server keys id` shows the id of a key")
        return value

    @field_validator("cron_time_zone")
    @classmethod
    def _check_time_zone(cls, value: str) -> str:
        if value and find_zone(value) is None:
            raise ValueError(f"{value!r} is not a known time zone; use a name such as Europe/Stockholm")
        return value

    @field_validator("allowed_origins", mode="before")
    @classmethod
    def _split_origins(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(origin.strip() for origin in value.split(",") if origin.strip())
        return value

    @property
    def cron_zone(self) -> ZoneInfo:
        """The time zone of cron expressions that name none; what cannot be read in TZ counts as UTC."""
        # POSIX allows a colon before the name.
        name = self.cron_time_zone or os.environ.get("TZ", "").removeprefix(":")
        return find_zone(name) or ZoneInfo("UTC")


def load_settings(**flags: object) -> ServerSettings:
    """Read the settings; flags that are None are left to the environment. Raises InvalidSettings."""
    given = {name: value for name, value in flags.items() if value is not None}
    try:
        return ServerSettings(**given)  # type: ignore[arg-type]  # flags are validated by the model
    except ValidationError as error:
        raise InvalidSettings("\n".join(_faults(error))) from None


def _faults(error: ValidationError) -> list[str]:
    faults = error.errors(include_input=False, include_url=False, include_context=False)
    return [f"{_label(str(fault['loc'][0]))}: {fault['msg'].removeprefix('Value error, ')}" for fault in faults]


def _label(location: str) -> str:
    """The name of a setting and its variables."""
    for name, field in ServerSettings.model_fields.items():
        alias = field.validation_alias
        variables = alias.choices if isinstance(alias, AliasChoices) else [alias]
        if location == name or location in variables:
            return f"{name} ({' or '.join(str(variable) for variable in variables)})"
    return location
