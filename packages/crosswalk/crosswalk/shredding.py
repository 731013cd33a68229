"""Takes out of the database's own files what was deleted or overwritten; a table no longer shows it, its pages do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crosswalk import tables

if TYPE_CHECKING:
    from sqlalchemy.engine import Engine


def shred(engine: Engine) -> str:
    """Write the database anew.

    Returns:
        Why its log could not be emptied; nothing where it was.
    """
    return _vacuum(engine) if engine.dialect.name == "sqlite" else _vacuum_full(engine)


def _vacuum(engine: Engine) -> str:
    """Without a transaction, which SQLAlchemy would begin."""
    connection = engine.raw_connection()
    try:
        cursor = connection.cursor()
        cursor.execute("VACUUM")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        busy, *_ = cursor.fetchone() or (1,)
        return "another program is reading it" if busy else ""
    finally:
        connection.close()


def _vacuum_full(engine: Engine) -> str:
    with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        for table in tables.metadata.sorted_tables:
            connection.exec_driver_sql(f'VACUUM FULL "{table.name}"')
    return ""
