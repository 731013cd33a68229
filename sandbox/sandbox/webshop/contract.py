"""The contract as OpenAPI 3.1: what the shop promises, for people and for programs that check it."""

from __future__ import annotations

from typing import Any

from sandbox.webshop import shapes

Part = dict[str, Any]

_NAMES = {"customers": "Customer", "orders": "Order", "products": "Product", "inventory-levels": "InventoryLevel"}
_LOOK_UPS = {"customers": ("external_id", "email"), "orders": ("external_id",), "products": ("external_id", "sku"),
             "inventory-levels": ("sku",)}  # fmt: skip
_TEXT: Part = {"type": "string"}


def openapi(max_limit: int) -> Part:
    """The document."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "CustomWebshop API", "version": "1"},
        "servers": [{"url": "/api/v1"}],
        "security": [{"bearer": []}, {"oauth2": []}],
        "paths": _paths(max_limit),
        "components": {"securitySchemes": _security(), "schemas": _schemas(), "responses": {"Problem": _problem()}},
    }


def _paths(max_limit: int) -> Part:
    paths: Part = {
        "/": {
            "get": _operation("about", "the shop and what its API can do", {"200": _json("them", {"type": "object"})})
        }
    }
    for collection in _NAMES:
        paths |= _collection(collection, max_limit)
    for name in shapes.COMMANDS:
        paths[f"/orders/{{id}}/{name}"] = {
            "parameters": [_path("id")],
            "post": _operation(
                f"order_{name}",
                f"the command '{name}'",
                {"200": _record("orders")} | _refusals(404, 409, 415, 422, 428),
                parameters=[_header("Idempotency-Key")],
                body=_body(shapes.command(name), required=False),
            ),
        }
    return paths


def _collection(collection: str, max_limit: int) -> Part:
    name = collection.replace("-", "_")
    paths: Part = {f"/{collection}": {"get": _list(collection, name, max_limit)}}
    read = {"200": _record(collection), "304": {"description": "unchanged"}} | _refusals(404)
    delete = {"204": {"description": "gone; a tombstone stays"}} | _refusals(404)
    paths[f"/{collection}/{{id}}"] = {
        "parameters": [_path("id")],
        "get": _operation(f"read_{name}", "one record", read, parameters=[_header("If-None-Match", required=False)]),
        "delete": _operation(f"delete_{name}", "delete", delete),
    }
    if collection == "inventory-levels":
        paths["/inventory-levels/{id}"]["put"] = _set_level()
    else:
        paths[f"/{collection}"]["post"] = _create(collection, name)
        paths[f"/{collection}/{{id}}"]["patch"] = _patch(collection, name)
        paths[f"/{collection}/by-external-id/{{external_id}}"] = _upsert(collection, name)
    return paths


def _list(collection: str, name: str, max_limit: int) -> Part:
    parameters = [
        _query("updated_since", {"type": "string", "format": "date-time"}),
        _query("limit", {"type": "integer", "minimum": 1, "maximum": max_limit}),
        _query("cursor", _TEXT),
        _query("include_deleted", {"type": "boolean"}),
        *(_query(each, _TEXT) for each in _LOOK_UPS[collection]),
    ]
    nullable = {"type": ["string", "null"]}
    items = {"anyOf": [_read(collection), _ref("Tombstone")]}
    envelope = {
        "type": "object",
        "required": ["data", "next_cursor", "sync_cursor"],
        "properties": {"data": {"type": "array", "items": items}, "next_cursor": nullable, "sync_cursor": nullable},
    }
    answers = {"200": _json("a page, oldest change first", envelope)} | _refusals(400, 410)
    return _operation(f"list_{name}", "records in the order (updated_at, id)", answers, parameters=parameters)


def _create(collection: str, name: str) -> Part:
    answers = {"201": _record(collection)} | _refusals(409, 415, 422, 428)
    key = [_header("Idempotency-Key")]
    return _operation(f"create_{name}", "a new record", answers, parameters=key, body=_body(_written(collection)))


def _patch(collection: str, name: str) -> Part:
    answers = {"200": _record(collection)} | _refusals(404, 409, 412, 415, 422, 428)
    body = _body(_written(collection), media_type="application/merge-patch+json")
    return _operation(f"patch_{name}", "a merge patch", answers, parameters=[_header("If-Match")], body=body)


def _upsert(collection: str, name: str) -> Part:
    answers = {"200": _record(collection), "201": _record(collection)} | _refusals(412, 415, 422)
    condition = [_header("If-None-Match", required=False)]
    put = _operation(
        f"upsert_{name}", "create or change", answers, parameters=condition, body=_body(_written(collection))
    )
    return {"parameters": [_path("external_id")], "put": put}


def _set_level() -> Part:
    answers = {"200": _record("inventory-levels")} | _refusals(404, 412, 415, 422)
    condition = [_header("If-Match", required=False)]
    body = _body(shapes.LEVEL_CHANGE)
    return _operation("set_level", "an absolute stock level", answers, parameters=condition, body=body)


def _operation(
    name: str, summary: str, answers: Part, *, parameters: list[Part] | None = None, body: Part | None = None
) -> Part:
    common = _refusals(401, 429, 503)
    more: Part = {"requestBody": body} if body else {}
    return {
        "operationId": name,
        "summary": summary,
        "parameters": parameters or [],
        **more,
        "responses": answers | common,
    }


def _schemas() -> Part:
    records = {name: shapes.RECORDS[collection] for collection, name in _NAMES.items()}
    return {**records, "Tombstone": shapes.TOMBSTONE}


def _security() -> Part:
    flow = {"tokenUrl": "/oauth/token", "scopes": {}}
    return {
        "bearer": {"type": "http", "scheme": "bearer"},
        "oauth2": {"type": "oauth2", "flows": {"clientCredentials": flow}},
    }


def _problem() -> Part:
    texts = dict.fromkeys(("type", "title", "detail", "request_id"), _TEXT)
    properties = {**texts, "status": {"type": "integer"}, "errors": {"type": "array", "items": {"type": "object"}}}
    schema = {"type": "object", "required": ["type", "title", "status", "detail"], "properties": properties}
    return {"description": "a refusal (RFC 9457)", "content": {"application/problem+json": {"schema": schema}}}


def _refusals(*statuses: int) -> Part:
    return {str(status): {"$ref": "#/components/responses/Problem"} for status in statuses}


def _written(collection: str) -> Part:
    """What a client sends: any part of a record."""
    return _ref(_NAMES[collection])


def _read(collection: str) -> Part:
    """What a client gets: a record that has its key and its stamp."""
    key = "sku" if collection == "inventory-levels" else "id"
    return {"allOf": [_ref(_NAMES[collection])], "required": [key, "updated_at"]}


def _record(collection: str) -> Part:
    return {**_json("the record", _read(collection)), "headers": {"ETag": {"schema": _TEXT}}}


def _json(description: str, schema: Part) -> Part:
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def _body(schema: Part, *, media_type: str = "application/json", required: bool = True) -> Part:
    return {"required": required, "content": {media_type: {"schema": schema}}}


def _ref(name: str) -> Part:
    return {"$ref": f"#/components/schemas/{name}"}


def _query(name: str, schema: Part) -> Part:
    return {"name": name, "in": "query", "schema": schema}


def _path(name: str) -> Part:
    return {"name": name, "in": "path", "required": True, "schema": _TEXT}


def _header(name: str, *, required: bool = True) -> Part:
    return {"name": name, "in": "header", "required": required, "schema": _TEXT}
