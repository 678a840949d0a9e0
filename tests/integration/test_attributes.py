"""Attributes: one value for each process, key and type."""

import pytest

from colonysdk.objects import Attribute, AttributeType, Process, attribute_id
from colonyserver.errors import Conflict, Forbidden, NotFound
from tests.support.core import COLONY, Core, caller


@pytest.fixture
async def process(core: Core) -> Process:
    await core.submit(env={"A": "1"})
    return await core.assign("one")


def attribute(process: Process, key: str, kind: AttributeType = AttributeType.OUT, value: str = "v") -> Attribute:
    return Attribute(target_id=process.process_id, target_colony_name=COLONY, attribute_type=kind, key=key, value=value)


async def test_add_and_find(core: Core, process: Process) -> None:
    service = core.lifecycle.attributes
    added = Attribute.from_json((await service.add(caller("one"), attribute(process, 'k"ey', value="å\n"))).to_json())
    assert added.attribute_id == attribute_id(process.process_id, 'k"ey', AttributeType.OUT)
    assert (added.target_id, added.target_colony_name, added.value) == (process.process_id, COLONY, "å\n")
    found = await service.find(caller("two"), added.attribute_id)
    assert Attribute.from_json(found.to_json()) == added
    assert added in (await core.get(process)).attributes


async def test_one_value_for_each_type(core: Core, process: Process) -> None:
    service = core.lifecycle.attributes
    for kind in (AttributeType.IN, AttributeType.OUT, AttributeType.ERR):
        await service.add(caller("one"), attribute(process, "A", kind))
    for kind in AttributeType:
        with pytest.raises(Conflict) as refusal:
            await service.add(caller("one"), attribute(process, "A", kind))
        assert refusal.value.status == 400
    assert len((await core.get(process)).attributes) == 4


async def test_an_environment_variable_shows_in_the_specification(core: Core, process: Process) -> None:
    await core.lifecycle.attributes.add(caller("one"), attribute(process, "B", AttributeType.ENV, '"2"'))
    assert (await core.get(process)).spec.env == {"A": "1", "B": '"2"'}
    await core.lifecycle.attributes.add(caller("one"), attribute(process, "C"))
    assert "C" not in (await core.get(process)).spec.env


async def test_refused(core: Core, process: Process) -> None:
    service = core.lifecycle.attributes
    with pytest.raises(Forbidden):
        await service.add(caller("two"), attribute(process, "k"))
    with pytest.raises(Forbidden):
        await service.add(caller("one", "other"), attribute(process, "k"))
    with pytest.raises(NotFound) as unknown:
        await service.add(caller("one"), attribute(Process(process_id="f" * 64), "k"))
    assert unknown.value.status == 404
    await core.succeed(process)
    with pytest.raises(Forbidden):
        await service.add(caller("one"), attribute(process, "k"))
    with pytest.raises(NotFound) as missing:
        await service.find(caller("one"), "f" * 64)
    assert missing.value.status == 400
    with pytest.raises(Forbidden):
        await service.find(caller("one", "other"), process.attributes[0].attribute_id)
