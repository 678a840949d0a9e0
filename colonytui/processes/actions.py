"""Everything a user can do to processes, for any screen that can say which processes are meant."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import BindingType

from colonysdk.objects import Process, ProcessState
from colonytui.actions.bindings import ActionHost, bindings
from colonytui.actions.bulk_actions import run_on_all
from colonytui.actions.question import Question
from colonytui.actions.registry import Action, Scope
from colonytui.processes.copies import process_copies
from colonytui.processes.names import short_id
from colonytui.processes.shell import open_shell, why_no_shell
from colonytui.terminal.glyphs import STATE_WORDS


class ProcessActions(ActionHost):
    """A screen or view that acts on processes. The ids are taken when a key is pressed, before any question."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(Scope.PROCESS)

    def selected_processes(self) -> Sequence[Process]:
        """The processes an action works on: the marked ones, or the one under the cursor."""
        return ()

    def sibling_ids(self) -> Sequence[str]:
        """The ids of the list that the processes are in, in its order."""
        return ()

    def removed(self, process_id: str) -> None:
        """Take note that a process's record was removed."""
        del process_id

    def unavailable(self, action: Action) -> str | None:
        """Say why an action does not fit the selected processes."""
        if action.scope is not Scope.PROCESS:
            return super().unavailable(action)
        processes = self.selected_processes()
        if not processes:
            return "No process is selected."
        match action.id:
            case "process.cancel":
                return _why_not_cancel(processes)
            case "process.retry" | "process.remove":
                return _why_not_finished(action, processes)
            case "process.exec":
                return self._why_no_shell(processes)
            case _:
                return None

    def action_open_logs(self) -> None:
        """Read the log."""
        self.colony.open_logs(self._first.process_id, self.sibling_ids())

    def action_explain(self) -> None:
        """Explain the process's state."""
        self.colony.open_explain(self._first.process_id)

    def action_edit_and_submit(self) -> None:
        """Open the specification in the submit form."""
        self.colony.open_submit(self._first.spec)

    async def action_retry(self) -> None:
        """Submit the specifications again."""
        specs = {process.process_id: process.spec for process in self.selected_processes()}

        async def submit_again(process_id: str) -> str:
            process = await self.colony.client.submit(specs[process_id])
            self.colony.store.note_server_time(process.submission_time)
            self.colony.store.put_process(process)
            return f"submitted again as {short_id(process.process_id)}"

        await run_on_all(self.colony, "retry", list(specs), submit_again)

    async def action_cancel(self) -> None:
        """Cancel, after asking."""
        processes = [process for process in self.selected_processes() if not process.state.is_final]
        question = Question(
            f"Cancel {_count(processes)}?",
            "Cancel them" if len(processes) > 1 else "Cancel it",
            [_named(process) for process in processes],
            "What runs is stopped; a cancelled process never runs again.",
        )
        if await self.colony.confirm(question):
            await run_on_all(self.colony, "cancel", _ids(processes), self._cancel_one)

    async def action_remove(self) -> None:
        """Remove the records, after asking."""
        processes = [process for process in self.selected_processes() if process.state.is_final]
        question = Question(
            f"Remove the records of {_count(processes)}?",
            "Remove them" if len(processes) > 1 else "Remove it",
            [_named(process) for process in processes],
            "Specification, output and log are gone for everybody. This cannot be undone.",
            type_number=True,
        )
        if await self.colony.confirm(question):
            await run_on_all(self.colony, "remove", _ids(processes), self._remove_one)

    def action_exec(self) -> None:
        """Give the terminal to a shell beside the program, and take it back when that ends."""
        open_shell(self.colony, self._first)

    def action_copy_id(self) -> None:
        """Copy the ids, one a line."""
        ids = _ids(self.selected_processes())
        self.colony.copy("\n".join(ids), "id" if len(ids) == 1 else f"{len(ids)} ids")

    async def action_copy_menu(self) -> None:
        """Choose what to copy."""
        await self.colony.choose_copy(process_copies(self._first))

    @property
    def _first(self) -> Process:
        return self.selected_processes()[0]

    def _why_no_shell(self, processes: Sequence[Process]) -> str | None:
        if len(processes) > 1:
            return "A shell can be opened in one process at a time."
        return why_no_shell(processes[0], self.colony.session.identity.id)

    async def _cancel_one(self, process_id: str) -> str:
        await self.colony.client.cancel(process_id)
        return "cancelled"

    async def _remove_one(self, process_id: str) -> str:
        await self.colony.client.remove_process(process_id)
        self.removed(process_id)
        self.colony.store.forget(process_id)
        return "removed"


def _why_not_cancel(processes: Sequence[Process]) -> str | None:
    open_ones = [process for process in processes if not process.state.is_final]
    if not open_ones:
        return f"Only waiting or running processes can be cancelled; {_what_they_are(processes)}."
    if any(process.process_graph_id for process in open_ones):
        return "A step of a workflow cannot be cancelled alone."
    return None


def _why_not_finished(action: Action, processes: Sequence[Process]) -> str | None:
    if all(process.state.is_final for process in processes):
        return None
    return f"{action.label} is for finished processes; {_what_they_are(processes)}."


def _what_they_are(processes: Sequence[Process]) -> str:
    words = sorted({STATE_WORDS[process.state] for process in processes})
    subject = "this one is" if len(processes) == 1 else "these are"
    return f"{subject} {' or '.join(words)}"


def _count(processes: Sequence[Process]) -> str:
    if len(processes) != 1:
        return f"{len(processes)} processes"
    running = "the running process" if processes[0].state is ProcessState.RUNNING else "process"
    return f"{running} {short_id(processes[0].process_id)}"


def _named(process: Process) -> str:
    return f"{short_id(process.process_id)}  {process.spec.func_name}  {STATE_WORDS[process.state]}"


def _ids(processes: Sequence[Process]) -> list[str]:
    return [process.process_id for process in processes]
