"""What can go wrong in the server: refusals, which callers see with their wire status, and database trouble."""


class ServerError(Exception):
    """Root of every error the server raises on purpose."""


class Refusal(ServerError):  # noqa: N818 - named for what happened, as are all of this tree
    """A request answered with an error envelope: `status` is the wire status, the message goes to the caller."""

    default_status = 400

    def __init__(self, message: str, *, status: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.status = self.default_status if status is None else status


class Invalid(Refusal):
    """The request is well formed but asks for something that is not allowed (wire: 400)."""


class Conflict(Refusal):
    """The thing is not in the state that the request needs, or exists already (wire: 400)."""


class Forbidden(Refusal):
    """The caller may not do this (wire: 403)."""

    default_status = 403


class NotFound(Refusal):
    """The thing does not exist (wire: 404, in places 400 or 500 as the catalogue says)."""

    default_status = 404


class NothingAvailable(Refusal):
    """No process came for an executor in the time it was ready to wait (wire: 404)."""

    default_status = 404


class Paused(Refusal):
    """The colony hands out no processes now (wire: 408 after waiting, 503 when the caller would not wait)."""

    default_status = 503


class Unavailable(Refusal):
    """The server cannot do its work now: the database refuses writes, or the server is stopping (wire: 503)."""

    default_status = 503


class DatabaseError(ServerError):
    """The database cannot be opened; the message says what the operator can do."""


class DatabaseInUse(DatabaseError):  # noqa: N818
    """Another server has the database file open."""


class UnsupportedDatabase(DatabaseError):  # noqa: N818
    """The database URL names something this server cannot use."""


class StartError(ServerError):
    """The server cannot take its address or say that it is ready; the message says what the operator can do."""


class BackupError(ServerError):
    """A backup cannot be taken or restored; the message says what the operator can do."""
