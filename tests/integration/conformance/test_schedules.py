"""Crons and generators. Those whose time must come all begin before the first test, and wait side by side."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from pycolonies import Process

from tests.support.pycolonies_site import NOTHING, RUNNING, WAITING, Site, error
from tests.support.server import RunningServer


@dataclass(frozen=True)
class Started:
    """Schedules that run by themselves, each in a colony of its own, so that each has a queue of its own."""

    often: Site
    often_id: str
    one_by_one: Site
    timed: Site
    timed_id: str


@pytest.fixture(scope="module")
def started(server: RunningServer) -> Started:
    often, one_by_one, timed = (Site.make(server) for _ in range(3))
    timed_id = _add_generator(timed, trigger=10, timeout=2)
    _pack(timed, timed_id, "only")
    cron = {
        "name": "one by one",
        "colonyname": one_by_one.colony,
        "interval": 1,
        "waitforprevprocessgraph": True,
        "workflowspec": _workflow_text(one_by_one),
    }
    one_by_one.send("addcronmsg", one_by_one.user_key, cron=cron)
    return Started(often, _add_cron(often, "*/2 * * * * *"), one_by_one, timed, timed_id)


class TestCrons:
    def test_every_two_seconds(self, started: Started) -> None:
        site = started.often
        first, second = site.assign(), site.assign()
        assert first.processgraphid != second.processgraphid
        assert _pair_of_seconds(first) < _pair_of_seconds(second)
        found = site.client.get_cron(started.often_id, site.user_key)
        due = datetime.fromisoformat(found["nextrun"])
        assert (due.second % 2, due.microsecond) == (0, 0)
        assert (found["cronexpression"], found["interval"], found["checkerperiod"]) == ("*/2 * * * * *", -1, 1000)

    def test_one_run_waits_for_the_end_of_the_one_before(self, started: Started) -> None:
        site = started.one_by_one
        first = site.assign()
        assert error(site.client.assign, site.colony, 2, site.executor_key) == NOTHING
        assert site.client.get_processgraphs(site.colony, 10, site.user_key, state=WAITING) is None
        assert len(site.client.get_processgraphs(site.colony, 10, site.user_key, state=RUNNING)) == 1
        site.client.close(first.processid, ["out"], site.executor_key)
        second = site.assign()
        assert second.processgraphid != first.processgraphid
        assert second.input == ["out"]

    def test_five_fields_mean_the_beginning_of_the_minute(self, site: Site) -> None:
        found = site.client.get_cron(_add_cron(site, "*/5 * * * *"), site.user_key)
        due = datetime.fromisoformat(found["nextrun"])
        assert (due.minute % 5, due.second) == (0, 0)

    def test_fewer_fields_are_refused(self, site: Site) -> None:
        cron = {"name": "short", "colonyname": site.colony, "interval": -1, "cronexpression": "* * * *"}
        status, words = site.refusal("addcronmsg", site.user_key, cron={**cron, "workflowspec": _workflow_text(site)})
        assert status == 400
        assert error(_add_cron, site, "* * * *") == words

    def test_a_run_by_hand(self, site: Site) -> None:
        cron_id = _add_cron(site, "@yearly")
        assert [listed["cronid"] for listed in site.client.get_crons(site.colony, 10, site.user_key)] == [cron_id]
        assert site.client.run_cron(cron_id, site.user_key)["cronid"] == cron_id
        assert site.assign().initiatorname == "alice"
        site.client.del_cron(cron_id, site.user_key)
        assert site.client.get_crons(site.colony, 10, site.user_key) == []


class TestGenerators:
    def test_seven_arguments_make_two_workflows_of_three(self, site: Site) -> None:
        generator_id = _add_generator(site, trigger=3, timeout=0)
        _pack(site, generator_id, *"1234567")
        first, second = site.assign(), site.assign()
        assert [first.spec.args, second.spec.args] == [["1", "2", "3"], ["4", "5", "6"]]
        assert first.processgraphid != second.processgraphid
        assert error(site.client.assign, site.colony, -1, site.executor_key) == NOTHING
        found = site.client.get_generator(generator_id, site.user_key)
        assert found["queuesize"] == 1
        assert datetime.fromisoformat(found["lastrun"]) >= datetime.fromisoformat(found["firstpack"])

    def test_a_single_argument_goes_when_the_time_is_over(self, started: Started) -> None:
        site = started.timed
        process = site.assign()
        assert process.spec.args == ["only"]
        found = site.client.get_generator(started.timed_id, site.user_key)
        assert process.submissiontime - datetime.fromisoformat(found["firstpack"]) >= timedelta(seconds=2)
        assert found["queuesize"] == 0

    def test_listing_and_removing(self, site: Site) -> None:
        generator_id = _add_generator(site, trigger=1, timeout=0)
        listed = site.client.get_generators(site.colony, site.user_key)
        assert [(found["generatorid"], found["name"]) for found in listed] == [(generator_id, "sensor")]
        site.client.remove_generator(generator_id, site.user_key)
        assert site.client.get_generators(site.colony, site.user_key) is None


def _pair_of_seconds(process: Process) -> int:
    """A number that goes up at every even second; late runs are never early for the next one."""
    return int(process.submissiontime.timestamp()) // 2


def _add_cron(site: Site, expression: str) -> str:
    workflow = site.workflow({"job": ()})
    added = site.client.add_cron("cron", expression, False, workflow, site.colony, site.user_key)
    return str(added["cronid"])


def _add_generator(site: Site, *, trigger: int, timeout: int) -> str:
    names = {"name": "sensor", "colonyname": site.colony, "workflowspec": _workflow_text(site)}
    added = site.client.add_generator({**names, "trigger": trigger, "timeout": timeout}, site.user_key)
    return str(added["generatorid"])


def _pack(site: Site, generator_id: str, *args: str) -> None:
    for arg in args:
        site.send("packgeneratormsg", site.executor_key, generatorid=generator_id, arg=arg)


def _workflow_text(site: Site) -> str:
    return json.dumps(site.workflow({"job": ()}).model_dump(by_alias=True))
