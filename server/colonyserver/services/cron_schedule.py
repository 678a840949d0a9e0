"""When a cron runs next: by its expression, or after intervals, fixed or random."""

import secrets
from datetime import tzinfo

from colonyserver.clock import NANOSECONDS
from colonyserver.errors import Invalid
from colonyserver.services.cron_expression import Every, Schedule, parse_expression
from colonyserver.services.names import check_text

BY_EXPRESSION = -1
"""wire: the interval of a cron that goes by its expression."""

_LONGEST_INTERVAL = 10**9


def schedule_of(expression: str, interval_seconds: int, *, is_random: bool, local_zone: tzinfo) -> Schedule:
    """The schedule of a cron; an interval goes before an expression. Raises Invalid that names the field at fault."""
    if interval_seconds == BY_EXPRESSION:
        if is_random:
            raise Invalid("random: it needs an interval; a cron expression cannot be random")
        return parse_expression(expression, local_zone)
    if interval_seconds <= 0:
        raise Invalid("Cron interval must be -1 (disabled) or larger than 0")
    if interval_seconds > _LONGEST_INTERVAL:
        raise Invalid(f"interval: it is longer than {_LONGEST_INTERVAL} seconds")
    check_text(expression, "cron expression")
    nanoseconds = interval_seconds * NANOSECONDS
    return _Random(nanoseconds) if is_random else Every(nanoseconds)


class _Random:
    """After a random time, up to a longest one."""

    def __init__(self, longest: int) -> None:
        self._longest = longest

    def after(self, moment: int) -> int:
        return moment + 1 + secrets.randbelow(self._longest)
