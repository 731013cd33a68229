"""The same shop as other shops would show it: counted pages and rows, links, searches by POST, GraphQL, parts apart.

Nothing of it is promised by the contract. It is there so that a reader of strange shops has one that can be told to
misbehave; every habit of it is one that a known shop has (reference: the survey of shop APIs, WooCommerce to Vendure).
"""

from __future__ import annotations

import base64
import json
import secrets
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.webshop import misbehaving
from sandbox.webshop.access import AUTH_TOKEN
from sandbox.webshop.problems import Problem
from sandbox.webshop.reading import Page, Question
from sandbox.webshop.store import COLLECTIONS, Window
from sandbox.webshop.wishes import Wish, cursor, identity, on_the_wall, wished

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request

    from sandbox.webshop.faults import Faults
    from sandbox.webshop.store import Store

    Record = dict[str, Any]

ALL = 1_000_000
USER, PASSWORD = "kari", "sandbox-password"

SCHEMA = """
    scalar JSON
    type PageInfo { hasNextPage: Boolean!, endCursor: String }
    type Listing { items: [JSON!]!, totalItems: Int!, pageInfo: PageInfo! }
    type Query { orders(take: Int, skip: Int, after: String, updatedFrom: String): Listing!
                 customers(take: Int, skip: Int, after: String, updatedFrom: String): Listing! }
"""


