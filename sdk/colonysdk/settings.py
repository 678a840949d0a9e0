"""Settings that the programs share, under the names that ColonyOS users know."""

import ssl
from pathlib import Path
from typing import Self

from pydantic import AliasChoices, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from colonysdk.errors import InvalidSettings
from colonysdk.identity import Identity

DEFAULT_PORT = 50080


class _Settings(BaseSettings):
    model_config = SettingsConfigDict(
        # A variable HOST of the shell is not the setting "host".
        case_sensitive=True,
        extra="ignore",
        populate_by_name=True,
        env_ignore_empty=True,
        hide_input_in_errors=True,
    )

    @classmethod
    def load(cls, **overrides: object) -> Self:
        """Read the environment; overrides that are not None win. Raises InvalidSettings naming the setting at fault."""
        try:
            return cls(**{name: value for name, value in overrides.items() if value is not None})  # type: ignore[arg-type]  # checked by pydantic
        except ValidationError as error:
            first = error.errors(include_input=False, include_url=False)[0]
            name = ".".join(str(part) for part in first["loc"])
            raise InvalidSettings(f"{name}: {first['msg']}") from None


class ClientSettings(_Settings):
    """How to reach a colony, and as whom; read from the environment."""

    host: str = Field(default="localhost", validation_alias=AliasChoices("host", "COLONIES_SERVER_HOST"))
    """The server's host."""
    port: int = Field(
        default=DEFAULT_PORT,
        ge=1,
        le=65535,
        validation_alias=AliasChoices("port", "COLONIES_SERVER_HTTP_PORT", "COLONIES_SERVER_PORT"),
    )
    """The server's port."""
    tls: bool = Field(default=False, validation_alias=AliasChoices("tls", "COLONIES_TLS", "COLONIES_SERVER_TLS"))
    """Whether to speak https."""
    tls_ca: Path | None = Field(default=None, validation_alias=AliasChoices("tls_ca", "COLONIES_TLSCA"))
    """A file with certificates in PEM whose holders may vouch for the server, besides the usual authorities."""
    skip_tls_verify: bool = False
    """Whether the server's certificate is not checked; only a flag says so."""
    colony_name: str = Field(default="", validation_alias=AliasChoices("colony_name", "COLONIES_COLONY_NAME"))
    """The colony's name."""
    private_key: SecretStr | None = Field(default=None, validation_alias=AliasChoices("private_key", "COLONIES_PRVKEY"))
    """The key of a user or executor."""
    colony_private_key: SecretStr | None = Field(
        default=None, validation_alias=AliasChoices("colony_private_key", "COLONIES_COLONY_PRVKEY")
    )
    """The colony owner's key."""
    server_private_key: SecretStr | None = Field(
        default=None, validation_alias=AliasChoices("server_private_key", "COLONIES_SERVER_PRVKEY")
    )
    """The server owner's key."""

    @property
    def url(self) -> str:
        """The server's address."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'https' if self.tls else 'http'}://{host}:{self.port}"

    def trust(self) -> ssl.SSLContext | bool:
        """Whom to trust, as a client's `verify`; raises InvalidSettings for a file that cannot be used."""
        if not self.tls:
            return True
        # This loads the HTTP client, which who only reads settings need not pay for.
        from colonysdk.client.tls import trust

        return trust(ca_file=self.tls_ca, skip_verify=self.skip_tls_verify)

    def identity(self) -> Identity | None:
        """The identity of COLONIES_PRVKEY; raises InvalidKey."""
        return _identity(self.private_key)

    def colony_owner(self) -> Identity | None:
        """The identity of COLONIES_COLONY_PRVKEY; raises InvalidKey."""
        return _identity(self.colony_private_key)

    def server_owner(self) -> Identity | None:
        """The identity of COLONIES_SERVER_PRVKEY; raises InvalidKey."""
        return _identity(self.server_private_key)


class StoreSettings(_Settings):
    """Where the bytes of a colony's files lie: an S3 bucket, or a directory; read from the environment."""

    endpoint: str = Field(default="", validation_alias=AliasChoices("endpoint", "AWS_S3_ENDPOINT"))
    """Host and port of the S3 server, such as "localhost:9000"; "" for none."""
    access_key: SecretStr | None = Field(default=None, validation_alias=AliasChoices("access_key", "AWS_S3_ACCESSKEY"))
    """The S3 access key."""
    secret_key: SecretStr | None = Field(default=None, validation_alias=AliasChoices("secret_key", "AWS_S3_SECRETKEY"))
    """The S3 secret key."""
    region: str = Field(default="", validation_alias=AliasChoices("region", "AWS_S3_REGION"))
    """The S3 region; "" where the server has none."""
    bucket: str = Field(default="", validation_alias=AliasChoices("bucket", "AWS_S3_BUCKET"))
    """The bucket of every object."""
    tls: bool = Field(default=False, validation_alias=AliasChoices("tls", "AWS_S3_TLS"))
    """Whether the S3 server speaks https."""
    skip_verify: bool = Field(default=False, validation_alias=AliasChoices("skip_verify", "AWS_S3_SKIPVERIFY"))
    """Whether to accept any certificate of it."""
    directory: Path | None = Field(default=None, validation_alias=AliasChoices("directory", "COLONY_FILES_DIR"))
    """A directory that all programs of the colony can reach; counts only without an endpoint."""


def _identity(key: SecretStr | None) -> Identity | None:
    return Identity.from_hex(key.get_secret_value()) if key else None
