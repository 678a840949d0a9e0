"""Everything a user can do to executors, for any screen that can say which executors are meant."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import ClassVar

from textual.binding import BindingType

from colonysdk.errors import ColonyError
from colonysdk.objects import Executor, ExecutorState
from colonytui.actions.bindings import ActionHost, bindings
from colonytui.actions.bulk_actions import run_on_all
from colonytui.actions.question import Question
from colonytui.actions.registry import Action, Scope
from colonytui.processes.copies import Copy
from colonytui.terminal.glyphs import EXECUTOR_STATE_WORDS

_OWNER_ACTIONS = ("executor.approve", "executor.reject", "executor.unregister", "executor.pause_colony")


class ExecutorActions(ActionHost):
    """A screen or view that acts on executors; most of it needs the key of the colony's owner."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(Scope.EXECUTOR)

    def selected_executors(self) -> Sequence[Executor]:
        """The executors an action works on."""
        return ()

    def unavailable(self, action: Action) -> str | None:
        """Say why an action does not fit the selected executors or this session."""
        if action.scope is not Scope.EXECUTOR:
            return super().unavailable(action)
        if action.id in _OWNER_ACTIONS and self.colony.session.colony_owner is None:
            return "Only the colony's owner may do this, and its key is not at hand (COLONIES_COLONY_PRVKEY)."
        executors = self.selected_executors()
        if not executors and action.id != "executor.pause_colony":
            return "No executor is selected."
        refused = _STATES_THAT_REFUSE.get(action.id)
        if refused is not None and all(executor.state is refused for executor in executors):
            return f"Already {EXECUTOR_STATE_WORDS[refused]}."
        return None

    def action_open_logs(self) -> None:
        """Read everything that the executor logged, for its processes too."""
        self.colony.open_executor_log(self.selected_executors()[0].executor_name)

    async def action_approve(self) -> None:
        """Let the executors work."""
        names = _names(self.selected_executors(), ExecutorState.APPROVED)
        await run_on_all(self.colony, "approve", names, self._approve_one)

    async def action_reject(self) -> None:
        """Keep the executors from working, after asking."""
        names = _names(self.selected_executors(), ExecutorState.REJECTED)
        question = Question(
            f"Reject {_count(names)}?",
            "Reject",
            names,
            "A rejected executor is given no more processes; what it runs goes on. Approving undoes this.",
        )
        if await self.colony.confirm(question):
            await run_on_all(self.colony, "reject", names, self._reject_one)

    async def action_unregister(self) -> None:
        """Unregister the executors, after asking."""
        names = _names(self.selected_executors(), ExecutorState.UNREGISTERED)
        question = Question(
            f"Unregister {_count(names)}?",
            "Unregister",
            names,
            "What it runs waits again for another executor, and its functions are forgotten. This cannot be undone.",
            type_number=True,
        )
        if await self.colony.confirm(question):
            await run_on_all(self.colony, "unregister", names, self._unregister_one)

    async def action_pause_colony(self) -> None:
        """Pause or resume assignments, after asking."""
        paused, name = self.colony.store.assignments_paused, self.colony.session.colony_name
        verb = "Resume" if paused else "Pause"
        consequence = "Waiting processes are handed out again." if paused else "No executor is given any process."
        if not await self.colony.confirm(Question(f"{verb} assignments in {name}?", verb, (), consequence)):
            return
        client = self.colony.client
        try:
            await (client.resume() if paused else client.pause())
        except ColonyError as error:
            self.colony.show_error(f"{verb.lower()} assignments", error)
        self.colony.feed.refresh()

    def action_copy_id(self) -> None:
        """Copy the names, one a line."""
        names = [executor.executor_name for executor in self.selected_executors()]
        self.colony.copy("\n".join(names), "name" if len(names) == 1 else f"{len(names)} names")

    async def action_copy_menu(self) -> None:
        """Choose what to copy."""
        executor = self.selected_executors()[0]
        copies = (
            Copy("name", executor.executor_name),
            Copy("id", executor.executor_id),
            Copy("command line", f"colony-tui executor get {executor.executor_name}"),
            Copy("JSON", json.dumps(executor.to_wire(), indent=2, ensure_ascii=False)),
        )
        await self.colony.choose_copy(copies)

    async def _approve_one(self, name: str) -> str:
        await self.colony.client.approve_executor(name)
        return "approved"

    async def _reject_one(self, name: str) -> str:
        await self.colony.client.reject_executor(name)
        return "rejected"

    async def _unregister_one(self, name: str) -> str:
        await self.colony.client.remove_executor(name)
        return "unregistered"


_STATES_THAT_REFUSE = {
    "executor.approve": ExecutorState.APPROVED,
    "executor.reject": ExecutorState.REJECTED,
    "executor.unregister": ExecutorState.UNREGISTERED,
}


def _names(executors: Sequence[Executor], already: ExecutorState) -> list[str]:
    return [executor.executor_name for executor in executors if executor.state is not already]


def _count(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{len(names)} executors"
