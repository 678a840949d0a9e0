"""What is wrong with a specification, in a few lines below it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from textwrap import wrap

from colonysdk.errors import Problem
from colonytui.explain.findings import plural
from colonytui.logs.text import plain
from colonytui.terminal.tones import Cell, Tone
from colonytui.widgets.cell_lines import CellLines

_MOST_ROWS = 6
_TONES = {"error": Tone.BAD, "warning": Tone.WARN}


class ProblemList(CellLines, can_focus=False):
    """Errors and warnings, each with its path and line."""

    DEFAULT_CSS = """
    ProblemList { height: auto; max-height: 7; padding: 0 2; }
    """

    def show_problems(self, problems: Sequence[Problem], lines: Mapping[str, int], signs: Mapping[str, str]) -> None:
        """Show as many as there is room for; `lines` are the lines of the text by path, counted from 0."""
        rows = [row for problem in problems[:_MOST_ROWS] for row in self._rows(problem, lines, signs)]
        if len(rows) > _MOST_ROWS:
            rows = [*rows[: _MOST_ROWS - 1], (Cell(f"  … of {plural(len(problems), 'problem')}", Tone.MUTED),)]
        self.show(rows)
        self.display = bool(rows)

    def _rows(self, problem: Problem, lines: Mapping[str, int], signs: Mapping[str, str]) -> Iterator[Sequence[Cell]]:
        place = f"line {lines[problem.path] + 1}  " if problem.path in lines and problem.path != "$" else ""
        path = f"{plain(problem.path)}  " if problem.path != "$" else ""
        accepted = f"; use {problem.accepted}" if problem.accepted else ""
        room = max(self.screen.size.width - 6, 20)
        # The first row begins with sign, place and path; the text is wrapped around them.
        texts = wrap(plain(problem.message + accepted), room, initial_indent=" " * len(place + path)) or [""]
        yield (
            Cell(f"{signs[problem.severity]} ", _TONES[problem.severity]),
            Cell(place, Tone.MUTED),
            Cell(path, Tone.KEY),
            Cell(texts[0].lstrip()),
        )
        for text in texts[1:]:
            yield (Cell(f"  {text}"),)


def summary(problems: Sequence[Problem]) -> str:
    """How many errors and warnings there are."""
    errors = sum(problem.severity == "error" for problem in problems)
    counts = [plural(errors, "error")] if errors else []
    if warnings := len(problems) - errors:
        counts.append(plural(warnings, "warning"))
    return ", ".join(counts) or "no problems"