class Otherwise:
    """The end points below `/api/otherwise`.

    Args:
        store: The records.
        faults: What it can be told to do wrong.
        edit: Does what somebody does in the shop meanwhile.
    """

    def __init__(self, store: Store, faults: Faults, edit: Callable[[list[dict[str, Any]]], None]) -> None:
        self._store, self._faults, self._edit = store, faults, edit
        self._sessions: set[str] = set()

    def routes(self) -> list[Route]:
        """All of them."""
        return [
            Route("/login", self._login, methods=["POST"]),
            self._route("/graphql", self._graphql, "POST"),
            self._route("/search/{collection}", self._search, "POST"),
            self._route("/{collection}", self._list, "GET"),
            self._route("/{collection}/{id}", self._single, "GET"),
            self._route("/{collection}/{id}/lines", self._lines, "GET"),
        ]

    def _route(self, path: str, answer: Callable[[Request], Any], method: str) -> Route:
        async def guarded(request: Request) -> Response:
            if not self._knows(request):
                raise Problem(401, "the key or token is not known, or has ended")
            if instead := await misbehaving.before(self._faults, _Open(self), request):
                return instead
            response: Response = await answer(request)
            return misbehaving.after(self._faults, request, response)

        return Route(path, guarded, methods=[method])

    # who asks

    async def _login(self, request: Request) -> Response:
        told = json.loads(await request.body())
        if (told.get("user"), told.get("password")) != (USER, PASSWORD):
            raise Problem(401, "unknown user, or wrong password")
        session = secrets.token_urlsafe(12)
        self._sessions.add(session)
        response = JSONResponse({"data": {"token": session}}, headers={"X-Shop-Token": session})
        response.set_cookie("session", session)
        return response

    def forget(self) -> None:
        """End every session."""
        self._sessions.clear()

    def _knows(self, request: Request) -> bool:
        """Any of the ways in which shops ask who is there."""
        scheme, _, said = request.headers.get("authorization", "").partition(" ")
        basic = base64.b64encode(f"{AUTH_TOKEN}:".encode()).decode()
        tokens = {
            said if scheme.lower() == "bearer" else "",
            request.headers.get("x-api-key", ""),
            request.query_params.get("api_key", ""),
            request.cookies.get("session", ""),
            request.cookies.get("api_key", ""),
        }
        return said == basic or not tokens.isdisjoint({AUTH_TOKEN, *self._sessions})

    # listings

    async def _list(self, request: Request) -> Response:
        asked = request.query_params
        found, total, more = self._found(request, _collection(request), wished(asked))
        if not found and (otherwise := misbehaving.empty_as(self._faults, request)):
            return otherwise
        rows = [_lean(row, request) for row in found] if asked.get("lean") == "true" else found
        content: dict[str, Any] = {request.path_params["collection"]: rows, "total": total, "more": more, "next": None}
        headers = {}
        if more:
            query = urlencode({**asked, "after": cursor(found[-1])})
            following = str(request.url.replace(query=query))
            content["next"] = following
            headers["Link"] = f'<{following}>; rel="next", <{request.url}>; rel="self"'
        return JSONResponse(content, headers=headers)

    async def _search(self, request: Request) -> Response:
        asked = json.loads(await request.body() or b"{}")
        since = next((each["value"] for each in asked.get("filter", []) if each.get("field") == "updated_at"), None)
        flat = {name: str(asked[name]) for name in ("limit", "page", "offset") if name in asked}
        wish = wished({**flat, **({"modified_from": since} if since else {})})
        found, total, more = self._found(request, _collection(request), wish)
        return JSONResponse({"data": found, "meta": {"total": total, "more": more}})

    async def _graphql(self, request: Request) -> Response:
        from graphql import build_schema, graphql_sync  # noqa: PLC0415 - few ask so, and each start would wait for it

        if self._faults.take("throttled", request):
            return JSONResponse({"errors": [{"message": "Throttled", "extensions": {"code": "THROTTLED"}}]})
        asked = json.loads(await request.body())
        root = {name: self._resolver(request, name) for name in ("orders", "customers")}
        answer = graphql_sync(build_schema(SCHEMA), asked["query"], root, variable_values=asked.get("variables"))
        return JSONResponse(answer.formatted)

    def _resolver(self, request: Request, collection: str) -> Callable[..., dict[str, Any]]:
        def resolve(_: Any, **told: Any) -> dict[str, Any]:  # noqa: ANN401 - as graphql-core gives it
            names = {"take": "limit", "skip": "offset", "after": "after", "updatedFrom": "modified_from"}
            flat = {names[name]: str(value) for name, value in told.items() if value is not None}
            rows, total, more = self._found(request, collection, wished(flat))
            end = {"hasNextPage": more, "endCursor": cursor(rows[-1]) if rows else None}
            return {"items": rows, "totalItems": total, "pageInfo": end}

        return resolve

    def _found(self, request: Request, collection: str, wish: Wish) -> tuple[list[Record], int, bool]:
        """The rows of one page, how many there are in all, and whether more follow."""
        question = Question(Window(since=wish.since, exclusive=wish.exclusive), wish.limit)
        question = misbehaving.bent_question(self._faults, request, question)
        wish = replace(wish, limit=question.limit)
        rows = [json.loads(row[2]) for row in self._store.page(collection, question.window, ALL)]
        if wish.wall and question.window.since:
            rows = [row for row in rows if on_the_wall(row, wish.wall, exclusive=wish.exclusive)]
        if wish.sort == "id":
            rows.sort(key=identity)
        if wish.after:
            rows = [row for row in rows if (row["updated_at"], identity(row)) > wish.after]
        start = wish.skip if wish.page is None else (wish.page - 1) * wish.limit
        total = len(rows)
        if start >= total and rows and self._faults.take("end_repeats", request):
            start = (total - 1) // wish.limit * wish.limit
        shown = rows[start : start + wish.limit]
        if fault := self._faults.take("edit_between_pages", request):
            self._edit(fault.more.get("edits", []))
        texts = [json.dumps(row) for row in shown]
        shown = [
            json.loads(text)
            for text in misbehaving.bent_page(self._faults, request, question, Page(texts, "-"), self._store).texts
        ]
        more = bool(shown) and start + wish.limit < total
        return shown, total, more

    # parts

    async def _single(self, request: Request) -> Response:
        return JSONResponse({"data": misbehaving.bent_record(self._faults, request, self._record(request))})

    async def _lines(self, request: Request) -> Response:
        return JSONResponse({"results": self._record(request).get("lines", [])})

    def _record(self, request: Request) -> Record:
        record = self._store.get(_collection(request), request.path_params["id"])
        if record is None or record.get("deleted_at"):
            raise Problem(404, "there is none")
        return record


class _Open:
    """Lets everybody in whom `_knows` let in already; a fault that ends tokens ends sessions.

    Args:
        shop: Whose sessions.
    """

    def __init__(self, shop: Otherwise) -> None:
        self._shop = shop

    def allows(self, _: str) -> bool:
        """Whether this header opens the shop."""
        return True

    def forget(self) -> None:
        """End every session."""
        self._shop.forget()


def _lean(row: Record, request: Request) -> Record:
    """A row without its lines; they stand at an address of their own."""
    address = str(request.url.replace(query="", path=f"{request.url.path}/{identity(row)}/lines"))
    return {**{name: value for name, value in row.items() if name != "lines"}, "lines_url": address}


def _collection(request: Request) -> str:
    name = str(request.path_params["collection"])
    if name not in COLLECTIONS:
        raise Problem(404, f"there is no collection '{name}'")
    return name
