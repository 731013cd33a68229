"""Shopify's GraphQL Admin API 2026-10: each document is held to its schema (shopify.graphql) and its cost is counted.

A connection gives as many as `first` asks for, and says whether there are more; cursors stand for a place in the order
asked for. A search takes `field:value` with comparators and quotes; customers are filtered by whole days. A query may
cost 1,000 points: an object one, a connection two and each object in it, a mutation ten. What cannot be done is told
in `userErrors`, with HTTP 200. Stock takes a key by which it is done once, and the quantity that is to be there.
"""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from documented import Asked, Told
from graphql import FieldNode, FragmentDefinitionNode, GraphQLError, build_schema, get_named_type, graphql_sync, parse

from documented_writes import shopify_acts as acts

if TYPE_CHECKING:
    from collections.abc import Callable

    from documented import Rows
    from graphql import GraphQLResolveInfo, SelectionSetNode

    from documented_writes.api import Held, Row

SCHEMA = build_schema((Path(__file__).parent / "shopify.graphql").read_text(encoding="utf-8"))
MOST, LARGEST_PAGE = 1000, 250
ACTING = 10
COSTLY = "MAX_COST_EXCEEDED"
TERM = re.compile(r"""(\w+):(>=|>|<=|<)?('[^']*'|"[^"]*"|[^\s'"]+)\s*""")


class Shop:
    """Answers every document."""

    @staticmethod
    def answer(asked: Asked, held: Held) -> Told | None:
        if asked.headers.get("X-Shopify-Access-Token") != "token":
            return Told({"errors": "[API] Invalid API key or access token (unrecognized login or wrong password)"}, 401)
        if (asked.method, asked.path) != ("POST", "/graphql.json") or asked.body.keys() - {"query", "variables"}:
            return Told({"errors": "Not Found"}, 404)
        document, variables = asked.body["query"], asked.body.get("variables") or {}
        cost = {"requestedQueryCost": costs(document, variables), "actualQueryCost": None}
        if held.get("busy"):
            cost["throttleStatus"] = held["busy"].pop()
            told = {"message": "Throttled", "extensions": {"code": "THROTTLED"}}
            return Told({"errors": [told], "extensions": {"cost": cost}})
        if cost["requestedQueryCost"] > MOST:
            told = {"message": f"Query cost is {cost['requestedQueryCost']}", "extensions": {"code": COSTLY}}
            return Told({"errors": [told]})
        root = {name: partial(act, held) for name, act in {**ASKS, **acts.ACTS}.items()}
        done = graphql_sync(SCHEMA, document, root, variable_values=variables, field_resolver=resolved)
        return Told({**done.formatted, "extensions": {"cost": cost}})


API = Shop()


# what a document costs, before it is carried out


def costs(document: str, variables: Row) -> int:
    parsed = parse(document)
    parts = {each.name.value: each for each in parsed.definitions if isinstance(each, FragmentDefinitionNode)}
    return sum(
        _cost(each.selection_set, SCHEMA.get_root_type(each.operation), parts, variables)
        for each in parsed.definitions
        if not isinstance(each, FragmentDefinitionNode)
    )


def _cost(chosen: SelectionSetNode, kind: Any, parts: dict[str, FragmentDefinitionNode], variables: Row) -> int:
    total = 0
    for each in chosen.selections:
        if not isinstance(each, FieldNode):
            total += _cost(parts[each.name.value].selection_set, kind, parts, variables)  # type: ignore[union-attr]
        elif each.selection_set and each.name.value in kind.fields and each.name.value != "pageInfo":
            found = get_named_type(kind.fields[each.name.value].type)
            inside = _cost(each.selection_set, found, parts, variables)
            given = {arg.name.value: arg.value for arg in each.arguments or ()}
            first = _value(given["first"], variables) if "first" in given else 0
            of_list = found.name.endswith("Connection")
            own = ACTING if kind.name == "Mutation" else 2 + first * inside if of_list else 1
            total += own if of_list else own + inside
    return total


def _value(node: Any, variables: Row) -> Any:
    return variables.get(node.name.value) if node.kind == "variable" else int(node.value)


# what is asked


