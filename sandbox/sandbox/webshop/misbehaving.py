"""Where the faults meet a request: refusals before the work, bent pages in it, broken answers after it."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol

from starlette.responses import Response
from typing_extensions import override

from sandbox.webshop.distortions import distorted
from sandbox.webshop.problems import Problem

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import Receive, Scope, Send

    from sandbox.webshop.faults import Fault, Faults
    from sandbox.webshop.reading import Page, Question
    from sandbox.webshop.store import Store


class Opening(Protocol):
    """What knows who may come in."""

    def allows(self, authorization: str, /) -> bool:
        """Whether this header opens the shop."""

    def forget(self) -> None:
        """End every token."""


_PAGE = "<html><body><h1>Vi er straks tilbake</h1></body></html>"


async def before(faults: Faults, access: Opening, request: Request) -> Response | None:
    """What happens instead of the work, if anything."""
    if fault := faults.take("latency", request):
        await asyncio.sleep(float(fault.more.get("ms", 100)) / 1000)
    if faults.take("expire_token", request):
        access.forget()
    if faults.take("http_401", request) or not access.allows(request.headers.get("authorization", "")):
        raise Problem(401, "the key or token is not known, or has ended", headers={"WWW-Authenticate": "Bearer"})
    if fault := faults.take("http_429", request):
        raise Problem(429, "too many requests", headers=_retry_after(fault))
    if fault := faults.take("http_503", request):
        raise Problem(503, "back in a minute", headers=_retry_after(fault))
    if faults.take("http_500", request):
        raise Problem(500, "something broke")
    if "cursor" in request.query_params and faults.take("expire_cursor", request):
        raise Problem(410, "this cursor has expired; begin again with updated_since")
    return Response(_PAGE, media_type="text/html") if faults.take("html_200", request) else None


def bent_question(faults: Faults, request: Request, question: Question) -> Question:
    """What is answered, where that is not what was asked."""
    window = question.window
    if window.since and faults.take("filter_ignored", request):
        question = replace(question, window=replace(window, since=None))
    elif window.since and faults.take("filter_exclusive", request):
        question = replace(question, window=replace(window, exclusive=True))
    if fault := faults.take("page_capped", request):
        question = replace(question, limit=min(question.limit, int(fault.more["limit"])))
    return question


def bent_page(faults: Faults, request: Request, question: Question, found: Page, store: Store) -> Page:
    """What is shown, where that is not what was found."""
    place = question.window.after
    if place and faults.take("row_repeated", request):
        found = replace(found, texts=[json.dumps(store.get(request.path_params["collection"], place[1])), *found.texts])
    if found.following is None and faults.take("end_repeats", request):
        found = replace(found, following=request.query_params.get("cursor") or found.last)
    if fault := faults.take("distort", request):
        texts = [json.dumps(_bent(json.loads(text), fault), ensure_ascii=False) for text in found.texts]
        found = replace(found, texts=texts)
    return found


def bent_record(faults: Faults, request: Request, record: dict[str, Any]) -> dict[str, Any]:
    """What is shown of a single record."""
    fault = faults.take("distort", request)
    return _bent(record, fault) if fault else record


def empty_as(faults: Faults, request: Request) -> Response | None:
    """How an empty page is told, where not by an empty page."""
    fault = faults.take("empty_as", request)
    return Response(status_code=int(fault.more.get("status", 204))) if fault else None


def after(faults: Faults, request: Request, response: Response) -> Response:
    """The answer, or the half of it that arrives."""
    return HalfResponse(response) if faults.take("reset_mid_body", request) else response


class HalfResponse(Response):
    """The first half of an answer; then the server closes the connection.

    Args:
        whole: The answer.
    """

    def __init__(self, whole: Response) -> None:
        super().__init__(bytes(whole.body) or b"{}", whole.status_code, media_type=whole.media_type)

    @override
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        await send({"type": "http.response.body", "body": self.body[: len(self.body) // 2], "more_body": True})
        # what is left unsaid makes the server hang up


def _bent(record: dict[str, Any], fault: Fault) -> dict[str, Any]:
    return record if record.get("deleted_at") else distorted(record, fault.more.get("how", ()))


def _retry_after(fault: Fault) -> dict[str, str]:
    names = {"retry_after": "Retry-After", "reset_ms": "X-Rate-Limit-Time-Reset-Ms"}
    return {header: str(fault.more[name]) for name, header in names.items() if name in fault.more}
