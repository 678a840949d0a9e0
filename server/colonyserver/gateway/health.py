"""Whether the server works: /health, /ready and /metrics."""

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from colonyserver.errors import Refusal
from colonyserver.gateway.metrics import Metrics
from colonyserver.services.assignment import AssignmentService
from colonyserver.storage.database import Database

_DATABASE_DOWN = "the database cannot be written"


class HealthEndpoints:
    """Truthful answers: the database is written to before the server calls itself healthy."""

    def __init__(self, database: Database, assignment: AssignmentService, metrics: Metrics) -> None:
        self._database = database
        self._assignment = assignment
        self._metrics = metrics
        self.is_stopping = False

    async def health(self, _request: Request) -> Response:
        """200 with an empty body while the database takes writes, else 503."""
        return Response() if await self._database_works() else PlainTextResponse(_DATABASE_DOWN, 503)

    async def ready(self, _request: Request) -> Response:
        """200 while new requests are welcome; 503 when the database is down or the server is stopping."""
        if self.is_stopping:
            return PlainTextResponse("the server is stopping", 503)
        return PlainTextResponse("ready") if await self._database_works() else PlainTextResponse(_DATABASE_DOWN, 503)

    async def metrics(self, _request: Request) -> Response:
        """Counts for Prometheus."""
        text = self._metrics.render(
            database_works=await self._database_works(), parked_polls=self._assignment.waiting_count
        )
        return PlainTextResponse(text)

    async def _database_works(self) -> bool:
        try:
            await self._database.check()
        except Refusal:
            return False
        return True
