"""How long submit keys are kept."""

from pathlib import Path

from colonysdk.objects import Conditions, FunctionSpec
from colonyserver.background.forgetting import ForgettingLoop
from colonyserver.services.keyed_submission import KeyedSubmissionService
from colonyserver.services.once import KEPT_SECONDS
from tests.support.core import COLONY, TYPE, USER_ID, Core, open_core


async def _submit(core: Core, key: str) -> str:
    service = KeyedSubmissionService(core.database, core.lifecycle.submission, core.lifecycle.workflows, core.clock)
    spec = FunctionSpec(func_name="echo", conditions=Conditions(colony_name=COLONY, executor_type=TYPE))
    record = await service.submit(spec, key=key, initiator_id=USER_ID, initiator_name="alice")
    return record.process_id


async def test_a_key_can_be_used_again_after_a_day(tmp_path: Path, database_url: str) -> None:
    async with open_core(tmp_path, url=database_url) as core:
        first = await _submit(core, "k")
        core.clock.advance(KEPT_SECONDS - 60)
        assert await _submit(core, "k") == first
        core.clock.advance(120)
        second = await _submit(core, "k")
        assert second != first
        assert await _submit(core, "k") == second
        assert len(core.changes) == 2


async def test_old_keys_are_forgotten(tmp_path: Path, database_url: str) -> None:
    async with open_core(tmp_path, url=database_url) as core:
        for number in range(5):
            await _submit(core, f"old-{number}")
        core.clock.advance(KEPT_SECONDS + 1)
        await _submit(core, "new")
        await ForgettingLoop(core.database, core.clock).forget()
        assert await core.rows("SELECT client_key FROM submission_key") == [("new",)]
