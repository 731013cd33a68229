"""What a run needs to know of the company before the first record: its columns, its lookups, the choices made."""

from __future__ import annotations

import functools
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from businessnxt.errors import AccessError, SchemaError
from crosswalk import Mapping, MappingError, MappingSet
from crosswalk.grammar import nearest
from crosswalk.loading import VALUES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from businessnxt import Client
    from crosswalk import Store
    from crosswalk.mapping import Lookup

ACCOUNTS = {"always": "always", "when_ordered": "on_demand", "never": "never"}


def with_choices(mappings: MappingSet, customer_accounts: str, guest_customer_no: int | None) -> MappingSet:
    """Work the settings `customer_accounts` and `guest_customer_no` into the mapping files."""
    chosen = dict(mappings.mappings)
    if "customer_accounts" in chosen:
        chosen["customer_accounts"] = replace(chosen["customer_accounts"], create=ACCOUNTS[customer_accounts])
    if guest_customer_no is not None and "guest_accounts" in chosen:
        del chosen["guest_accounts"]
        chosen = {entity: _booked_on(each, guest_customer_no) for entity, each in chosen.items()}
    return replace(mappings, mappings=chosen)


def _booked_on(mapping: Mapping, customer_no: int) -> Mapping:
    rows = tuple(
        replace(each, link=None, path=None, const=customer_no)
        if each.link and each.link.entity == "guest_accounts"
        else each
        for each in mapping.properties
    )
    return replace(mapping, properties=rows)


def load_lookups(mappings: MappingSet, client: Client, store: Store) -> None:
    """Let each lookup be read from the company when a row first needs it, once per run, and kept for the way back.

    One that was never kept is read at once: the way back may need it before any record of the webshop does.
    """

    def read(lookup: Lookup) -> dict[str, Any]:
        pairs = _pairs(client, lookup)
        store.keep_lookup(lookup.name, pairs)
        return pairs

    for lookup in mappings.used_lookups():
        once = functools.cache(functools.partial(read, lookup))
        mappings.bind(lookup, once)
        if not store.kept_lookup(lookup.name):  # the way back may need it before any record of the shop does
            with suppress(MappingError, AccessError, SchemaError):  # said when a row needs it
                once()


def _pairs(client: Client, lookup: Lookup) -> dict[str, Any]:
    problem = next(_misnamed(lookup, client), None)
    if problem:
        raise MappingError(f"{VALUES}, lookups, {lookup.name}: {problem}")
    rows = client.rows(lookup.table, [lookup.by, lookup.key], where=dict(lookup.where) or None, key=[lookup.key])
    return {str(row[lookup.by]): row[lookup.key] for row in rows if row[lookup.by]}


def lookup_document(lookup: Lookup, client: Client) -> str:
    """The document by which a lookup is read."""
    return client.spelling.page(lookup.table, [lookup.by, lookup.key], [lookup.key])


def _misnamed(lookup: Lookup, client: Client) -> Iterator[str]:
    try:
        known = client.columns(lookup.table)
    except SchemaError as error:
        yield str(error)
        return
    for column in (lookup.key, lookup.by):
        if column not in known:
            yield f"table '{lookup.table}' has no column '{column}'{nearest(column, known)}"


def check_columns(mappings: MappingSet, client: Client) -> None:
    """Hold every column that a mapping names against the company's own schema.

    Raises:
        MappingError: All wrong names at once, each with its file, its row and the nearest right name.
    """
    problems = [problem for mapping in mappings.mappings.values() for problem in _problems(mapping, client)]
    if problems:
        raise MappingError("; ".join(problems))


def _problems(mapping: Mapping, client: Client) -> Iterator[str]:
    if mapping.one_way:
        return
    try:
        known = client.columns(mapping.table)
    except SchemaError as error:
        yield f"{mapping.source}: {error}"
        return
    for place, column in _named(mapping):
        if column not in known:
            yield (
                f"{mapping.source}, {place}: table '{mapping.table}' has no column '{column}'{nearest(column, known)} "
                "(a column that the service may not read is hidden, too)"
            )
    if mapping.lines is not None:
        yield from _problems(mapping.lines, client)


def _named(mapping: Mapping) -> Iterator[tuple[str, str]]:
    """Every column that a mapping names, and where."""
    part = "lines, " if mapping.children else ""
    for number, each in enumerate(mapping.properties, start=1):
        yield f"{part}row {number}", each.column
    for rule in mapping.match:
        yield f"{part}match", rule.column
    if mapping.reference:
        yield f"{part}reference", mapping.reference
