"""What costs each program a moment at its start, and a thousand programs in one process many minutes."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any
from unittest import mock

from crosswalk import database

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine


@contextlib.contextmanager
def compiling_statements_once() -> Iterator[None]:
    """Lets every link store in a file speak the SQL that the first one compiled, by means of SQLAlchemy's own cache.

    Each engine has a dialect and a cache of its own, and a test opens a link store a dozen times.
    """
    plain, compiled, spoken = database.create_engine, {}, {}

    def known(url: Any, **options: Any) -> Engine:
        engine = plain(url, **options)
        if engine.name == "sqlite":  # what was compiled is kept by statement and dialect
            engine.dialect = spoken.setdefault(engine.name, engine.dialect)
            engine.update_execution_options(compiled_cache=compiled)
        return engine

    with mock.patch.object(database, "create_engine", known):
        yield
