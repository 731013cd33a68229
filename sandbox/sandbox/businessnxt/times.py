"""Server time: local, without a zone, in the spellings that columns use."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta


def stamp(moment: datetime) -> str:
    """A time stamp to the millisecond, as in `2024-10-01 12:45:33.798`."""
    return moment.isoformat(" ", "milliseconds")


@dataclass(frozen=True)
class Now:
    """One moment in each of the spellings."""

    moment: datetime

    @property
    def date(self) -> int:
        """The day as yyyymmdd."""
        return self.moment.year * 10000 + self.moment.month * 100 + self.moment.day

    @property
    def time(self) -> int:
        """The time of day as hhmm."""
        return self.moment.hour * 100 + self.moment.minute

    @property
    def milliseconds(self) -> int:
        """Milliseconds since midnight."""
        clock = self.moment
        return ((clock.hour * 60 + clock.minute) * 60 + clock.second) * 1000 + clock.microsecond // 1000

    @property
    def timestamp(self) -> str:
        """The time stamp."""
        return stamp(self.moment)


def now(offset_seconds: float = 0) -> Now:
    """The server's clock; an offset makes it run ahead or fall back."""
    return Now(datetime.now() + timedelta(seconds=offset_seconds))  # noqa: DTZ005 - zone-less as the ERP's


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
