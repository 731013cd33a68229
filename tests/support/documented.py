"""Shops as their documents describe them: each logs in, pages, filters and refuses in its own way.

The records are ours, in the documented shape (shops/*.yml); the server holds five of each, with ids and stamps of
their own. It is as strict as the document: what is not documented is refused.
"""

from __future__ import annotations

import base64
import contextlib
import copy
import json
import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, unquote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable

COUNT = 5
EMPTY = 204
START = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)
Rows = list[dict[str, Any]]


@dataclass
class Asked:
    """One request."""

    method: str
    path: str
    query: dict[str, str]
    headers: Any
    body: Any
    url: str


@dataclass
class Told:
    """One answer."""

    body: Any
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


REFUSED = Told({"message": "refused"}, 400)
UNKNOWN = Told({"message": "who are you"}, 401)
NOT_FOUND = Told({"message": "nothing here"}, 404)


def many(record: dict[str, Any], key: str, stamps: list[str], spelled: Callable[[datetime], Any]) -> Rows:
    """Five records like this one, a day apart."""
    rows = []
    for at in range(COUNT):
        row = copy.deepcopy(record)
        row[key] = row[key] + at if isinstance(row[key], int) else f"{row[key]}{at}"
        for stamp in stamps:
            holder, _, name = stamp.rpartition(".")
            (row[holder] if holder else row)[name] = spelled(START + timedelta(days=at))
        rows.append(row)
    return rows


