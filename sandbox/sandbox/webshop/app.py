"""The shop as a web application: who gets in, what is counted, and the way to each answer."""

from __future__ import annotations

import hashlib
import json
import uuid
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route, Router

from sandbox.webshop import misbehaving, reading, shapes, writing
from sandbox.webshop.access import Access
from sandbox.webshop.contract import openapi
from sandbox.webshop.control import Control, edit
from sandbox.webshop.faults import Faults
from sandbox.webshop.otherwise import Otherwise
from sandbox.webshop.problems import Problem
from sandbox.webshop.seeds import plant
from sandbox.webshop.store import COLLECTIONS, Store

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from starlette.requests import Request
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from sandbox.webshop.store import Record

    Handler = Callable[[Request], Awaitable[Response]]

SHOP = {
    "name": "Ull og Tur",
    "currency": "NOK",
    "time_zone": "Europe/Oslo",
    "prices_include_tax": True,
    "country": "NO",
}
CAPABILITIES = {"incremental": True, "tombstones": True, "writes": True, "webhooks": False, "min_retention_days": 90}
MEDIA_TYPES = ("application/json", "application/merge-patch+json")


class Shop:
    """One shop.

    Args:
        data: Folder of its SQLite file.
        seed: What it holds at first: `demo`, `empty` or `bulk:customers=1000,…`.
        max_limit: The largest page.
        settle: Seconds until a change is seen in lists.
    """

    def __init__(self, data: Path, *, seed: str, max_limit: int, settle: float) -> None:
        data.mkdir(parents=True, exist_ok=True)
        self.store, self.access, self.faults = Store(data / "webshop.db", settle=settle), Access(), Faults()
        self.seed, self.max_limit = seed, max_limit
        self.requests, self.reads, self.writes = 0, 0, 0
        if self.store.empty:
            plant(self.store, seed)

    def routes(self) -> list[Route | Mount]:
        """The contract's paths, and the control's beside them."""
        api = [
            self._route("/", GET=self._about),
            Route("/openapi.json", self._contract),
            self._route("/{collection}", GET=self._list, POST=self._create),
            self._route("/{collection}/by-external-id/{external_id}", PUT=self._upsert),
            self._route("/orders/{id}/{command}", POST=self._command),
            self._route("/{collection}/{id}", GET=self._single, PUT=self._put, PATCH=self._patch, DELETE=self._delete),
        ]
        return [
            Mount("/api/v1", app=Router(api, redirect_slashes=False)),
            Mount("/api/otherwise", app=Router(Otherwise(self.store, self.faults, self._edit).routes())),
            Route("/oauth/token", self._token, methods=["POST"]),
            Mount("/_sandbox", routes=Control(self).routes()),
        ]

    def _route(self, path: str, **handlers: Handler) -> Route:
        """One path and what each method does there: counted, and only for those who may."""

        async def guarded(request: Request) -> Response:
            self._count(request)
            if instead := await misbehaving.before(self.faults, self.access, request):
                return instead
            response = await handlers["GET" if request.method == "HEAD" else request.method](request)
            return misbehaving.after(self.faults, request, response)

        return Route(path, guarded, methods=list(handlers))

    def _count(self, request: Request) -> None:
        self.requests += 1
        if request.method in {"GET", "HEAD"}:
            self.reads += 1
        else:
            self.writes += 1

    # reading

    async def _about(self, _: Request) -> Response:
        capabilities = {**CAPABILITIES, "max_limit": self.max_limit}
        return JSONResponse({"contract": "custom-webshop/1", "shop": SHOP, "capabilities": capabilities})

    async def _contract(self, _: Request) -> Response:
        return JSONResponse(openapi(self.max_limit))

    async def _list(self, request: Request) -> Response:
        collection = _collection(request)
        question = reading.asked(collection, request.query_params, max_limit=self.max_limit)
        question = misbehaving.bent_question(self.faults, request, question)
        found = reading.page(self.store, collection, question)
        found = misbehaving.bent_page(self.faults, request, question, found, self.store)
        if fault := self.faults.take("edit_between_pages", request):
            self._edit(fault.more.get("edits", []))
        instead = None if found.texts else misbehaving.empty_as(self.faults, request)
        return instead or reading.listed(found, request)

    async def _single(self, request: Request) -> Response:
        collection, identity = _collection(request), request.path_params["id"]
        record = self.store.get(collection, identity)
        if record is None:
            raise Problem(404, f"there is no {collection} '{identity}'")
        return reading.single(record, misbehaving.bent_record(self.faults, request, record), request)

    # writing

    async def _create(self, request: Request) -> Response:
        collection = _writable_collection(request)
        raw = await request.body()
        return self._once(request, raw, 201, lambda: writing.create(self.store, collection, _object(request, raw)))

    async def _command(self, request: Request) -> Response:
        name, identity = request.path_params["command"], request.path_params["id"]
        if name not in shapes.COMMANDS:
            raise Problem(404, f"there is no command '{name}'")
        raw = await request.body()
        content = _object(request, raw) if raw else {}
        return self._once(request, raw, 200, lambda: writing.command(self.store, identity, name, content))

    def _once(self, request: Request, raw: bytes, status: int, act: Callable[[], Record]) -> Response:
        """Act once per Idempotency-Key; the same key and body give the same answer again."""
        key = request.headers.get("idempotency-key")
        if not key:
            raise Problem(428, "Idempotency-Key is missing")
        asked = hashlib.blake2b(request.url.path.encode() + raw, digest_size=16).hexdigest()
        try:
            known = self.store.replay(key, asked)
        except KeyError:
            raise Problem(422, "this Idempotency-Key was used with another body") from None
        if known:
            return _saved(request, known[1], known[0], **{"Idempotent-Replayed": "true"})
        with self.store.together():
            record = act()
            self.store.remember(key, asked, status, record)
        return _saved(request, record, status)

    async def _upsert(self, request: Request) -> Response:
        collection, external_id = _writable_collection(request), request.path_params["external_id"]
        content = _object(request, await request.body())
        only_new = request.headers.get("if-none-match") == "*"
        record, new = writing.upsert(self.store, collection, external_id, content, only_new=only_new)
        return _saved(request, record, 201 if new else 200)

    async def _patch(self, request: Request) -> Response:
        collection, identity = _writable_collection(request), request.path_params["id"]
        change = _object(request, await request.body())
        record = writing.patch(self.store, collection, identity, change, request.headers.get("if-match"))
        return _saved(request, record, 200)

    async def _put(self, request: Request) -> Response:
        if _collection(request) != "inventory-levels":
            raise Problem(405, "only stock levels are put as a whole; use PATCH")
        content, tag = _object(request, await request.body()), request.headers.get("if-match")
        with self.store.together():
            level = writing.set_level(self.store, request.path_params["id"], content, tag)
        return _saved(request, level, 200)

    async def _delete(self, request: Request) -> Response:
        tag = request.headers.get("if-match", "*")
        writing.delete(self.store, _collection(request), request.path_params["id"], tag)
        return Response(status_code=204)

    # beside the contract

    async def _token(self, request: Request) -> Response:
        form = dict(parse_qsl((await request.body()).decode(), keep_blank_values=True))
        status, body = self.access.grant(form, request.headers.get("authorization", ""))
        return JSONResponse(body, status, {"Cache-Control": "no-store"})

    def _edit(self, edits: list[dict[str, Any]]) -> None:
        """Somebody works in the shop while it is read."""
        for each in edits:
            if each.get("delete"):
                self.store.delete(each["collection"], each["id"])
            else:
                edit(self, each["collection"], each["id"], each.get("set", {}))


