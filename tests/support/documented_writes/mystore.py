"""Mystore's API v2, from JSON:API (jsonapi.org), which it is, and from public integrations that write products to it.

The media type is `application/vnd.api+json` both ways. PATCH names the type and the id of what it changes, and holds
the attributes that change; names are texts by language.
"""

from __future__ import annotations

from documented import Asked, Told, bearer

from documented_writes.api import (
    NUMBER,
    TEXT,
    WHOLE,
    Api,
    Held,
    Misfit,
    RefusalError,
    Row,
    by,
    of,
    or_null,
)  # fmt: skip

MEDIA = "application/vnd.api+json"
GOODS = of(
    name={"type": "object", "additionalProperties": TEXT},
    sku=or_null(TEXT),
    ean=or_null(TEXT),
    price=NUMBER,
    cost=or_null(NUMBER),
    quantity=WHOLE,
    status=WHOLE,
)
CHANGE = of("data", data=of("type id attributes", type=TEXT, id=TEXT, attributes=GOODS))
LEFT = of("data", data=of("type id attributes", type=TEXT, id=TEXT, attributes=of(quantity=WHOLE)))


def refused(title: str, detail: str, status: int, pointer: str = "") -> Told:
    error: Row = {"status": str(status), "title": title, "detail": detail}
    return Told({"errors": [{**error, "source": {"pointer": pointer}} if pointer else error]}, status)


def unfit(_: Asked, wrong: Misfit) -> Told:
    return refused("Unprocessable Entity", wrong.words, 422, "/" + "/".join(wrong.at))


def known(asked: Asked) -> bool:
    return bearer(asked) and asked.headers.get("Accept") == MEDIA


API = Api(known, unfit, refused("Unauthorized", "Unauthenticated.", 401))
NOT_FOUND = refused("Not Found", "No such resource.", 404)


@API.takes("GET", "/products/{key}", query="include fields")
def product(_: Asked, held: Held, key: str) -> Told:
    return Told({"data": by(held["products"], "id", key, NOT_FOUND)})


@API.takes("PATCH", "/products/{key}", CHANGE)
def product_written(asked: Asked, held: Held, key: str) -> Told:
    return written(asked, by(held["products"], "id", key, NOT_FOUND))


@API.takes("PATCH", "/product-variants/{key}", LEFT)
def variant_written(asked: Asked, held: Held, key: str) -> Told:
    listed = [each for row in held["products"] for each in row.get("_variants", [])]
    return written(asked, by(listed, "id", key, NOT_FOUND))


def written(asked: Asked, row: Row) -> Told:
    sent = asked.body["data"]
    if asked.headers.get("Content-Type") != MEDIA:
        raise RefusalError(refused("Unsupported Media Type", f"The media type is {MEDIA}.", 415))
    if (sent["type"], sent["id"]) != (row["type"], row["id"]):
        raise RefusalError(refused("Conflict", "The resource object is another's.", 409))
    row["attributes"].update(sent["attributes"], updated_at="2026-03-20 08:00:00")
    return Told({"data": row})
