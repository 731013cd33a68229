"""What a stream is: where it is read, how pages turn, what it is keyed and replicated by; values only."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timezone, tzinfo
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Style = Literal["keyset", "cursor", "link_header", "next_url", "page", "offset", "none"]


@dataclass(frozen=True)
class Request:
    """What is asked of the shop; templates are filled already.

    Attributes:
        path: Path below api_url.
        method: `GET` or `POST`.
        params: Fixed query parameters.
        headers: Further headers.
        body: JSON body; None sends none.
        graphql: Whether the body is a GraphQL document with variables.
    """

    path: str
    method: str = "GET"
    params: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    graphql: bool = False


@dataclass(frozen=True)
class Paging:
    """How one page leads to the next.

    Attributes:
        style: See the schema of presets.
        next: JMESPath in the answer to the next cursor, or to the address of the next page.
        param: Place of the cursor, the page number or the offset.
        limit_param: Place of page_size; None sends none.
        first: The first page number or offset.
        more: JMESPath in the answer to whether there is more.
        total: JMESPath in the answer to the number of all rows.
        recheck: Whether the page before is read again, to see whether rows moved; None where it counts pages or rows.
        at_most: Rows to ask for at a time, where page_size is more.
        reach: Rows that the shop lets one listing lead through; None knows no end.
        complete: Whether one answer is known to hold all, whatever it looks like.
    """

    style: Style
    next: str | None = None
    param: str | None = None
    limit_param: str | None = None
    first: int = 0
    more: str | None = None
    total: str | None = None
    recheck: bool | None = None
    at_most: int | None = None
    reach: int | None = None
    complete: bool = False


@dataclass(frozen=True)
class Incremental:
    """Which rows a run asks for: those that changed since the bookmark.

    Attributes:
        field: Property with the time of the last change, after mapping; None asks for everything.
        param: Place of the time asked for; None where everything is read and filtered here.
        value: Template of what stands there.
        inclusive: Whether rows of just that time come too.
        resolution: Seconds to which the shop keeps or compares its times.
        zone: Of times without one.
        lookback: Seconds before the bookmark from which rows are read again; None as the setting says.
        when_null: Property to go by where the field is null.
        ordered: Rows come in ascending order of the field, so a run can be resumed in its middle.
    """

    field: str | None = None
    param: str | None = None
    value: Any = "{iso}"
    inclusive: bool = True
    resolution: float = 1e-6
    zone: tzinfo = timezone.utc
    lookback: float | None = None
    when_null: str | None = None
    ordered: bool = False

    @property
    def client_side(self) -> bool:
        """Whether everything is read, and what is too old is dropped here."""
        return self.field is not None and self.param is None


@dataclass(frozen=True)
class Expand:
    """A URL or id inside a record that is followed; the answer is put into the record.

    Attributes:
        holder: The way to the objects that hold it; a name ending in [] goes through a list.
        url: The property with the URL or id, in each holder.
        into: The property that takes the answer.
        records: JMESPath to what is wanted of the answer; None takes it whole.
        path: Path with names of the holder's properties, where no URL is given.
        params: Query parameters, with a path.
        when: JMESPath over the holder; where it gives nothing, nothing is asked.
        may_be_gone: Whether null takes the place of what is not there; else the record cannot be read.
        body: GraphQL document and variables with names of the holder's properties, which is sent to the path.
        paging: How the list that answers it goes on.
    """

    holder: tuple[str, ...]
    url: str
    into: str
    records: str | None = None
    path: str | None = None
    params: Mapping[str, str] = field(default_factory=dict)
    when: str | None = None
    may_be_gone: bool = False
    body: Mapping[str, Any] | None = None
    paging: Paging | None = None

    @property
    def at(self) -> str:
        """Where the answer is put, as the rule says it."""
        return ".".join([*self.holder, self.into])

    @property
    def property(self) -> str:
        """The property of the record that all this happens in."""
        return self.holder[0].removesuffix("[]") if self.holder else self.into


@dataclass(frozen=True)
class Revisit:
    """Rows that are not final, which are read again in each run.

    Attributes:
        when: JMESPath over the mapped record.
        path: Path of one row, with its key properties in braces.
        record: JMESPath to the row in the answer to that.
        param: Place of many ids, in a request of the stream's own.
        separator: What stands between ids in a query parameter.
        batch: Ids in one request.
        max_age_days: Days after which a row is left alone.
    """

    when: str
    path: str | None = None
    record: str = "@"
    param: str | None = None
    separator: str = ","
    batch: int = 50
    max_age_days: float = 60


@dataclass(frozen=True)
class Sweep:
    """A reading of everything, now and then.

    Attributes:
        every_hours: Between two of them; 0 makes each run one.
        tombstones: Whether what is gone is told.
        verify: Path of one row, which must answer 404 or 410 before the row counts as gone.
        body: GraphQL document and variables with the key's properties, which is sent there; the row is gone where
            its answer has no record.
        record: JMESPath to the row in that answer.
        limit_percent: The largest share of known rows that may be missing.
    """

    every_hours: float = 24
    tombstones: bool = True
    verify: str | None = None
    body: Mapping[str, Any] | None = None
    record: str = "@"
    limit_percent: float = 20


@dataclass(frozen=True)
class Shaping:
    """How the shop's record becomes ours; see the schema of presets."""

    map: Mapping[str, Any] = field(default_factory=dict)
    types: Mapping[str, Any] = field(default_factory=dict)
    enums: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    defaults: Mapping[str, Any] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.map or self.types or self.enums or self.defaults)


@dataclass(frozen=True)
class StreamDefinition:
    """One stream of the shop."""

    name: str
    request: Request
    schema: Mapping[str, Any]
    key: tuple[str, ...]
    incremental: Incremental
    paging: Paging
    records: str = "@"  # JMESPath to the list of records in the answer
    expand: tuple[Expand, ...] = ()
    shaping: Shaping = field(default_factory=Shaping)
    revisit: Revisit | None = None
    sweep: Sweep | None = None
    empty_statuses: frozenset[int] = frozenset({204})
    empty_when: str | None = None  # JMESPath over the answer: true means an empty page
    redact: Callable[[dict[str, Any]], dict[str, Any]] | None = field(default=None, compare=False)  # before it leaves