class Envelope:
    """What every answer has, refusals too: the request's name, and the time by the shop's clock.

    Args:
        app: The application.
        shop: The shop.
    """

    def __init__(self, app: ASGIApp, shop: Shop) -> None:
        self._app, self._shop = app, shop

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = Headers(scope=scope).get("x-request-id") or uuid.uuid4().hex
        scope["request_id"] = request_id

        async def named(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["X-Request-Id"] = request_id
                headers["Date"] = format_datetime(self._shop.store.now(), usegmt=True)
            await send(message)

        await self._app(scope, receive, named)


def application(data: Path, *, seed: str = "demo", max_limit: int = 250, settle: float = 0.0) -> Starlette:
    """The shop as an ASGI application."""
    shop = Shop(data, seed=seed, max_limit=max_limit, settle=settle)
    handlers = {Problem: _refused, HTTPException: _refused, ClientDisconnect: _left, Exception: _refused}
    return Starlette(routes=shop.routes(), middleware=[Middleware(Envelope, shop)], exception_handlers=handlers)


async def _left(_: Request, __: Exception) -> Response:
    """Who asked has gone before all was said, as programs do that are killed: nothing was done, and nobody listens."""
    return Response(status_code=400)


async def _refused(request: Request, error: Exception) -> Response:
    """Every refusal is a problem document: ours, the router's, and those that are our own mistakes."""
    if isinstance(error, HTTPException):
        error = Problem(error.status_code, error.detail, headers=dict(error.headers or {}))
    problem = error if isinstance(error, Problem) else Problem(500, "the shop has a fault of its own")
    return problem.response(request.url.path, request.scope["request_id"])


def _saved(request: Request, record: Record, status: int, **headers: str) -> Response:
    if status == 201:
        headers["Location"] = f"/api/v1/{request.path_params['collection']}/{record['id']}"
    return reading.answer(record, status, **headers)


def _collection(request: Request) -> str:
    name = str(request.path_params["collection"])
    if name not in COLLECTIONS:
        raise Problem(404, f"there is no collection '{name}'")
    return name


def _writable_collection(request: Request) -> str:
    name = _collection(request)
    if name == "inventory-levels":
        raise Problem(405, "stock levels come with their variants; PUT /inventory-levels/{sku} sets one")
    return name


def _object(request: Request, raw: bytes) -> Record:
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type not in MEDIA_TYPES:
        raise Problem(415, f"the body is {media_type or 'nothing named'}, not {MEDIA_TYPES[0]}")
    try:
        content = json.loads(raw)
    except ValueError:
        content = None
    if not isinstance(content, dict):
        raise Problem(400, "the body is no JSON object")
    return content
