"""Counts the requests of a day, over all runs of tap and target: some shops allow a token so many before midnight."""

from __future__ import annotations

import sqlite3
import threading
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from typing_extensions import Self

from customwebshop.errors import KeyFileError, SpentError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import tzinfo

MISSING = "key_file: is needed for max_requests_per_day; beside it, requests are counted"

_SCHEMA = "CREATE TABLE IF NOT EXISTS used (shop TEXT, day TEXT, requests INTEGER, PRIMARY KEY (shop, day))"
_ONE_MORE = (
    "INSERT INTO used VALUES (?, ?, 1) ON CONFLICT (shop, day) DO UPDATE SET requests = requests + 1 WHERE requests < ?"
)


class Allowance:
    """The requests that a shop allows in a day.

    They are counted in a file beside the key file: there the count of a request is kept before it is sent, whatever
    becomes of the run. Whoever names the same key file counts on: each may stop at a limit of its own.

    Args:
        key_file: The key file.
        shop: Which shop it is; several may share a file.
        limit: So many requests a day.
        zone: Where it becomes midnight.

    Raises:
        KeyFileError: The file beside it cannot be used.
    """

    def __init__(self, key_file: str, shop: str, limit: int, zone: tzinfo) -> None:
        self._shop, self._limit, self._zone = shop, limit, zone
        self._lock = threading.Lock()
        path = Path(key_file).with_suffix(".requests.db")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(path, timeout=60, isolation_level=None, check_same_thread=False)
            self._connection.execute("PRAGMA journal_mode=WAL")
            self._connection.execute(_SCHEMA)
            self._connection.execute("DELETE FROM used WHERE shop = ? AND day < ?", (shop, self._today()))
        except (OSError, sqlite3.Error) as problem:
            raise KeyFileError(f"key_file: {path}, beside it, cannot be used: {problem}") from problem

    @classmethod
    def of(cls, settings: Mapping[str, Any], zone: tzinfo) -> Self | None:
        """What the settings allow; None where they set no limit."""
        limit = settings.get("max_requests_per_day")
        return cls(settings["key_file"], settings["api_url"], limit, zone) if limit else None

    def take(self) -> None:
        """Count one request that is about to be sent.

        Raises:
            SpentError: There is none left today; none was counted.
        """
        with self._lock:
            taken = self._connection.execute(_ONE_MORE, (self._shop, self._today(), self._limit)).rowcount
        if not taken:
            raise SpentError(f"The {self._limit} requests of today (max_requests_per_day) are used up.")

    def _today(self) -> str:
        return datetime.now(self._zone).date().isoformat()
