"""The contract as OpenAPI 3.1: what the shop promises, for people and for programs that check it."""

from __future__ import annotations

from typing import Any

_PROBLEM = {"$ref": "#/components/responses/Problem"}
_RECORD = {
    "type": "object",
    "required": ["updated_at"],
    "properties": {"updated_at": {"type": "string", "format": "date-time"}},
}


def openapi(max_limit: int) -> dict[str, Any]:
    """The document."""
    paths: dict[str, Any] = {}
    for collection, look_ups in (
        ("customers", ("external_id", "email")),
        ("orders", ("external_id",)),
        ("products", ("external_id", "sku")),
        ("inventory-levels", ("sku",)),
    ):
        paths[f"/{collection}"] = {"get": _list(collection, look_ups, max_limit), "post": _write("201")}
        single = {
            "get": _read(),
            "patch": _write("200"),
            "delete": {"responses": {"204": {"description": "gone"}, "404": _PROBLEM}},
        }
        paths[f"/{collection}/{{id}}"] = {"parameters": [_path("id")], **single}
        paths[f"/{collection}/by-external-id/{{external_id}}"] = {
            "parameters": [_path("external_id")],
            "put": _write("200"),
        }
    paths["/orders/{id}/{command}"] = {"parameters": [_path("id"), _path("command")], "post": _write("200")}
    return {
        "openapi": "3.1.0",
        "info": {"title": "CustomWebshop API", "version": "1"},
        "servers": [{"url": "/api/v1"}],
        "security": [{"bearer": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
            "responses": {
                "Problem": {
                    "description": "a refusal",
                    "content": {
                        "application/problem+json": {"schema": {"type": "object", "required": ["status", "detail"]}}
                    },
                }
            },
        },
    }


def _list(collection: str, look_ups: tuple[str, ...], max_limit: int) -> dict[str, Any]:
    parameters = [
        _query("updated_since", {"type": "string", "format": "date-time"}),
        _query("limit", {"type": "integer", "minimum": 1, "maximum": max_limit}),
        _query("cursor", {"type": "string"}),
        _query("include_deleted", {"type": "boolean"}),
        *(_query(name, {"type": "string"}) for name in look_ups),
    ]
    nullable = {"type": ["string", "null"]}
    envelope = {
        "type": "object",
        "required": ["data", "next_cursor", "sync_cursor"],
        "properties": {"data": {"type": "array", "items": _RECORD}, "next_cursor": nullable, "sync_cursor": nullable},
    }
    answers = {
        "200": _json("a page, oldest change first", envelope),
        **dict.fromkeys(("400", "401", "410", "429"), _PROBLEM),
    }
    return {"operationId": f"list_{collection.replace('-', '_')}", "parameters": parameters, "responses": answers}


def _read() -> dict[str, Any]:
    return {"responses": {"200": _json("the record", _RECORD), "304": {"description": "unchanged"}, "404": _PROBLEM}}


def _write(status: str) -> dict[str, Any]:
    refusals = dict.fromkeys(("400", "404", "409", "412", "422", "428"), _PROBLEM)
    body = {"content": {"application/json": {"schema": {"type": "object"}}}}
    return {"requestBody": body, "responses": {status: _json("the record", _RECORD), **refusals}}


def _json(description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def _query(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "query", "schema": schema}


def _path(name: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
