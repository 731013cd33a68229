"""Reads a folder of mapping files, and refuses a wrong one with its file, its row and the nearest right name."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path as File
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from crosswalk.codec import digest
from crosswalk.columns import ColumnType
from crosswalk.converters import CONVERTERS, Converter, table_converter
from crosswalk.errors import MappingError
from crosswalk.grammar import nearest, read_yaml, schema, validate, values_schema
from crosswalk.mapping import Lookup, Mapping, MappingSet, MatchRule, check_links
from crosswalk.paths import compile_path
from crosswalk.prepare import STEPS
from crosswalk.properties import Property, Reference

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Mapping as Dict

    from crosswalk.values import Value

VALUES = "values.yml"

OWNERS = {"to_businessnxt": "webshop", "to_webshop": "businessnxt"}
"""Who wins where a property goes one way only: the side it comes from."""


def load_mappings(folder: str | File) -> MappingSet:
    """Load every `*.yml` of a folder; `values.yml` holds the lookups and tables of values that rows can name.

    Raises:
        MappingError: A file cannot be used; the message says which, where, and what would be right.
    """
    place = File(folder)
    files = sorted(each for each in place.glob("*.yml") if each.name != VALUES)
    if not files:
        raise MappingError(f"there is no mapping file in '{place}'; the setting 'mapping' names their folder")
    shared = read_yaml(place / VALUES) if (place / VALUES).exists() else {}
    validate(shared, values_schema(), place / VALUES)
    converters, lookups = _converters(shared), _lookups(shared)
    known = [*converters, *lookups]
    loaded = [_mapping(read_yaml(each), each, shared, known) for each in files]
    mappings = {each.entity: each for each in loaded}
    if len(mappings) != len(loaded):
        raise MappingError(f"two mapping files of '{place}' name the same entity")
    check_links(mappings)
    return MappingSet({each.entity: each for each in _parents_first(mappings)}, converters, lookups)


def _parents_first(mappings: Dict[str, Mapping]) -> list[Mapping]:
    ordered: dict[str, Mapping] = {}

    def visit(mapping: Mapping, path: tuple[str, ...]) -> None:
        rows = [*mapping.properties, *(mapping.lines.properties if mapping.lines else ())]
        for row in rows:
            if row.link and row.link.entity not in path:
                visit(mappings[row.link.entity], (*path, row.link.entity))
        ordered.setdefault(mapping.entity, mapping)

    for entity in mappings:
        visit(mappings[entity], (entity,))
    return list(ordered.values())


def _converters(shared: Dict[str, Value]) -> dict[str, Converter]:
    tables = {
        name: table_converter(
            name, f"table `{name}` of values.yml", pairs, remedy=f"add it to 'values: {name}' in {VALUES}"
        )
        for name, pairs in (shared.get("values") or {}).items()
    }
    return {**CONVERTERS, **tables}


def _lookups(shared: Dict[str, Value]) -> dict[str, Lookup]:
    return {
        name: Lookup(name, each["table"], each["key"], each["by"], each.get("where", {}), each.get("values", {}))
        for name, each in (shared.get("lookups") or {}).items()
    }


def _mapping(content: Dict[str, Value], file: File, shared: Dict[str, Value], known: list[str]) -> Mapping:
    validate(content, schema(), file)
    try:
        return _build(content, file.name, shared, known)
    except MappingError as error:
        raise MappingError(f"{file.name}: {error}") from error


def _build(content: Dict[str, Value], name: str, shared: Dict[str, Value], known: list[str]) -> Mapping:
    zone = _zone(shared.get("time_zone", "UTC"))
    table = content["businessnxt"]
    identity, id_same = _identity(content.get("id", "id"))
    key = tuple(content.get("key", [f"{table}No"]))
    mapping = Mapping(
        entity=content["entity"],
        stream=content["webshop"],
        table=table,
        key=key,
        id=identity,
        id_same=id_same,
        alias=compile_path(content["alias"]) if "alias" in content else None,
        each=compile_path(content["each"]) if "each" in content else None,
        when=compile_path(content["when"]) if "when" in content else None,
        reference=content.get("reference"),
        businessnxt_stream=content.get("businessnxt_stream"),
        create_in_webshop=content.get("create_in_webshop", "never"),
        when_businessnxt=compile_path(content["when_businessnxt"]) if "when_businessnxt" in content else None,
        deleted_in=content.get("deleted_in", {}),
        inactive=content.get("inactive", {}),
        frozen=content.get("frozen", {}),
        shop_table=".".join([content["webshop"], *([content["each"]] if "each" in content else [])]),
        zone=zone,
        create_when=compile_path(content["create_when"]) if "create_when" in content else None,
        twin_of=content.get("twin_of"),
        is_lines=_is_items(content),
        match_where=content.get("match_where", {}),
        shared=content.get("shared", False),
        create=content.get("create", "always"),
        only_create=content.get("only") == "create",
        max_changes_percent=content.get("max_changes_percent"),
        prepare=tuple(STEPS[each] for each in _steps(content.get("prepare", ()))),
        properties=_properties(content, zone, known),
        source=name,
        version=digest([content, shared.get("values")]),
    )
    match = tuple(_match(each, mapping) for each in content.get("match", ()))
    return replace(mapping, match=match, **_lines(mapping, content.get("lines"), zone, known))


def _is_items(content: Dict[str, Value]) -> bool:
    """Whether rows become items of a list inside the webshop's records, as an order's invoices do."""
    return "twin_of" in content and "each" in content and content.get("create_in_webshop") == "always"


def _lines(parent: Mapping, content: Dict[str, Value] | None, zone: ZoneInfo, known: list[str]) -> dict[str, Value]:
    if content is None:
        return {}
    identity, id_same = _identity(content["id"])
    lines = Mapping(
        entity=f"{parent.entity}.lines",
        stream=parent.stream,
        table=content["table"],
        key=tuple(content.get("key", [*parent.key, "lineNo"])),
        id=identity,
        id_same=id_same,
        when=compile_path(content["when"]) if "when" in content else None,
        reference=content["reference"],
        properties=_properties(content, zone, known),
        children=content["businessnxt"],
        source=parent.source,
        frozen=content.get("frozen", {}),
        businessnxt_stream=parent.businessnxt_stream,
        create_in_webshop="always",
        is_lines=True,
        shop_table=f"{parent.stream}.{content['webshop']}",
        zone=zone,
    )
    return {"lines": lines, "lines_path": compile_path(content["webshop"])}


def _steps(names: Iterable[str]) -> Iterable[str]:
    for name in names:
        if name not in STEPS:
            raise MappingError(f"prepare: '{name}' is unknown{nearest(name, STEPS)}")
        yield name


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise MappingError(f"time_zone '{name}' in {VALUES} is unknown") from error


def _identity(value: str | Dict[str, Value]) -> tuple[Value, str | None]:
    if isinstance(value, str):
        return compile_path(value), None
    return compile_path(value["webshop"]), value.get("same")


def _match(row: Dict[str, Value], mapping: Mapping) -> MatchRule:
    paths = {each.path.text: each.name for each in mapping.properties if each.path}
    if row["webshop"] not in paths:
        raise MappingError(
            f"match: '{row['webshop']}' is not the 'webshop' of any property{nearest(row['webshop'], paths)}"
        )
    return MatchRule(paths[row["webshop"]], row["businessnxt"], row.get("same"))


def _properties(content: Dict[str, Value], zone: ZoneInfo, known: list[str]) -> tuple[Property, ...]:
    seen: dict[str, int] = {}
    rows = []
    for number, row in enumerate(content["properties"], start=1):
        column = row["businessnxt"]
        seen[column] = seen.get(column, 0) + 1
        name = column if seen[column] == 1 else f"{column}.{seen[column]}"
        try:
            rows.append(_property(row, name, content, zone, known))
        except MappingError as error:
            raise MappingError(f"row {number} ({column}): {error}") from error
    reference = content.get("reference")
    if reference is not None and reference not in seen:
        rows.append(_reference_row(reference))
    return tuple(rows)


def _reference_row(column: str) -> Property:
    """The row that every mapping has by itself: the webshop's id, which never takes the place of something else."""
    kind = ColumnType("String", cut=False)
    return Property(name=column, column=column, type=kind, sync="to_businessnxt", wins="businessnxt", identity=True)


