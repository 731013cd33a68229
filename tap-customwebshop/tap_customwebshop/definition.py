"""What a stream is: where it is read, how pages turn, what it is keyed and replicated by; values only."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

Style = Literal["cursor", "next_url", "page", "offset", "none"]


@dataclass(frozen=True)
class Paging:
    """How one page leads to the next."""

    style: Style
    next: str | None = None  # JMESPath in the answer: the next cursor, or the address of the next page
    param: str | None = None  # what carries the cursor, the page number or the offset
    limit_param: str | None = None  # what carries page_size; None sends none
    first: int = 0  # the first page number or offset


@dataclass(frozen=True)
class Replication:
    """Which rows a run asks for: all (no field), or those that changed since the bookmark."""

    field: str | None = None
    param: str | None = None
    ordered: bool = False  # rows come in ascending order of the field, so a run can be resumed in its middle


@dataclass(frozen=True)
class Expand:
    """A URL inside a record that is followed; its answer is put into the record."""

    holder: tuple[str, ...]  # the way to the objects that hold the URL; a name ending in [] goes through a list
    url: str  # the property with the URL, in each holder
    into: str  # the property that takes the answer
    records: str | None = None  # JMESPath to what is wanted of the answer; None takes it whole

    @property
    def property(self) -> str:
        """The property of the record that all this happens in."""
        return self.holder[0].removesuffix("[]") if self.holder else self.into


@dataclass(frozen=True)
class StreamDefinition:
    """One stream of the shop."""

    name: str
    path: str
    schema: Mapping[str, Any]
    key: tuple[str, ...]
    replication: Replication
    paging: Paging
    records: str = "data"  # JMESPath to the list of records in the answer
    params: Mapping[str, str] = field(default_factory=dict)
    expand: tuple[Expand, ...] = ()
