"""The OpenAPI document and the shop say the same."""

from __future__ import annotations

import jsonschema
import pytest

COLLECTIONS = ("customers", "orders", "products", "inventory-levels")


@pytest.fixture(scope="module")
def document(served):
    return served.ask("GET", "/openapi.json").json()


def template(path):
    """The document's name for a path."""
    first, *rest = path.strip("/").split("/")
    if rest[:1] == ["by-external-id"]:
        return f"/{first}/by-external-id/{{external_id}}"
    return "/".join(["", first, *(["{id}"] if rest else []), *rest[1:]])


def held(document, path, verb, answer):
    """Check an answer against what the document promises for it."""
    promised = document["paths"][path][verb]["responses"][str(answer.status_code)]
    if "$ref" in promised:
        promised = document["components"]["responses"][promised["$ref"].rpartition("/")[2]]
    media_type = answer.headers["Content-Type"].partition(";")[0]
    schema = promised["content"][media_type]["schema"]
    whole = {**schema, "components": document["components"]}
    jsonschema.Draft202012Validator(whole).validate(answer.json())


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_every_page_is_as_promised(shop, document, collection):
    shop.control("DELETE", f"/records/{collection}/{'001-01' if collection == 'inventory-levels' else 'C0001'}")
    cursor = {}
    while cursor is not None:
        answer = shop.ask("GET", f"/{collection}", params={"limit": 250, "include_deleted": "true", **cursor})
        held(document, f"/{collection}", "get", answer)
        following = answer.json()["next_cursor"]
        cursor = {"cursor": following} if following else None


@pytest.mark.parametrize(
    ("verb", "path", "status", "options"),
    [
        ("get", "/customers/C0001", 200, {}),
        ("get", "/customers/nobody", 404, {}),
        ("get", "/customers", 400, {"params": {"limit": 0}}),
        ("post", "/customers", 201, {"json": {"first_name": "Åse"}, "headers": {"Idempotency-Key": "k"}}),
        ("post", "/customers", 422, {"json": {"first_name": 7}, "headers": {"Idempotency-Key": "k"}}),
        ("patch", "/customers/C0001", 200, {"json": {"phone": None}, "headers": {"If-Match": "*"}}),
        ("patch", "/customers/C0001", 428, {"json": {"phone": None}}),
        ("put", "/products/by-external-id/7", 201, {"json": {"title": "Genser"}}),
        ("put", "/inventory-levels/001-01", 200, {"json": {"available": 4}}),
        ("post", "/orders/O00001/refunds", 200, {"json": {"amount": "1.00"}, "headers": {"Idempotency-Key": "k"}}),
    ],
)
def test_every_answer_is_as_promised(shop, document, verb, path, status, options):  # noqa: PLR0917 - a row of the table
    answer = shop.ask(verb.upper(), path, **options)

    assert answer.status_code == status
    held(document, template(path), verb, answer)


def test_a_record_of_another_shape_would_be_noticed(shop, document):
    shop.fault(kind="distort", how=["money_float"])

    with pytest.raises(jsonschema.ValidationError):
        held(document, "/orders", "get", shop.ask("GET", "/orders"))


def test_every_parameter_that_is_listed_is_understood(shop, document):
    values = {"limit": "1", "updated_since": "2026-01-01T00:00:00Z", "include_deleted": "false"}
    for collection in COLLECTIONS:
        for parameter in document["paths"][f"/{collection}"]["get"]["parameters"]:
            name = parameter["name"]
            if name != "cursor":
                asked = shop.ask("GET", f"/{collection}", params={name: values.get(name, "x")})
                assert asked.status_code == 200, (collection, name)
