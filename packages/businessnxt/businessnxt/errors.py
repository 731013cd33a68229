"""What can go wrong between us and Business NXT, named by what to do about it.

    BusinessNxtError
    ├── FatalError              stop: nothing gets better by trying again
    │   ├── AuthenticationError     the token was refused: client id, secret, scope
    │   ├── AccessError             the service may not use this company, table or column
    │   │   └── RightError          … may not write to this table
    │   ├── SchemaError             the request does not fit the schema: a table or column that is not there
    │   └── RequestError            the request as such is refused: a wrong address, a certificate nobody knows
    │       └── TooLarge                its body is too large
    ├── RetriableError          later, or again
    │   ├── RateLimited             refused before it was carried out: too many a minute
    │   │   └── TooManyInProgress       … or too many at once
    │   ├── NotSent                 it never left: no connection, or no token
    │   └── Unavailable             no answer, or none that can be read; a write may have happened all the same
    │       └── TimedOut                it took too long, and may still be going on: ask for less
    └── RowError                this record only: a business rule, a length, a row that is not there
        └── RowLocked               a person has it open: later

Every error names the company, the operation and the trace id that Visma's support asks for, and says of which record
and columns it speaks where the answer says so; none shows a secret.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True)
class Trace:
    """Where an error arose.

    Attributes:
        company_no: The company.
        operation: The name of the GraphQL operation.
        trace_id: `vbnxt-trace-id` of the answer; empty where there was none.
    """

    company_no: int | None = None
    operation: str = ""
    trace_id: str = ""

    def __str__(self) -> str:
        words = [f"company {self.company_no}" if self.company_no else "", self.operation]
        words.append(f"trace id {self.trace_id}" if self.trace_id else "")
        return ", ".join(each for each in words if each)


@dataclass(frozen=True)
class Place:
    """Which record an error speaks of, and in the server's own words what kind of error it is.

    Attributes:
        index: Which row of those that were written, counted from 0; None where the answer does not say.
        fields: The columns that are named (R-2025-10-17).
        status: The backend's number for it; None where there is none.
        status_name: The name of that number (R-2023-09-28), for example `noSuchRow`; else the code GraphQL gives.
    """

    index: int | None = None
    fields: tuple[str, ...] = ()
    status: int | None = None
    status_name: str = ""


class BusinessNxtError(Exception):
    """Anything this package raises on purpose.

    Args:
        message: What happened, and what to do about it.
        trace: Where.
        place: Which record and columns.
    """

    def __init__(self, message: str, trace: Trace | None = None, place: Place | None = None) -> None:
        self.message, self.trace, self.place = message, trace or Trace(), place or Place()
        super().__init__(f"{message} [{self.trace}]" if str(self.trace) else message)

    @property
    def index(self) -> int | None:
        """Which row of those that were written; None where the answer does not say."""
        return self.place.index

    @property
    def fields(self) -> tuple[str, ...]:
        """The columns it names."""
        return self.place.fields


class FatalError(BusinessNxtError):
    """Trying again does not help."""


class AuthenticationError(FatalError):
    """The token end point, or the API with a fresh token, refused us."""


class AccessError(FatalError):
    """The service user has no right to this company, table or column."""


class RightError(AccessError):
    """The service may not do this to this table; it may still do other things."""


class SchemaError(FatalError):
    """The request names something that the company's schema does not have."""


class RequestError(FatalError):
    """The HTTP request itself is refused, by the server (4xx) or by us, before anyone looked into it."""


class TooLarge(RequestError):  # noqa: N818 - as the request is
    """The body of the request is too large (HTTP 413); fewer rows may pass."""


class RetriableError(BusinessNxtError):
    """It may be sent again; a write only when it certainly was not carried out.

    Args:
        message: What happened.
        trace: Where.
        place: Which record and columns.
        retry_after: Seconds that the server asks to wait; None where it does not say.
    """

    first_wait: ClassVar[float] = 1.0
    """Seconds to wait at least before it is sent again for the first time."""

    def __init__(
        self,
        message: str,
        trace: Trace | None = None,
        place: Place | None = None,
        *,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message, trace, place)
        self.retry_after = retry_after


class RateLimited(RetriableError):  # noqa: N818 - nothing failed, we are asked to wait
    """Too many requests a minute (HTTP 429, D4)."""


class TooManyInProgress(RateLimited):
    """Too many requests at once in this company, ours or others' (`OUTSTANDING_LIMIT_EXCEEDED`, D4)."""

    first_wait: ClassVar[float] = 2.0


class NotSent(RetriableError):  # noqa: N818 - it says what did not happen
    """The request never left: no connection could be made, or no token be had."""


class Unavailable(RetriableError):  # noqa: N818 - the server is
    """No answer, an answer that cannot be read, or a server error; a write may have happened all the same."""


class TimedOut(Unavailable):
    """The server, the gateway or we gave up waiting; the work may go on (D9), and less of it may be done in time."""


class RowError(BusinessNxtError):
    """Business NXT will not have this row as it is."""


class RowLocked(RowError):  # noqa: N818 - as the row is
    """Somebody has the row open; it can be written once they have left it (D37)."""


def together(errors: Sequence[BusinessNxtError]) -> BusinessNxtError:
    """Several errors told as one: by the worst of them, in the words of all; a lock counts only where it is all."""
    if len(errors) == 1:
        return errors[0]
    worst = min(errors, key=lambda each: (not isinstance(each, FatalError), isinstance(each, RowLocked)))
    words = dict.fromkeys([worst.message, *(each.message for each in errors)])
    fields = tuple(dict.fromkeys(name for each in errors for name in each.fields))
    place = Place(worst.place.index, fields, worst.place.status, worst.place.status_name)
    return type(worst)("; ".join(words), worst.trace, place)
