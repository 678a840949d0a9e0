"""Time zones by their names."""

from zoneinfo import ZoneInfo


def find_zone(name: str) -> ZoneInfo | None:
    """The time zone of a name such as Europe/Stockholm, None for what is none."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None
