"""Server time: local, without a zone, in the spellings that columns use."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone


def stamp(moment: datetime) -> str:
    """A time stamp to the millisecond, as in `2024-10-01 12:45:33.798`."""
    return moment.isoformat(" ", "milliseconds")


@dataclass(frozen=True)
class Now:
    """One moment in each of the spellings."""

    moment: datetime
    to_the_minute: bool = True

    @property
    def date(self) -> int:
        """The day as yyyymmdd."""
        return self.moment.year * 10000 + self.moment.month * 100 + self.moment.day

    def date_in(self, days: int) -> int:
        """A day to come as yyyymmdd."""
        return replace(self, moment=self.moment + timedelta(days=days)).date

    @property
    def time(self) -> int:
        """The time of day as hhmm."""
        clock = self.moment.hour * 100 + self.moment.minute
        return clock if self.to_the_minute else clock * 100 + self.moment.second

    @property
    def milliseconds(self) -> int:
        """Milliseconds since midnight."""
        clock = self.moment
        return ((clock.hour * 60 + clock.minute) * 60 + clock.second) * 1000 + clock.microsecond // 1000

    @property
    def timestamp(self) -> str:
        """The time stamp."""
        return stamp(self.moment)


def now(offset_seconds: float = 0, *, local: bool = True, minutes: bool = True) -> Now:
    """The server's clock.

    Args:
        offset_seconds: How far it runs ahead, or behind.
        local: In the zone of this machine, which the value does not name; otherwise in UTC.
        minutes: The time of day is told to the minute; otherwise to the second.
    """
    zone = None if local else timezone.utc
    moment = datetime.now(zone).replace(tzinfo=None)
    return Now(moment + timedelta(seconds=offset_seconds), to_the_minute=minutes)


def as_date(day: int) -> str | None:
    """20250917 as `2025-09-17`; None when it is no day."""
    try:
        return datetime.strptime(f"{day:08d}", "%Y%m%d").date().isoformat()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        return None


def as_time(clock: int, kind: str) -> str | None:
    """An hhmm or a count of milliseconds as `13:25:08.716`."""
    milliseconds = clock if kind == "ms" else (clock // 100 * 60 + clock % 100) * 60_000
    if not 0 <= milliseconds < 24 * 3600 * 1000:
        return None
    seconds, milliseconds = divmod(milliseconds, 1000)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{milliseconds:03d}"
