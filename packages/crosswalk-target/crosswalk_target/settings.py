"""The settings that every such target has, whatever it writes to."""

from __future__ import annotations

from typing import Any

from singer_sdk import typing as th


def carrying(*, grace: int) -> tuple[th.Property[Any], ...]:
    """How records are mapped, linked, gathered and carried over.

    Args:
        grace: Seconds after which a write whose answer was lost can no longer happen, unless a person knows better.
    """
    return (
        th.Property(
            "shop",
            th.StringType,
            default="webshop",
            title="Webshop",
            description="Name of the webshop; a link store belongs to one webshop and one company.",
        ),
        th.Property(
            "mapping",
            th.StringType,
            required=True,
            title="Mapping folder",
            description="Folder with the mapping files, one per entity.",
        ),
        th.Property(
            "link_store",
            th.StringType,
            required=True,
            title="Link store",
            description="SQLAlchemy URL of the link store, with an absolute path: `sqlite:////srv/…/links.db` or "
            "`postgresql+psycopg://…`. Losing it costs the memory of what belongs together: back it up.",
        ),
        th.Property(
            "dry_run",
            th.StringType,
            title="Dry run",
            description="A file, with its absolute path. The run then writes nothing to the other system and gives out "
            "no STATE; what it would do is left in this file, a copy of the link store, for `crosswalk writes`.",
        ),
        th.Property(
            "batch_size_rows",
            th.IntegerType(minimum=1),
            default=500,
            title="Batch size",
            description="Records that are carried over together; STATE follows each batch.",
        ),
        th.Property(
            "grace_seconds",
            th.IntegerType(minimum=0),
            default=grace,
            title="Grace",
            description="Seconds after which a write whose answer was lost can no longer happen. Only costs time "
            "after a crash; too short a grace can make a record twice.",
        ),
        th.Property(
            "lock_patience",
            th.IntegerType(minimum=0),
            default=0,
            title="Lock patience",
            description="Seconds to wait for another sync of the same company to end before giving up.",
        ),
        th.Property(
            "max_changes_percent",
            th.IntegerType(minimum=1, maximum=100),
            default=25,
            title="Changes at most",
            description="Of the linked records of an entity, how many hundredths one run may change. A run that would "
            "change more stops with a plan (`crosswalk plan`); 100 lets everything through. A mapping file may say "
            "otherwise for its entity.",
        ),
        th.Property(
            "max_changes_at_least",
            th.IntegerType(minimum=0),
            default=100,
            title="Changes that are never too many",
            description="A run that changes no more records of an entity than this is never stopped.",
        ),
        th.Property(
            "max_deletes",
            th.IntegerType(minimum=0),
            default=20,
            title="Deletions at most",
            description="How many partners of deleted records one run may deactivate or delete, by entity; a run that "
            "would do more stops with a plan.",
        ),
        th.Property(
            "load_method",
            th.StringType,
            allowed_values=["upsert"],
            default="upsert",
            title="Load method",
            description="There is only this one: what is linked is changed, what is not is matched or made.",
        ),
        th.Property(
            "unmapped_streams",
            th.StringType,
            allowed_values=["fail", "ignore"],
            default="fail",
            title="Unmapped streams",
            description="What to do with a stream that no mapping file names.",
        ),
    )
