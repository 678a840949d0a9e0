"""The fields of a cron expression: read, checked, and written out as plain numbers."""

from typing import NamedTuple

from colonyserver.errors import Invalid

_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_ANY = ("*", "?")


class CronFields(NamedTuple):
    """Six fields with nothing but numbers, commas and lone stars in them; whether hours are named, not only steps."""

    text: str
    has_fixed_hours: bool


def read_fields(text: str) -> CronFields:
    """Read six fields, seconds first, or five without seconds; raises Invalid that names the field at fault."""
    parts = text.split()
    if len(parts) == len(_FIELDS) - 1:
        parts.insert(0, "0")
    if len(parts) != len(_FIELDS):
        raise Invalid(
            "cronexpression: six fields are needed: second, minute, hour, day of month, month, day of week "
            "(five without the second)"
        )
    written = [field.write(part) for field, part in zip(_FIELDS, parts, strict=True)]
    has_fixed_hours = not any(term.startswith(_ANY) for term in parts[2].split(","))
    return CronFields(" ".join(written), has_fixed_hours)


class _Field(NamedTuple):
    """One field: its name, its first and last number, and words that stand for its numbers in order."""

    name: str
    least: int
    most: int
    words: tuple[str, ...] = ()

    def write(self, text: str) -> str:
        """The field as a list of numbers, or a star when any number will do."""
        numbers: set[int] = set()
        for term in text.split(","):
            found = self._numbers(term)
            # wire: a field with a star among its terms is unrestricted, but not one with a star and a step.
            if term.startswith(_ANY) and found.step == 1:
                return "*"
            numbers.update(found)
        return ",".join(map(str, sorted(numbers)))

    def _numbers(self, term: str) -> range:
        span, slash, step_text = term.partition("/")
        step = self._number(step_text, term) if slash else 1
        if step == 0:
            raise self._fault(term, "a step is at least 1")
        if span in _ANY:
            return range(self.least, self.most + 1, step)
        first_text, dash, last_text = span.partition("-")
        first = self._value(first_text, term)
        open_end = self.most if slash else first
        last = self._value(last_text, term) if dash else open_end
        if last < first:
            raise self._fault(term, "a range goes upwards")
        return range(first, last + 1, step)

    def _value(self, text: str, term: str) -> int:
        if text.upper() in self.words:
            return self.least + self.words.index(text.upper())
        number = self._number(text, term)
        if not self.least <= number <= self.most:
            raise self._fault(term, f"it goes from {self.least} to {self.most}")
        return number

    def _number(self, text: str, term: str) -> int:
        if text.isascii() and text.isdigit():
            return int(text)
        raise self._fault(term, "use numbers, names of months and days, and the signs * ? - / ,")

    def _fault(self, term: str, reason: str) -> Invalid:
        return Invalid(f'cronexpression: "{term}" is no {self.name}: {reason}')


_FIELDS = (
    _Field("second", 0, 59),
    _Field("minute", 0, 59),
    _Field("hour", 0, 23),
    _Field("day of month", 1, 31),
    _Field("month", 1, 12, _MONTHS),
    _Field("day of week", 0, 6, _DAYS),
)