def iso(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def seconds(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def naive(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S")


def sql(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M:%S")


def basic(asked: Asked, user: str, password: str) -> bool:
    return asked.headers.get("Authorization") == f"Basic {base64.b64encode(f'{user}:{password}'.encode()).decode()}"


def bearer(asked: Asked, token: str = "token") -> bool:
    return asked.headers.get("Authorization") == f"Bearer {token}"


def woocommerce(asked: Asked, rows: dict[str, Rows]) -> Told:
    known = {
        "orderby",
        "order",
        "dates_are_gmt",
        "status",
        "dp",
        "per_page",
        "offset",
        "modified_after",
        "role",
        "include",
    }
    if not basic(asked, "key", "secret"):
        return UNKNOWN
    if not asked.query.keys() <= known or int(asked.query.get("per_page", 10)) > 100:
        return REFUSED
    *_, name = asked.path.strip("/").split("/")
    if name == "variations":
        return Told([{**rows["products"][0]["_variation"], "id": 901}])
    found = rows[name]
    if after := asked.query.get("modified_after"):
        if name == "customers" or asked.query.get("dates_are_gmt") != "true":
            return REFUSED
        found = [row for row in found if row["date_modified_gmt"] > after]
    at, limit = int(asked.query.get("offset", 0)), int(asked.query.get("per_page", 10))
    return Told(found[at : at + limit], headers={"X-WP-Total": str(len(found))})


def shopify(asked: Asked, rows: dict[str, Rows]) -> Told:
    if asked.headers.get("X-Shopify-Access-Token") != "token":
        return UNKNOWN
    name, query = asked.path.strip("/").removesuffix(".json"), asked.query
    limit = int(query.get("limit", 50))
    if "page_info" in query:
        if query.keys() - {"page_info", "limit"}:
            return REFUSED
        since, at = query["page_info"].split("|")
    else:
        since, at = query.get("updated_at_min", ""), "0"
        if name == "orders" and query.get("status") != "any":
            return Told({name: []})
    found = [row for row in rows[name] if not since or row["updated_at"][:19] >= since[:19]]
    start, link = int(at), {}
    if len(found) > start + limit:
        link = {"Link": f'<{asked.url}/{name}.json?page_info={since}|{start + limit}&limit={limit}>; rel="next"'}
    return Told({name: found[start : start + limit]}, headers=link)


def medusa(asked: Asked, rows: dict[str, Rows]) -> Told:
    if asked.path == "/auth/user/emailpass":
        return Told({"token": "jwt"}) if asked.body == {"email": "key", "password": "secret"} else UNKNOWN
    if not bearer(asked, "jwt"):
        return UNKNOWN
    if asked.path.startswith("/admin/orders/"):
        found = next((row for row in rows["orders"] if row["id"] == asked.path.rpartition("/")[2]), None)
        return REFUSED if asked.query.keys() - {"fields"} else Told({"order": found}) if found else NOT_FOUND
    name = {"customers": "customers", "products": "products", "orders": "orders", "inventory-items": "stock_levels"}[
        asked.path.removeprefix("/admin/")
    ]
    if asked.query.keys() - {"order", "fields", "limit", "offset", "updated_at[$gte]"} or "," in asked.query["order"]:
        return REFUSED
    found = [row for row in rows[name] if row["updated_at"] >= asked.query.get("updated_at[$gte]", "")]
    at, limit = int(asked.query.get("offset", 0)), int(asked.query["limit"])
    listed = {"stock_levels": "inventory_items"}.get(name, name)
    return Told({listed: found[at : at + limit], "count": len(found), "offset": at, "limit": limit})


def shopware(asked: Asked, rows: dict[str, Rows]) -> Told:
    if asked.path == "/oauth/token":
        right = asked.body == {"grant_type": "client_credentials", "client_id": "key", "client_secret": "secret"}
        return Told({"access_token": "token", "expires_in": 600, "token_type": "Bearer"}) if right else UNKNOWN
    if not bearer(asked):
        return UNKNOWN
    name = {"customer": "customers", "product": "products", "order": "orders"}[asked.path.removeprefix("/search/")]
    body = asked.body
    if asked.method != "POST" or body.keys() - {"page", "limit", "filter", "sort", "associations", "total-count-mode"}:
        return REFUSED
    found = rows[name]
    for condition in body["filter"]:
        since = condition["queries"][0]["parameters"]["gte"]
        found = [row for row in found if (row["updatedAt"] or row["createdAt"]) >= since]
    at = (body["page"] - 1) * body["limit"]
    listed = found[at : at + body["limit"]]
    return Told({"data": listed, "total": len(found) if body.get("total-count-mode") == 1 else len(listed)})


def magento(asked: Asked, rows: dict[str, Rows]) -> Told:
    if not bearer(asked):
        return UNKNOWN
    name = {"/customers/search": "customers", "/products": "products", "/orders": "orders"}.get(asked.path)
    if name is None:
        return Told({"items": rows["stock_levels"], "total_count": len(rows["stock_levels"])})
    filters = "searchCriteria[filter_groups][0][filters][0]"
    if asked.query[f"{filters}[condition_type]"] != "gteq" or f"{filters}[value]" not in asked.query:
        return REFUSED
    found = [row for row in rows[name] if row["updated_at"] >= asked.query[f"{filters}[value]"]]
    size = int(asked.query["searchCriteria[pageSize]"])
    last = max((len(found) - 1) // size, 0)
    at = min(int(asked.query["searchCriteria[currentPage]"]) - 1, last) * size  # past the end the last page comes again
    return Told({"items": found[at : at + size], "total_count": len(found)})


def vendure(asked: Asked, rows: dict[str, Rows]) -> Told:
    query, variables = asked.body["query"], asked.body.get("variables", {})
    if "login(" in query:
        right = variables == {"username": "key", "password": "secret"}
        answer = {"data": {"login": {"__typename": "CurrentUser" if right else "InvalidCredentialsError"}}}
        return Told(answer, headers={"vendure-auth-token": "token"} if right else {})
    if not bearer(asked):
        return Told({"errors": [{"message": "forbidden"}], "data": None})
    name = next(each for each in rows if f"{{ {each}(options" in query)
    options = variables["o"]
    after = options.get("filter", {}).get("updatedAt", {}).get("after", "")
    ids = options.get("filter", {}).get("id", {}).get("in")
    found = [row for row in rows[name] if row["updatedAt"] > after and (ids is None or row["id"] in ids)]
    at, take = options.get("skip", 0), options["take"]
    return Told({"data": {name: {"items": found[at : at + take], "totalItems": len(found)}}})


def nettbutikk24(asked: Asked, rows: dict[str, Rows]) -> Told:
    if not basic(asked, "key", "x-oauth-basic"):
        return UNKNOWN
    if "limit" in asked.query and "offset" not in asked.query:
        return Told(None, 400)
    since = int(asked.query.get("since", 0))
    found = [row for row in rows[asked.path.strip("/")] if (row["_at"]) >= since]
    at, limit = int(asked.query.get("offset", 0)), int(asked.query.get("limit", 100))
    return Told({"data": [{k: v for k, v in row.items() if k != "_at"} for row in found[at : at + limit]]})


def mystore(asked: Asked, rows: dict[str, Rows]) -> Told:
    if not bearer(asked) or asked.headers.get("Accept") != "application/vnd.api+json":
        return UNKNOWN
    if asked.path.endswith("/product-variants"):
        of = asked.path.split("/")[2]
        found = next(row["_variants"] for row in rows["products"] if row["id"] == of)
        page = int(asked.query.get("p", 0))
        more = {"next": f"{asked.url}{asked.path}?p={page + 1}"} if len(found) > page + 1 else {}
        return Told({"data": found[page : page + 1], "links": more})
    since = asked.query.get("filter[updated_at][value]", "")
    found = [row for row in rows[asked.path.strip("/")] if row["attributes"]["updated_at"] >= since]
    size, number = int(asked.query["page[size]"]), int(asked.query["page[number]"])
    page = found[(number - 1) * size : number * size]
    if not page and number > 1:
        return NOT_FOUND
    more = len(found) > number * size
    return Told({"data": page, "links": {"next": f"{asked.url}?page={number + 1}"} if more else {}})


SHOPS = {
    "woocommerce/3": woocommerce,
    "shopify-rest": shopify,
    "medusa/2": medusa,
    "shopware/6": shopware,
    "magento/2": magento,
    "vendure/3": vendure,
    "24nettbutikk/1": nettbutikk24,
    "mystore/2": mystore,
}


@dataclass
class Shop:
    """A shop at work.

    Attributes:
        url: Where it is.
        asked: What it was asked.
        mute: What tells a request that it obeys next without a word, such as `POST /orders`.
    """

    url: str
    asked: list[Asked] = field(default_factory=list)
    mute: set[str] = field(default_factory=set)


@contextlib.contextmanager
def serving(answer: Callable[[Asked, dict[str, Rows]], Told], rows: dict[str, Rows]):
    """A shop that answers so, with these rows."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            query = {name: values[-1] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
            raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            form = "urlencoded" in self.headers.get("Content-Type", "")
            body = {n: v[-1] for n, v in parse_qs(raw.decode()).items()} if form else json.loads(raw or b"null")
            asked = Asked(self.command, unquote(parts.path), query, self.headers, body, shop.url)
            shop.asked.append(asked)
            told = answer(asked, rows)
            request = f"{asked.method} {asked.path} {asked.body}"
            if muted := {each for each in shop.mute if each in request}:
                shop.mute -= muted
                self.close_connection = True
                return
            content = json.dumps(told.body).encode() if told.status != EMPTY else b""
            self.send_response(told.status)
            for name, value in {**told.headers, "Content-Length": str(len(content))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        do_POST = do_PUT = do_PATCH = do_DELETE = do_GET  # noqa: N815 - the names that http.server asks for

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    shop = Shop(f"http://127.0.0.1:{server.server_address[1]}")
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield shop
    finally:
        server.shutdown()
        server.server_close()
