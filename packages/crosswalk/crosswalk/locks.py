"""One sync per webshop and company: an operating system's file lock, or PostgreSQL's advisory lock.

Neither has a time limit, on purpose: a process that was paused and wakes again must still hold its lock. Both end
with the process that took them, so that a killed run never blocks the next one.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, text

from crosswalk.errors import StoreError

if TYPE_CHECKING:
    from sqlalchemy.engine import Engine

_PAUSE = 0.2


class Lock:
    """The right to write between one webshop and one company.

    Args:
        engine: The link store.
        name: Names the pair.
    """

    def __init__(self, engine: Engine, *, name: str) -> None:
        self._engine, self._name = engine, name
        self._file: int | None = None
        self._connection: Connection | None = None

    def acquire(self, *, patience: float = 0.0) -> None:
        """Take the lock, waiting for it up to `patience` seconds.

        Raises:
            StoreError: Another process holds it; the message says which.
        """
        give_up_at = time.monotonic() + patience
        while not self._take():
            if time.monotonic() >= give_up_at:
                raise StoreError(
                    f"another sync of {self._name} is running{self._holder()}; only one may write to a company at a "
                    "time. Wait for it, or end it; a lock ends with its process"
                )
            time.sleep(_PAUSE)

    def release(self) -> None:
        """Give the lock back; nothing happens when it is not held."""
        if self._file is not None:
            os.close(self._file)
            self._file = None
        if self._connection is not None:
            self._connection.execute(text("SELECT pg_advisory_unlock_all()"))
            self._connection.close()
            self._connection = None

    def _take(self) -> bool:
        return self._take_file() if self._engine.dialect.name == "sqlite" else self._take_advisory()

    def _take_file(self) -> bool:
        path = self._path()
        if path is None or self._file is not None:
            return True
        try:
            handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            raise StoreError(f"the lock {path} beside the link store cannot be made ({error.strerror})") from error
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            return False
        os.truncate(handle, 0)
        os.write(handle, str(os.getpid()).encode())
        self._file = handle
        return True

    def _path(self) -> Path | None:
        database = self._engine.url.database
        return Path(f"{database}.lock") if database and database != ":memory:" else None

    def _holder(self) -> str:
        path = self._path() if self._engine.dialect.name == "sqlite" else None
        return f" (process {path.read_text(encoding='ascii')})" if path and path.exists() else ""

    def _take_advisory(self) -> bool:
        if self._connection is not None:
            return True
        number = int.from_bytes(hashlib.blake2b(self._name.encode(), digest_size=8).digest(), "big", signed=True)
        connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        if connection.execute(text("SELECT pg_try_advisory_lock(:number)"), {"number": number}).scalar():
            self._connection = connection
            return True
        connection.close()
        return False
