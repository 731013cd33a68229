"""What goes back over HTTP: answers as JSON, pages as nginx shows them, or nothing at all."""

from __future__ import annotations

import asyncio
import contextlib
import json
from typing import TYPE_CHECKING

from starlette.responses import HTMLResponse, Response

from sandbox.businessnxt.company import COMPANY_NO

if TYPE_CHECKING:
    from starlette.requests import Request

_PAGE = (
    "<html>\r\n<head><title>{0}</title></head>\r\n<body>\r\n<center><h1>{0}</h1></center>\r\n"
    "<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
)
TIMED_OUT = {"errors": [{"message": "The operation has timed out.", "extensions": {"code": "TIMEOUT"}}]}


def answer(content: object, status: int = 200) -> Response:
    """JSON, letters as they are."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return Response(text, status_code=status, media_type="application/json")


def page(status: int, title: str, headers: dict[str, str] | None = None) -> Response:
    """A page as nginx shows it."""
    return HTMLResponse(_PAGE.format(title), status_code=status, headers=headers)


def outstanding(count: int, limit: int) -> Response:
    """The refusal of one request too many at once."""
    message = f"Company {COMPANY_NO} has {count} requests in progress. Limit is {limit}."
    return answer(
        {"errors": [{"message": message, "extensions": {"code": "OUTSTANDING_LIMIT_EXCEEDED", "limit": limit}}]}
    )


async def hang_up(request: Request) -> Response:
    """Cut the connection without a word; what is returned reaches nobody."""
    with contextlib.suppress(AttributeError):
        request.scope["sandbox.connection"].transport.abort()
    await asyncio.sleep(0.01)
    return Response(status_code=502)
