"""What can go wrong between us and Business NXT, named by what to do about it.

    BusinessNxtError
    ├── FatalError              stop: nothing gets better by trying again
    │   ├── AuthenticationError     the token was refused: client id, secret, scope
    │   ├── AccessError             the service may not use this company, table or column
    │   ├── SchemaError             the request does not fit the schema: a table or column that is not there
    │   └── RequestError            HTTP refuses the request as such: a wrong address, too large a body
    ├── RetriableError          later, or again
    │   ├── RateLimited             refused before it was carried out: too many a minute, or too many in progress
    │   ├── NotSent                 it never left: no connection, or no token
    │   └── Unavailable             no answer, or none that can be read; a write may have happened all the same
    └── RowError                this record only: a business rule, a length, a row that is not there
        └── RowLocked               a person has it open: later

Every error names the company, the operation and the trace id that Visma's support asks for; none shows a secret.
"""

from __future__ import annotations

from dataclasses import dataclass


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


class BusinessNxtError(Exception):
    """Anything this package raises on purpose.

    Args:
        message: What happened, and what to do about it.
        trace: Where.
    """

    def __init__(self, message: str, trace: Trace | None = None) -> None:
        self.trace = trace or Trace()
        super().__init__(f"{message} [{self.trace}]" if str(self.trace) else message)


class FatalError(BusinessNxtError):
    """Trying again does not help."""


class AuthenticationError(FatalError):
    """The token end point, or the API with a fresh token, refused us."""


class AccessError(FatalError):
    """The service user has no right to this company, table or column."""


class SchemaError(FatalError):
    """The request names something that the company's schema does not have."""


class RequestError(FatalError):
    """The server refuses the HTTP request itself (4xx), before anyone looked into it."""


class RetriableError(BusinessNxtError):
    """It may be sent again; a write only when it certainly was not carried out.

    Args:
        message: What happened.
        trace: Where.
        retry_after: Seconds that the server asks to wait; None where it does not say.
    """

    def __init__(self, message: str, trace: Trace | None = None, *, retry_after: float | None = None) -> None:
        super().__init__(message, trace)
        self.retry_after = retry_after


class RateLimited(RetriableError):  # noqa: N818 - nothing failed, we are asked to wait
    """Too many requests a minute (HTTP 429), or too many in progress (`OUTSTANDING_LIMIT_EXCEEDED`)."""


class NotSent(RetriableError):  # noqa: N818 - it says what did not happen
    """The request never left: no connection could be made, or no token be had."""


class Unavailable(RetriableError):  # noqa: N818 - the server is
    """No answer, an answer that cannot be read, or a server error; a write may have happened all the same."""


class RowError(BusinessNxtError):
    """Business NXT will not have this row as it is.

    Args:
        message: What it says.
        trace: Where.
        index: Which row of the request, counted from 0; None where the answer does not say.
        fields: The columns it names.
        status: Its status name, for example `noSuchRow`; empty where there is none.
    """

    def __init__(
        self,
        message: str,
        trace: Trace | None = None,
        *,
        index: int | None = None,
        fields: tuple[str, ...] = (),
        status: str = "",
    ) -> None:
        super().__init__(message, trace)
        self.index, self.fields, self.status = index, fields, status


class RowLocked(RowError):  # noqa: N818 - as the row is
    """Somebody has the row open; it can be written once they have left it (D37)."""
