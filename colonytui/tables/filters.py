"""The filter language of tables: text in, a test for rows out.

    filter  = group ("|" group)*        any group
    group   = term (" " term)*          every term
    term    = "!" term                  not
            | field ":" value           the whole value, "*" standing for anything
            | field ("=" ">" "<" ">=" "<=") value
            | "re:" pattern             a regular expression in any column
            | word | '"' words '"'      text in any column

Values compare without regard to case unless they hold a capital. Time spans are written `90s`, `10m`, `1h30m`, `2d`.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Generic, NamedTuple, Self, TypeVar

from colonysdk.units import parse_duration
from colonytui.time_limit import TimeLimitPassedError, time_limit

RowT = TypeVar("RowT")

MAX_FILTER_LENGTH = 1000
PATTERN_SECONDS = 0.25
"""How long the patterns of a filter may take for all rows together, in seconds of work."""

Value = str | float | timedelta | None
"""What a field of a row may be; None never matches a comparison."""


class FilterError(ValueError):
    """A filter that cannot be understood; the message says why."""


class SearchText(NamedTuple):
    """What plain text is looked for in."""

    text: str
    lowered: str

    @classmethod
    def of(cls, text: str) -> Self:
        """Prepare a text for searches with and without regard to case."""
        return cls(text, text.lower())


@dataclass(frozen=True)
class Field(Generic[RowT]):
    """A named value of a row that filters can ask about."""

    name: str
    sentence: str
    value: Callable[[RowT], Value]
    kind: type[str] | type[float] | type[timedelta] = str


@dataclass(frozen=True)
class Term:
    """One condition of a filter, as it was written."""

    field: str
    operator: str
    value: str
    negated: bool = False

    @property
    def is_pattern(self) -> bool:
        """Whether matching it may take long."""
        return self.operator == "re" or "*" in self.value


@dataclass(frozen=True)
class Filter(Generic[RowT]):
    """A filter that was understood."""

    text: str
    groups: Sequence[Sequence[Term]] = ()
    tests: Sequence[Sequence[Callable[[RowT], bool]]] = ()
    depends_on_time: bool = False
    """Whether a row may pass or fail later without having changed."""

    def matches(self, row: RowT) -> bool:
        """Whether a row passes; an empty filter passes every row."""
        return not self.tests or any(all(test(row) for test in group) for group in self.tests)

    def select(self, rows: Sequence[RowT]) -> Sequence[RowT]:
        """The rows that pass; raises FilterError when its patterns take too long to tell."""
        if not self.tests:
            return rows
        if not any(term.is_pattern for group in self.groups for term in group):
            return [row for row in rows if self.matches(row)]
        try:
            with time_limit(PATTERN_SECONDS):
                return [row for row in rows if self.matches(row)]
        except TimeLimitPassedError:
            raise FilterError("this pattern takes too long; say more exactly what may repeat") from None

    def required_value(self, field: str) -> str | None:
        """The one value that this field must have in every row that passes; None when there is none."""
        if len(self.groups) != 1:
            return None
        for term in self.groups[0]:
            if term.field == field and term.operator in (":", "=") and not term.negated and "*" not in term.value:
                return term.value
        return None


def parse_filter(
    text: str, fields: Mapping[str, Field[RowT]], search_text: Callable[[RowT], SearchText]
) -> Filter[RowT]:
    """Understand a filter over rows with these fields; `search_text` is a row's text in all columns.

    Raises FilterError with a sentence that says what is wrong.
    """
    if len(text) > MAX_FILTER_LENGTH:
        raise FilterError(f"a filter has at most {MAX_FILTER_LENGTH} characters")
    groups = [group for group in _split(text) if group]
    terms = [[_read_term(token, fields) for token in group] for group in groups]
    tests = [[_test(term, fields, search_text) for term in group] for group in terms]
    by_time = any(term.field and fields[term.field].kind is timedelta for group in terms for term in group)
    return Filter(text.strip(), terms, tests, by_time)


_TOKEN = re.compile(r'\s*(?:(?P<bar>\|)|(?P<token>(?:!*re:\S+)|(?:"[^"]*"?|[^\s|"])+))')
_TERM = re.compile(r"(?P<field>[A-Za-z]+)(?P<operator>>=|<=|[:=<>])(?P<value>.*)", re.DOTALL)
_COMPARISONS: Mapping[str, Callable[[float, float], bool]] = {
    ":": operator.eq,
    "=": operator.eq,
    ">": operator.gt,
    "<": operator.lt,
    ">=": operator.ge,
    "<=": operator.le,
}


def _split(text: str) -> list[list[str]]:
    groups: list[list[str]] = [[]]
    at = 0
    while match := _TOKEN.match(text, at):
        at = match.end()
        if match["bar"]:
            groups.append([])
        else:
            groups[-1].append(match["token"])
    return groups


def _read_term(token: str, fields: Mapping[str, Field[RowT]]) -> Term:
    body = token.lstrip("!")
    negated = (len(token) - len(body)) % 2 == 1
    if not body:
        raise FilterError("! needs something to negate")
    if body.startswith("re:"):
        return Term("", "re", body.removeprefix("re:"), negated)
    match = _TERM.fullmatch(body)
    if match is None or body.startswith('"'):
        return Term("", "text", body.replace('"', ""), negated)
    name = match["field"].lower()
    if name not in fields:
        raise FilterError(f"no field {name!r}; there are {', '.join(sorted(fields))}")
    return Term(name, match["operator"], match["value"].replace('"', ""), negated)


def _test(
    term: Term, fields: Mapping[str, Field[RowT]], search_text: Callable[[RowT], SearchText]
) -> Callable[[RowT], bool]:
    test = _text_test(term, search_text) if not term.field else _field_test(term, fields[term.field])
    return (lambda row: not test(row)) if term.negated else test


def _text_test(term: Term, search_text: Callable[[RowT], SearchText]) -> Callable[[RowT], bool]:
    if term.operator == "re":
        pattern = _pattern(term.value, term.value)
        return lambda row: pattern.search(search_text(row).text) is not None
    wanted = term.value
    if _has_capital(wanted):
        return lambda row: wanted in search_text(row).text
    lowered = wanted.lower()
    return lambda row: lowered in search_text(row).lowered


def _field_test(term: Term, field: Field[RowT]) -> Callable[[RowT], bool]:
    if not term.value:
        raise FilterError(f"{term.field}{term.operator} needs a value")
    if field.kind is str:
        return _word_test(term, field)
    wanted = _number(term, field)
    compare = _COMPARISONS[term.operator]

    def test(row: RowT) -> bool:
        value = field.value(row)
        number = value.total_seconds() if isinstance(value, timedelta) else value
        return isinstance(number, int | float) and compare(number, wanted)

    return test


def _word_test(term: Term, field: Field[RowT]) -> Callable[[RowT], bool]:
    if term.operator not in (":", "="):
        raise FilterError(f"{term.field} is a text; compare it with : and *")
    glob = ".*".join(re.escape(part) for part in term.value.split("*"))
    pattern = _pattern(rf"(?:{glob})\Z", term.value)
    return lambda row: pattern.match(str(field.value(row) or "")) is not None


def _pattern(expression: str, written: str) -> re.Pattern[str]:
    try:
        return re.compile(expression, re.DOTALL | (0 if _has_capital(written) else re.IGNORECASE))
    except (re.error, OverflowError, RecursionError) as error:
        raise FilterError(f"not a regular expression: {error}") from None


def _number(term: Term, field: Field[RowT]) -> float:
    try:
        return parse_duration(term.value).total_seconds() if field.kind is timedelta else float(term.value)
    except ValueError as error:
        kind = "a time such as 10m" if field.kind is timedelta else "a number"
        raise FilterError(f"{term.field}{term.operator} needs {kind}, not {term.value!r}") from error


def _has_capital(text: str) -> bool:
    return text != text.lower()