def resolved(source: Any, info: GraphQLResolveInfo, **given: Any) -> Any:
    """A field of a record: lists of it in pages, and what Shopify derives from others."""
    value = source.get(info.field_name)
    if callable(value):
        return value(info, **given)
    if derived := DERIVED.get((info.parent_type.name, info.field_name)) or DERIVED.get(("", info.field_name)):
        return derived(source, **given)
    if get_named_type(info.return_type).name.endswith("Connection"):
        return paged(value or [], str, **given)
    return value


DERIVED: dict[tuple[str, str], Callable[..., Any]] = {
    ("", "legacyResourceId"): lambda row: row["id"].rpartition("/")[2].partition("?")[0],
    ("MailingAddress", "name"): lambda row: " ".join(filter(None, [row["firstName"], row["lastName"]])) or None,
    ("Customer", "defaultAddress"): lambda row: acts.found(row["addressesV2"], row["defaultAddress"]),
    ("ProductVariant", "inventoryQuantity"): lambda row: sum(
        each["quantities"][0]["quantity"] for each in row["inventoryItem"]["inventoryLevels"]
    ),
    ("InventoryLevel", "quantities"): lambda row, names: [each for each in row["quantities"] if each["name"] in names],
}


def paged(rows: Rows, place: Callable[[int], str], first: int | None = None, after: str | None = None, **_: Any) -> Row:
    if first is None or not 0 < first <= LARGEST_PAGE:
        raise GraphQLError("you must provide one of first or last")
    places = [place(at) for at in range(len(rows))]
    start = sum(each <= after for each in places) if after else 0
    page = rows[start : start + first]
    end = places[start + len(page) - 1] if page else None
    return {"nodes": page, "pageInfo": {"hasNextPage": start + first < len(rows), "endCursor": end}}


def listed(name: str, held: Held, _: Any, *, query: str | None = None, sortKey: str = "ID", **given: Any) -> Row:  # noqa: N803
    """The rows that a search finds, in the order asked for; each cursor is the place of a row in it."""
    rows = [row for row in held[name] if all(fits(name, row, *each) for each in terms(query or ""))]
    if sortKey not in ("UPDATED_AT", "ID"):
        raise GraphQLError(f"not in this excerpt: {sortKey}")
    key = (lambda row: f"{row['updatedAt']}|{row['id']}") if sortKey == "UPDATED_AT" else (lambda row: row["id"])
    rows.sort(key=key)
    return paged(rows, lambda at: key(rows[at]), **given)


def terms(query: str) -> list[tuple[str, str, str]]:
    found, at = [], 0
    while at < len(query):
        term = TERM.match(query, at)
        if not term:
            raise GraphQLError(f"not in this excerpt: {query}")
        found.append((term[1], term[2] or "", term[3]))
        at = term.end()
    return found


def fits(name: str, row: Row, field: str, comparator: str, value: str) -> bool:
    if (field, comparator) == ("status", "") and name == "products":
        return row["status"].lower() in value.split(",")
    if (field, comparator) != ("updated_at", ">=") or value[0] not in "'\"":
        raise GraphQLError(f"not in this excerpt: {field}:{comparator}{value}; a time stands in quotes")
    since = value.strip("'\"")
    return row["updatedAt"] >= (since[:10] if name == "customers" else since)


def variants(held: Held, info: Any, **given: Any) -> Row:
    return listed("every", {"every": acts.variants(held)}, info, **given)


def by_mail(held: Held, _: Any, identifier: Row) -> Row | None:
    mails = {(each["defaultEmailAddress"] or {}).get("emailAddress"): each for each in held["customers"]}
    return mails.get(identifier["emailAddress"])


def one(name: str, held: Held, _: Any, **given: str) -> Row | None:
    return acts.found(acts.variants(held) if name == "variants" else held[name], given["id"])


ASKS = {
    **{name: partial(listed, name) for name in ("customers", "products", "orders")},
    "customer": partial(one, "customers"),
    "product": partial(one, "products"),
    "order": partial(one, "orders"),
    "productVariant": partial(one, "variants"),
    "productVariants": variants,
    "customerByIdentifier": by_mail,
}
