"""Fuzz: mutated requests of every kind. None may trouble the server, none may tell or change another colony's things.

10,000 in every run, 200,000 in the nightly one, half of them on each database; `COLONY_FUZZ` sets the number,
`COLONY_FUZZ_SEED` other mutations.
"""

from pathlib import Path
from random import Random
from typing import Any

import pytest
from structlog.testing import capture_logs

from colonyserver.handlers.registry import find_handler
from tests.integration.conftest import Databases
from tests.support.effort import FUZZ_REQUESTS, FUZZ_SEED
from tests.support.protocol.answers import Post, open_answer
from tests.support.protocol.in_process import GONE, in_process
from tests.support.protocol.inventory import inventory
from tests.support.protocol.mutations import Mutator
from tests.support.protocol.table import ON_API
from tests.support.protocol.well_formed import well_formed
from tests.support.protocol.world import NotAnsweredError, World
from tests.support.server import RunningServer

CANARY = "canary-of-another-colony"
REQUESTS_OF_A_TEST = 1_000
REQUESTS_OF_A_COLONY = 500
STATUSES = {200, 400, 403, 404, 408, 409, 413, 429, 500, 503}
ROLES = ("colony_owner", "user", "executor", "another", "pending", "rejected", "removed", "stranger")


_SHOWN = 20_000
"""Bytes of a request that a failure shows."""


class Campaign:
    """Mutated requests to colonies of its own, one colony after the other, beside one that nobody asks for."""

    def __init__(self, post: Post, victim: World, random: Random) -> None:
        """`post` is for the mutated requests, and may return `GONE` for one that has to wait."""
        self._post = post
        self._victim = victim
        self._random = random
        self._colony = World(victim.post, victim.server_owner)
        self._fields: dict[str, dict[str, Any]] = {}
        self._victims_things = inventory(victim)
        # Half of the ids are used in requests, so replies may repeat them; the others nobody can know.
        self._known = [victim.name, *self._victims_things.ids[::2]]
        self._secrets = (CANARY, *self._victims_things.ids[1::2])

    def run(self, count: int) -> None:
        """Send the requests and judge the replies."""
        for number in range(count):
            if number % REQUESTS_OF_A_COLONY == REQUESTS_OF_A_COLONY - 1:
                self._move()
            self._send(self._random.choice(sorted(ON_API)))
        assert inventory(self._victim) == self._victims_things
        process_id = self._victim.running()
        self._victim.get("executor", "closesuccessfulmsg", processid=process_id, out=[])

    def _send(self, payload_type: str) -> None:
        row = ON_API[payload_type]
        role = self._random.choice(sorted(row.allowed - {"stranger"} & set(self._colony.roles)))
        if self._random.random() < 0.3:
            role = self._random.choice(ROLES)
        fields = self._fields_of(payload_type)
        # The server's owner may remove any colony and hand the server on: by accident that must not happen here.
        known = [] if role == "server_owner" else [*self._known, self._colony.name, *_texts_of(fields)]
        mutator = Mutator(self._random, known)
        message = mutator.message(payload_type, fields)
        if role == "server_owner" and payload_type in ("changeserveridmsg", "removecolonymsg"):
            role = "user"
        body = mutator.envelope(payload_type, message, self._colony.roles[role])
        try:
            self._judge(payload_type, role, self._post(body))
        except AssertionError as error:
            raise AssertionError(
                f"{error}\nseed {FUZZ_SEED}, {payload_type} as {role}: {message[:_SHOWN]!r}\n{body[:_SHOWN]!r}"
            ) from error

    def _judge(self, payload_type: str, role: str, reply: tuple[int, bytes]) -> None:
        if reply == GONE:
            handler = find_handler(payload_type)
            assert handler is not None
            assert handler.parks
            return
        answer = open_answer(*reply)
        text = answer.content.decode()
        assert answer.status in STATUSES, text
        if answer.status == 500:
            assert ON_API[payload_type].server_errors, text
            assert "its log says why" not in text
        if role != "server_owner":
            assert not [secret for secret in self._secrets if secret in text], text

    def _fields_of(self, payload_type: str) -> dict[str, Any]:
        if payload_type not in self._fields:
            try:
                self._fields[payload_type] = well_formed(self._colony, payload_type)
            except NotAnsweredError:
                # What was sent before has changed the colony so much; a new one must answer.
                self._move()
                self._fields[payload_type] = well_formed(self._colony, payload_type)
        return self._fields[payload_type]

    def _move(self) -> None:
        self._colony = World(self._victim.post, self._victim.server_owner)
        self._fields = {}


@pytest.mark.parametrize("part", range(-(-FUZZ_REQUESTS // REQUESTS_OF_A_TEST // 2)))
def test_mutated_requests(databases: Databases, tmp_path: Path, part: int) -> None:
    with databases(tmp_path) as url, capture_logs() as logs, in_process(url) as server:
        victim = _victim(World(server.post, server.owner, CANARY))
        Campaign(server.post_impatiently, victim, Random(f"{FUZZ_SEED}-{part}")).run(
            min(REQUESTS_OF_A_TEST, FUZZ_REQUESTS)
        )
    assert [entry for entry in logs if entry["log_level"] in ("error", "critical")] == []


def test_mutated_requests_over_http(server: RunningServer, post: Post) -> None:
    victim = _victim(World(post, server.server_owner, CANARY))
    Campaign(post, victim, Random(f"{FUZZ_SEED}-http")).run(200)


def _victim(world: World) -> World:
    """A colony with one of everything in it."""
    for payload_type in sorted(ON_API):
        if payload_type not in ("changeserveridmsg", "removecolonymsg", "addcolonymsg"):
            well_formed(world, payload_type)
    return world


def _texts_of(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for inner in value.values() for text in _texts_of(inner)]
    return [value] if isinstance(value, str) and value else []
