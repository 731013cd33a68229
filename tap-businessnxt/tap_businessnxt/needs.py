"""Which tables and columns each stream cannot do without, for discovery and for whoever checks a company's rights."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .definition import DEFINITIONS
from .window import WAYS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from .definition import StreamDefinition


@dataclass(frozen=True)
class Need:
    """What a stream needs of one table.

    Attributes:
        stream: The stream.
        table: The table, as GraphQL names its field.
        columns: Without one of these the stream cannot be read, and is absent.
        ways: Ways to tell what changed, best first; with all columns of one of them the stream is incremental, else
            it is read whole each time.
    """

    stream: str
    table: str
    columns: tuple[str, ...]
    ways: tuple[tuple[str, ...], ...]

    def missing(self, offered: Collection[str]) -> list[str]:
        """The columns that are needed and not offered."""
        return [name for name in self.columns if name not in offered]


def needs(streams: Iterable[str] = tuple(DEFINITIONS)) -> list[Need]:
    """What these streams need, table by table; all streams unless told otherwise."""
    return [need for name in streams for need in of_stream(DEFINITIONS[name])]


def of_stream(definition: StreamDefinition) -> Iterator[Need]:
    """What one stream needs."""
    ways = tuple(way.changed for way in WAYS)
    columns = tuple(dict.fromkeys([*definition.key, *definition.only]))
    yield Need(definition.name, definition.table, columns, ways)
    if lines := definition.lines:
        yield Need(definition.name, lines.table, lines.key, ways)
