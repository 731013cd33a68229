"""The shop as a web application: who gets in, what goes wrong on purpose, and the way to each answer."""

from __future__ import annotations

import asyncio
import contextlib
import uuid
from email.utils import formatdate
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Mount, Route

from sandbox.webshop import reading, writing
from sandbox.webshop.access import Access
from sandbox.webshop.contract import openapi
from sandbox.webshop.control import Control
from sandbox.webshop.faults import Faults
from sandbox.webshop.problems import Problem
from sandbox.webshop.seeds import plant
from sandbox.webshop.store import COLLECTIONS, Store

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from pathlib import Path

    from starlette.requests import Request

    Handler = Callable[[Request], Awaitable[Response]]

SHOP = {
    "name": "Ull og Tur",
    "currency": "NOK",
    "time_zone": "Europe/Oslo",
    "prices_include_tax": True,
    "country": "NO",
}
CAPABILITIES = {"incremental": True, "tombstones": True, "writes": True, "webhooks": False, "min_retention_days": 90}


class Shop:
    """One shop.

    Args:
        data: Folder of its SQLite file.
        seed: What it holds at first: `demo`, `empty` or `bulk:customers=1000,…`.
        max_limit: The largest page.
    """

    def __init__(self, data: Path, *, seed: str, max_limit: int) -> None:
        data.mkdir(parents=True, exist_ok=True)
        self.store, self.access, self.faults = Store(data / "webshop.db"), Access(), Faults()
        self.seed, self.max_limit = seed, max_limit
        self.requests, self.reads, self.writes = 0, 0, 0
        if self.store.empty:
            plant(self.store, seed)

    def routes(self) -> list[Route | Mount]:
        """The contract's paths, and the control's beside them."""
        collection = "/{collection}"
        api = [
            Route("/", self._guarded(self._about)),
            Route("/openapi.json", self._contract),
            Route(collection, self._guarded(self._list), methods=["GET"]),
            Route(collection, self._guarded(self._create), methods=["POST"]),
            Route(f"{collection}/by-external-id/{{external_id}}", self._guarded(self._upsert), methods=["PUT"]),
            Route("/orders/{id}/{command}", self._guarded(self._command), methods=["POST"]),
            Route(f"{collection}/{{id}}", self._guarded(self._single), methods=["GET"]),
            Route(f"{collection}/{{id}}", self._guarded(self._patch), methods=["PATCH"]),
            Route(f"{collection}/{{id}}", self._guarded(self._put), methods=["PUT"]),
            Route(f"{collection}/{{id}}", self._guarded(self._delete), methods=["DELETE"]),
        ]
        return [
            Mount("/api/v1", routes=api),
            Route("/oauth/token", self._token, methods=["POST"]),
            Mount("/_sandbox", routes=Control(self).routes()),
        ]

    def _guarded(self, handler: Handler) -> Handler:
        """Count, check who asks, do what was told to go wrong, and answer refusals as problems."""

        async def guarded(request: Request) -> Response:
            request_id = request.headers.get("x-request-id") or uuid.uuid4().hex
            self._count(request)
            try:
                response = await self._misbehaving(handler, request)
            except Problem as problem:
                response = problem.response(request_id)
            response.headers["X-Request-Id"] = request_id
            response.headers["Date"] = formatdate(usegmt=True)
            return response

        return guarded

    def _count(self, request: Request) -> None:
        self.requests += 1
        if request.method == "GET":
            self.reads += 1
        else:
            self.writes += 1

    async def _misbehaving(self, handler: Handler, request: Request) -> Response:
        path = request.url.path
        if fault := self.faults.take("latency", path):
            await asyncio.sleep(float(fault.more.get("ms", 100)) / 1000)
        if self.faults.take("expire_token", path):
            self.access.forget()
        if not self.access.allows(request.headers.get("authorization", "")):
            raise Problem(401, "the key or token is not known, or has ended", headers={"WWW-Authenticate": "Bearer"})
        if fault := self.faults.take("http_429", path):
            after = fault.more.get("retry_after")
            raise Problem(429, "too many requests", headers={} if after is None else {"Retry-After": str(after)})
        if self.faults.take("http_503", path):
            raise Problem(503, "back in a minute")
        if self.faults.take("html_200", path):
            return Response("<html><body><h1>Vi er straks tilbake</h1></body></html>", media_type="text/html")
        response = await handler(request)
        if self.faults.take("reset_mid_body", path):
            return StreamingResponse(_broken(bytes(response.body)), headers={"Content-Length": str(len(response.body))})
        return response

    # the contract

    async def _about(self, _: Request) -> Response:
        capabilities = {**CAPABILITIES, "max_limit": self.max_limit}
        return JSONResponse({"contract": "custom-webshop/1", "shop": SHOP, "capabilities": capabilities})

    async def _contract(self, _: Request) -> Response:
        return JSONResponse(openapi(self.max_limit))

    async def _list(self, request: Request) -> Response:
        collection, path = self._collection(request), request.url.path
        if "cursor" in request.query_params and self.faults.take("expire_cursor", path):
            raise Problem(410, "this cursor has expired; begin again with updated_since")
        filtered = self.faults.take("filter_ignored", path) is None
        response = reading.page(self.store, collection, request, max_limit=self.max_limit, filtered=filtered)
        if fault := self.faults.take("edit_between_pages", path):
            self._edit(fault.more.get("edits", []))
        return response

    async def _single(self, request: Request) -> Response:
        return reading.single(self.store, self._collection(request), request.path_params["id"], request)

    async def _create(self, request: Request) -> Response:
        return await writing.create(self.store, self._collection(request), request)

    async def _upsert(self, request: Request) -> Response:
        collection, external_id = self._collection(request), request.path_params["external_id"]
        return await writing.upsert(self.store, collection, external_id, request)

    async def _patch(self, request: Request) -> Response:
        return await writing.patch(self.store, self._collection(request), request.path_params["id"], request)

    async def _put(self, request: Request) -> Response:
        if self._collection(request) != "inventory-levels":
            raise Problem(404, "only stock levels are put as a whole; use PATCH")
        return await writing.set_level(self.store, request.path_params["id"], request)

    async def _command(self, request: Request) -> Response:
        name = request.path_params["command"]
        if name not in writing.COMMANDS:
            raise Problem(404, f"there is no command '{name}'")
        return await writing.command(self.store, request.path_params["id"], name, request)

    async def _delete(self, request: Request) -> Response:
        return writing.delete(self.store, self._collection(request), request.path_params["id"])

    async def _token(self, request: Request) -> Response:
        form = dict(parse_qsl((await request.body()).decode(), keep_blank_values=True))
        status, body = self.access.grant(form, request.headers.get("authorization", ""))
        return JSONResponse(body, status)

    def _collection(self, request: Request) -> str:
        name = str(request.path_params["collection"])
        if name not in COLLECTIONS:
            raise Problem(404, f"there is no collection '{name}'")
        return name

    def _edit(self, edits: list[dict[str, Any]]) -> None:
        """Somebody works in the shop while it is read."""
        for each in edits:
            collection, identity = each["collection"], each["id"]
            if each.get("delete"):
                self.store.delete(collection, identity)
            else:
                record = self.store.get(collection, identity) or {"id": identity}
                self.store.save(collection, {**record, **each.get("set", {})})


def application(data: Path, *, seed: str = "demo", max_limit: int = 250) -> Starlette:
    """The shop as an ASGI application."""
    shop = Shop(data, seed=seed, max_limit=max_limit)
    return Starlette(routes=shop.routes())


async def _broken(body: bytes) -> AsyncIterator[bytes]:
    """The first half of an answer, and then the connection breaks."""
    yield body[: len(body) // 2]
    with contextlib.suppress(asyncio.CancelledError):
        raise ConnectionResetError
