"""What the command palette offers: every action that works here, and processes, executors and functions by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple, cast

from textual.command import DiscoveryHit, Hit, Hits, Provider

from colonytui.actions.available import available_actions
from colonytui.actions.registry import shown_key
from colonytui.processes.names import short_id
from colonytui.terminal.glyphs import EXECUTOR_STATE_WORDS, STATE_WORDS

if TYPE_CHECKING:
    from colonytui.app import ColonyApp

MOST_OBJECTS = 20
"""How many processes, executors and functions a search offers of each."""


class _Offer(NamedTuple):
    text: str
    help: str
    run: Callable[[], object]


class ColonyCommands(Provider):
    """Actions of the focused pane first, then objects."""

    async def discover(self) -> Hits:
        """Offer every action that works here."""
        for offer in self._actions():
            yield DiscoveryHit(offer.text, offer.run, help=offer.help)

    async def search(self, query: str) -> Hits:
        """Offer what matches: actions by their words, processes by the beginning or end of their id, others by name."""
        matcher = self.matcher(query)
        for offer in (*self._actions(), *self._executors(), *self._functions()):
            if (score := matcher.match(offer.text)) > 0:
                yield Hit(score, matcher.highlight(offer.text), offer.run, help=offer.help)
        for offer in islice(self._processes(query.strip().lower()), MOST_OBJECTS):
            yield Hit(1.0, offer.text, offer.run, help=offer.help)

    @property
    def _colony(self) -> ColonyApp:
        return cast("ColonyApp", self.app)

    def _actions(self) -> Iterator[_Offer]:
        for available in available_actions(self.screen):
            action, key = available.action, shown_key(available.key)
            if action.id != "palette":
                words = f"{key}  {available.refusal or action.sentence}"
                yield _Offer(action.label, words, partial(available.node.action_perform, action.id))

    def _executors(self) -> Iterator[_Offer]:
        for executor in self._colony.store.executors:
            words = f"{executor.executor_type}, {EXECUTOR_STATE_WORDS[executor.state]}"
            open_it = partial(self._colony.open_executor, executor.executor_name)
            yield _Offer(f"executor {executor.executor_name}", words, open_it)

    def _functions(self) -> Iterator[_Offer]:
        names = {process.spec.func_name for process in self._colony.store.known_processes()}
        for name in sorted(names):
            show = partial(self._colony.show_processes, "all", f"func:{name}")
            yield _Offer(f"function {name}", "Show its processes.", show)

    def _processes(self, digits: str) -> Iterator[_Offer]:
        for process in self._colony.store.find_processes(digits):
            open_it = partial(self._colony.open_process, process.process_id)
            words = f"{process.spec.func_name}, {STATE_WORDS[process.state]}"
            yield _Offer(f"process {short_id(process.process_id)}", words, open_it)
