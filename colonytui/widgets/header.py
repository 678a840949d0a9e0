"""The live header: which colony, how fresh, how much of what, all from one snapshot."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content
from textual.widget import Widget

from colonysdk.objects import ProcessState
from colonytui.store.connection import Connection, Link
from colonytui.terminal.tones import STATE_TONES, Tone, tone_style
from colonytui.widgets.watching import StoreChanged, StoreWatcher

_LETTERS = {
    ProcessState.WAITING: "W",
    ProcessState.RUNNING: "R",
    ProcessState.SUCCESS: "S",
    ProcessState.FAILED: "F",
    ProcessState.CANCELLED: "C",
}


class LiveHeader(Widget, StoreWatcher):
    """One line that says how the colony is and how old that knowledge is."""

    DEFAULT_CSS = """
    LiveHeader {
        height: 1;
        padding: 0 1;
        background: $panel;
        color: $foreground;
    }
    """

    def on_mount(self) -> None:
        """Tick with the clock."""
        self.set_interval(1.0, self.refresh)

    def on_store_changed(self, _message: StoreChanged) -> None:
        """Show the news."""
        self.refresh()

    def render(self) -> Content:
        """Draw as much as fits; what matters least leaves first, freshness and counts stay."""
        name = Content.styled("colony-tui", "bold $text-primary")
        colony, host, link, counts = self._colony(), self._host(), self._link(), self._counts()
        executors, time = self._executors(), self._time()
        layouts = (
            ((name, Content.assemble(colony, host), link), (counts, executors, time)),
            ((Content.assemble(colony, host), link), (counts, executors, time)),
            ((Content.assemble(colony, host), link), (counts, executors)),
            ((colony, link), (counts, executors)),
            ((colony, link), (counts,)),
        )
        for left, right in layouts:
            if (line := self._fitted(left, right)) is not None:
                return line
        return Content(" ").join([link, counts])

    def _fitted(self, left: Sequence[Content], right: Sequence[Content]) -> Content | None:
        gap = Content("   ")
        start, end = gap.join(left), gap.join(right)
        free = self.content_size.width - start.cell_length - end.cell_length
        return Content.assemble(start, " " * free, end) if free >= 2 else None

    def _colony(self) -> Content:
        lock = f" {self.colony.glyphs.locked} read-only" if self.colony.read_only else ""
        return Content.assemble((self.colony.session.colony_name, "bold"), (lock, "$text-warning"))

    def _host(self) -> Content:
        session = self.colony.session
        host = "this machine" if session.local is not None else session.url.split("://", 1)[-1].rstrip("/")
        return Content.styled(f" @ {host}", "$text-muted")

    def _link(self) -> Content:
        connection, now = self.colony.store.connection, self.colony.store.clock.monotonic()
        text, tone = link_text(connection, now)
        glyphs = self.colony.glyphs
        sign = glyphs.live if connection.link is Link.LIVE else glyphs.stale
        parts = Content.styled(f"{glyphs.paused if connection.paused else sign} {text}", tone_style(tone))
        if self.colony.store.assignments_paused:
            parts = Content.assemble(parts, ("  assignments paused", "$text-warning"))
        if skew := self.colony.store.skew.total_seconds():
            parts = Content.assemble(parts, (f"  clock {-skew:+.0f} s", "$text-warning"))
        return parts

    def _counts(self) -> Content:
        snapshot = self.colony.store.snapshot
        counts = []
        for state, letter in _LETTERS.items():
            count = snapshot.count(state)
            number = "–" if count is None else f"{count:,}"
            counts.append(
                Content.styled(f"{letter} {number}", tone_style(STATE_TONES[state]) if count else "$text-muted")
            )
        return Content("  ").join(counts)

    def _executors(self) -> Content:
        snapshot = self.colony.store.snapshot
        return Content(f"exec {snapshot.approved_executors}/{snapshot.registered_executors}")

    def _time(self) -> Content:
        return Content.styled(f"{self.colony.store.clock.now().astimezone():%H:%M:%S}", "$text-muted")


def link_text(connection: Connection, now: float) -> tuple[str, Tone]:
    """Say in a few words how fresh the data is; `now` is the monotonic clock in seconds."""
    age = connection.age(now)
    shown_age = "" if age is None else f" {age:.1f}s" if age < 10 else f" {age:.0f}s"
    if connection.paused:
        return "PAUSED", Tone.WARN
    match connection.link:
        case Link.CONNECTING:
            return "connecting", Tone.MUTED
        case Link.LIVE:
            return f"live{shown_age}", Tone.GOOD
        case Link.FORBIDDEN:
            return "forbidden", Tone.BAD
        case Link.STALE:
            word = f"stale{shown_age}" if age is not None else "no answer yet"
            retry = connection.retry_in(now) or 0.0
            return f"{word}, retry in {retry:.0f}s ({connection.failures})", Tone.BAD