def _property(
    row: Dict[str, Value], name: str, content: Dict[str, Value], zone: ZoneInfo, known: list[str]
) -> Property:
    via = row.get("via")
    if via is not None and via not in known:
        raise MappingError(f"via '{via}' is no converter, lookup or table of values{nearest(via, known)}")
    if not {"webshop", "const", "link", "suggest"} & row.keys():
        raise MappingError("a row needs one of 'webshop', 'const', 'link' or 'suggest'")
    sync: str = row.get("sync", "both")
    usual: str = OWNERS.get(sync) or content.get("wins", "webshop")
    return Property(
        name=name,
        column=row["businessnxt"],
        type=ColumnType.parse(row["type"], zone=zone, cut=row.get("too_long", "cut") == "cut"),
        path=compile_path(row["webshop"]) if "webshop" in row else None,
        const=row.get("const"),
        via=via,
        same=row.get("same"),
        sync=sync,
        wins=row.get("wins", usual),
        adopts=row.get("adopts", content.get("adopts")) if sync == "both" else None,
        only_create=row.get("only") == "create" or "const" in row,
        when=compile_path(row["when"]) if "when" in row else None,
        link=_reference(row),
        suggest=tuple(row["suggest"]) if "suggest" in row else None,
        reads=row.get("reads"),
        drifts=row.get("drifts", False),
        needed_in=row.get("needed_in", "businessnxt" if row["businessnxt"] == _own_key(content) else None),
        refills=row.get("refills", False),
    )


def _own_key(content: Dict[str, Value]) -> str:
    """The last column of the table's key: where the webshop gives it, no row is made without."""
    if "table" in content:
        return str(content.get("key", ["lineNo"])[-1])
    return str(content.get("key", [f"{content['businessnxt']}No"])[-1])


def _reference(row: Dict[str, Value]) -> Reference | None:
    if "link" not in row:
        return None
    return Reference(row["link"], row.get("by") == "alias", row.get("take"), row.get("optional", False))
