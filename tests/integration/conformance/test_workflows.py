"""Workflows: the order of their members, what goes from one to the next, and how they fail."""

from collections.abc import Sequence
from dataclasses import dataclass

from pycolonies import Process, ProcessGraph

from tests.support.pycolonies_site import FAILED, NOTHING, RUNNING, SUCCESS, WAITING, Site, error
from tests.support.workflows import DIAMOND

CHAIN: dict[str, Sequence[str]] = {"a": (), "b": ("a",)}


@dataclass(frozen=True)
class Flow:
    """A workflow of a site."""

    site: Site
    graph: ProcessGraph

    @property
    def state(self) -> int:
        return int(self.site.client.get_processgraph(self.graph.processgraphid, self.site.user_key).state)

    def member(self, name: str) -> Process:
        return self.site.client.find_process(name, self.graph.processids, self.site.user_key)

    def start(self, name: str) -> Process:
        """Assign the next process, which must be this member."""
        process = self.site.assign()
        assert process.spec.nodename == name
        return process

    def close(self, process: Process, *output: object) -> None:
        self.site.client.close(process.processid, [*output], self.site.executor_key)


def submit(site: Site, nodes: dict[str, Sequence[str]]) -> Flow:
    return Flow(site, site.submit_workflow(nodes))


class TestOrder:
    def test_a_diamond_hands_outputs_on_and_waits_for_both_of_its_branches(self, site: Site) -> None:
        flow = submit(site, DIAMOND)
        assert (flow.graph.state, flow.state) == (WAITING, WAITING)
        a = flow.start("a")
        flow.close(a, 1)
        assert flow.state == RUNNING
        b, c = flow.start("b"), flow.start("c")
        assert (b.input, c.input) == ([1], [1])
        flow.close(c, 3)
        assert error(site.client.assign, site.colony, -1, site.executor_key) == NOTHING
        flow.close(b, 2)
        d = flow.start("d")
        assert d.input == [2, 3], "in the order of its parents"
        flow.close(d)
        assert flow.state == SUCCESS

    def test_parents_without_output_make_an_empty_input(self, site: Site) -> None:
        flow = submit(site, CHAIN)
        flow.close(flow.start("a"))
        assert flow.start("b").input == []

    def test_a_child_that_is_added_to_a_running_parent_comes_after_it(self, site: Site) -> None:
        flow = submit(site, {"a": ()})
        parent = flow.start("a")
        child = site.client.add_child(
            flow.graph.processgraphid, parent.processid, "", site.spec(), "b", True, site.executor_key
        )
        assert error(site.client.assign, site.colony, -1, site.executor_key) == NOTHING
        flow.close(parent, "out")
        assigned = flow.start("b")
        assert (assigned.processid, assigned.input) == (child["processid"], ["out"])
        flow.close(assigned)
        assert flow.state == SUCCESS


class TestFailure:
    def test_a_failed_root_fails_everything_that_depends_on_it(self, site: Site) -> None:
        flow = submit(site, DIAMOND)
        site.client.fail(flow.start("a").processid, ["no"], site.executor_key)
        assert flow.state == FAILED
        assert {name: flow.member(name).state for name in DIAMOND} == dict.fromkeys(DIAMOND, FAILED)
        assert error(site.client.assign, site.colony, -1, site.executor_key) == NOTHING

    def test_members_are_neither_cancelled_nor_removed_alone(self, site: Site) -> None:
        member = submit(site, CHAIN).member("a")
        status, words = site.refusal("removeprocessmsg", site.user_key, processid=member.processid)
        assert status == 400
        assert error(site.client.remove_process, member.processid, site.user_key) == words
        assert site.refusal("cancelprocessmsg", site.user_key, processid=member.processid)[0] == 400
        assert site.process(member).state == WAITING


class TestListing:
    def test_a_workflow_is_drawn_listed_and_removed(self, site: Site) -> None:
        flow = submit(site, DIAMOND)
        for name in DIAMOND:
            flow.close(flow.start(name))
        graph = site.client.get_processgraph(flow.graph.processgraphid, site.user_key)
        assert (graph.state, len(graph.nodes), len(graph.edges)) == (SUCCESS, 4, 4)
        (listed,) = site.client.get_processgraphs(site.colony, 10, site.user_key, state=SUCCESS)
        assert listed["processgraphid"] == flow.graph.processgraphid
        site.client.remove_processgraph(flow.graph.processgraphid, site.user_key)
        assert site.client.get_processgraphs(site.colony, 10, site.user_key, state=SUCCESS) is None

    def test_all_that_wait_are_removed(self, site: Site) -> None:
        submit(site, CHAIN)
        site.client.remove_all_processgraphs(site.colony, site.owner_key)
        assert site.client.get_processgraphs(site.colony, 10, site.user_key, state=WAITING) is None
