"""The link store's tables; the same definition for SQLite and PostgreSQL.

Times are seconds since 1970 by this host's own clock, ids are text, values are JSON text.
"""

from __future__ import annotations

from sqlalchemy import Column, Float, Index, Integer, MetaData, String, Table, Text, text

VERSION = 4
"""Raised with every change below; an older store is brought up to it step by step, see `STEPS`."""

STEPS = {
    2: (
        "ALTER TABLE link RENAME COLUMN fingerprint TO webshop_fingerprint",
        "ALTER TABLE link ADD COLUMN businessnxt_fingerprint VARCHAR NOT NULL DEFAULT ''",
        "ALTER TABLE link ADD COLUMN businessnxt_alias VARCHAR",
        "CREATE INDEX link_businessnxt_alias ON link (entity, businessnxt_alias)",
    ),
    3: (),
    4: (
        "ALTER TABLE owed ADD COLUMN lost TEXT NOT NULL DEFAULT '[]'",
        "ALTER TABLE owed ADD COLUMN changed_at FLOAT",
    ),
}
"""What makes a store of the version before into one of this version; new tables are made anyway."""

metadata = MetaData()

meta = Table("meta", metadata, Column("name", String, primary_key=True), Column("value", Text, nullable=False))

run = Table(
    "run",
    metadata,
    Column("run_id", String, primary_key=True),
    Column("pipeline", String, nullable=False),
    Column("started_at", Float, nullable=False),
    Column("ended_at", Float),
    Column("host", String, nullable=False),
    Column("pid", Integer, nullable=False),
    Column("exit", String),
    Column("counts", Text, nullable=False),
)

link = Table(
    "link",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("entity", String, nullable=False),
    Column("webshop_id", String),
    Column("businessnxt_id", String),
    Column("alias", String),
    Column("businessnxt_alias", String),
    Column("parent_id", Integer),
    Column("status", String, nullable=False),
    Column("webshop_shadow", Text, nullable=False),
    Column("businessnxt_shadow", Text, nullable=False),
    Column("webshop_fingerprint", String, nullable=False),
    Column("businessnxt_fingerprint", String, nullable=False),
    Column("webshop_read_at", Float, nullable=False),
    Column("businessnxt_read_at", Float, nullable=False),
    Column("webshop_wrote_at", Float, nullable=False),
    Column("businessnxt_wrote_at", Float, nullable=False),
    Column("match_rule", String, nullable=False),
    Column("rev", Integer, nullable=False),
)
Index(
    "link_webshop",
    link.c.entity,
    link.c.webshop_id,
    unique=True,
    sqlite_where=text("status <> 'unlinked'"),
    postgresql_where=text("status <> 'unlinked'"),
)
Index(
    "link_businessnxt",
    link.c.entity,
    link.c.businessnxt_id,
    unique=True,
    sqlite_where=text("status <> 'unlinked'"),
    postgresql_where=text("status <> 'unlinked'"),
)
Index("link_alias", link.c.entity, link.c.alias)
Index("link_businessnxt_alias", link.c.entity, link.c.businessnxt_alias)
Index("link_parent", link.c.parent_id)
Index("link_status", link.c.entity, link.c.status)

pending = Table(
    "pending",
    metadata,
    Column("link_id", Integer, primary_key=True),
    Column("side", String, primary_key=True),
    Column("op", String, nullable=False),
    Column("sent_at", Float, nullable=False),
    Column("values", Text, nullable=False),
)

hold = Table(
    "hold",
    metadata,
    Column("entity", String, primary_key=True),
    Column("side", String, primary_key=True),
    Column("source_id", String, primary_key=True),
    Column("stream", String, nullable=False),
    Column("record", Text, nullable=False),
    Column("read_at", Float, nullable=False),
    Column("until", Float, nullable=False),
)

reject = Table(
    "reject",
    metadata,
    Column("entity", String, primary_key=True),
    Column("side", String, primary_key=True),
    Column("source_id", String, primary_key=True),
    Column("stream", String, nullable=False),
    Column("record", Text, nullable=False),
    Column("read_at", Float, nullable=False),
    Column("kind", String, nullable=False),
    Column("message", Text, nullable=False),
    Column("column", String, nullable=False),
    Column("waiting_entity", String),
    Column("waiting_key", String),
    Column("attempts", Integer, nullable=False),
    Column("first_at", Float, nullable=False),
    Column("next_retry_at", Float, nullable=False),
)
Index("reject_waiting", reject.c.waiting_entity, reject.c.waiting_key)

conflict = Table(
    "conflict",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("link_id", Integer, nullable=False),
    Column("name", String, nullable=False),
    Column("webshop_value", Text, nullable=False),
    Column("businessnxt_value", Text, nullable=False),
    Column("webshop_base", Text, nullable=False),
    Column("businessnxt_base", Text, nullable=False),
    Column("winner", String, nullable=False),
    Column("rule", String, nullable=False),
    Column("state", String, nullable=False),
    Column("at", Float, nullable=False),
)
Index(
    "conflict_once",
    conflict.c.link_id,
    conflict.c.name,
    conflict.c.webshop_value,
    conflict.c.businessnxt_value,
    unique=True,
)

owed = Table(
    "owed",
    metadata,
    Column("link_id", Integer, primary_key=True),
    Column("side", String, primary_key=True),
    Column("name", String, primary_key=True),
    Column("value", Text, nullable=False),
    Column("read_at", Float, nullable=False),
    Column("lost", Text, nullable=False, server_default="[]"),
    Column("changed_at", Float),
)

op_log = Table(
    "op_log",
    metadata,
    Column("op_id", Integer, primary_key=True),
    Column("run_id", String, nullable=False),
    Column("link_id", Integer, nullable=False),
    Column("side", String, nullable=False),
    Column("op", String, nullable=False),
    Column("before", Text, nullable=False),
    Column("after", Text, nullable=False),
    Column("at", Float, nullable=False),
)
Index("op_log_link", op_log.c.link_id)

plan = Table(
    "plan",
    metadata,
    Column("plan_id", Integer, primary_key=True),
    Column("run_id", String, nullable=False),
    Column("pipeline", String, nullable=False),
    Column("entity", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("number", Integer, nullable=False),
    Column("allowed", Integer, nullable=False),
    Column("linked", Integer, nullable=False),
    Column("steps", Text, nullable=False),
    Column("state", String, nullable=False),
    Column("at", Float, nullable=False),
)
