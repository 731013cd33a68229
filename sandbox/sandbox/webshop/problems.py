"""Refusals as the contract spells them: `application/problem+json` (RFC 9457)."""

from __future__ import annotations

from typing import Any

from starlette.responses import JSONResponse

TITLES = {
    400: "Bad request",
    401: "Unauthorised",
    404: "Not found",
    405: "Method not allowed",
    409: "Conflict",
    410: "Gone",
    412: "Precondition failed",
    415: "Unsupported media type",
    422: "Unprocessable",
    428: "Precondition required",
    429: "Too many requests",
    500: "Internal error",
    503: "Service unavailable",
}


class Problem(Exception):  # noqa: N818 - the standard's word
    """A request that is refused.

    Args:
        status: HTTP status.
        detail: What is wrong with this request.
        headers: Headers of the answer.
        more: Further members of the problem document.
    """

    def __init__(self, status: int, detail: str, *, headers: dict[str, str] | None = None, **more: Any) -> None:  # noqa: ANN401
        super().__init__(detail)
        self.status, self.detail, self.headers, self.more = status, detail, headers, more

    def response(self, path: str, request_id: str) -> JSONResponse:
        """The answer."""
        body = {"type": "about:blank", "title": TITLES.get(self.status, "Error"), "status": self.status,
                "detail": self.detail, "instance": path, "request_id": request_id, **self.more}  # fmt: skip
        return JSONResponse(body, self.status, self.headers, media_type="application/problem+json")
