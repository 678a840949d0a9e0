"""Where the data are, as an operator says it: a URL, the path of a file, or the variables of a ColonyOS server."""

from pathlib import Path
from typing import Annotated

import platformdirs
from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings
from sqlalchemy.engine import URL


class DatabaseSettings(BaseSettings):
    """The settings about the database."""

    database: str = Field(
        default="",
        repr=False,
        validation_alias="COLONIES_SERVER_DATABASE",
        description="Database URL or path of a SQLite file; empty means the file in the data directory.",
    )
    database_host: str = Field(
        default="",
        validation_alias="COLONIES_DB_HOST",
        description="Host of a PostgreSQL server, or the directory of its socket; unless a database is given.",
    )
    database_port: Annotated[int, Field(ge=1, le=65535)] = Field(
        default=5432, validation_alias="COLONIES_DB_PORT", description="Port of the PostgreSQL server."
    )
    database_user: str = Field(
        default="postgres", validation_alias="COLONIES_DB_USER", description="Whom to be on the PostgreSQL server."
    )
    database_password: SecretStr = Field(
        default=SecretStr(""), validation_alias="COLONIES_DB_PASSWORD", description="Password of that user."
    )
    database_name: str = Field(
        default="postgres", validation_alias="COLONIES_DB_NAME", description="Database on the PostgreSQL server."
    )

    @property
    def database_url(self) -> str:
        """The database to open, which may hold a password; the SQLite file in the user's data directory if none."""
        if "://" in self.database:
            return self.database
        if self.database:
            return _file_url(Path(self.database))
        if self.database_host:
            return self._postgresql_url()
        return _file_url(default_database_file())

    def _postgresql_url(self) -> str:
        is_socket = self.database_host.startswith("/")
        url = URL.create(
            "postgresql",
            username=self.database_user,
            password=self.database_password.get_secret_value() or None,
            host=None if is_socket else self.database_host,
            port=self.database_port,
            database=self.database_name,
            query={"host": self.database_host} if is_socket else {},
        )
        return url.render_as_string(hide_password=False)


def default_database_file() -> Path:
    """The SQLite file used when no database is configured."""
    return Path(platformdirs.user_data_dir("colony-server")) / "colony.db"


def _file_url(file: Path) -> str:
    return f"sqlite:///{file.expanduser().absolute()}"
