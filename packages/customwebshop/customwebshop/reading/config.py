"""Turns the settings into stream definitions: those of the preset, as overridden, and those that the shop adds."""

from __future__ import annotations

import json
import os
import re
from dataclasses import replace
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import jmespath
from jsonschema import Draft7Validator
from jsonschema.exceptions import SchemaError

from customwebshop import LOGIN_NAMES, graph, needed
from customwebshop.reading.misfits import SettingsError

from . import personal, preset, shaping, templates, times
from .definition import Expand, Incremental, Paging, Request, Revisit, Shaping, StreamDefinition, Sweep
from .misfits import misfits, nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import tzinfo

CONTRACT_KEYS = {
    "customers": ("id",),
    "products": ("id",),
    "stock_levels": ("sku", "location_id"),
    "orders": ("id",),
}
"""The contract's streams, parents first: what an order speaks of has then been read before it."""

PAGING = {
    "keyset": Paging("keyset", param="offset", limit_param="limit"),
    "cursor": Paging("cursor", next="next_cursor", param="cursor", limit_param="limit"),
    "link_header": Paging("link_header"),
    "next_url": Paging("next_url", next="next"),
    "page": Paging("page", param="page", first=1, recheck=True),
    "offset": Paging("offset", param="offset", limit_param="limit"),
    "none": Paging("none"),
}
"""What a paging style calls its things unless told otherwise."""


class _SettingError(Exception):
    """What is wrong with one setting, said to the person who made it."""

    def __init__(self, setting: str, trouble: str) -> None:
        super().__init__(f"{setting}: {trouble}")


def with_preset(config: Mapping[str, Any]) -> dict[str, Any]:
    """The settings that a person made, on top of those that the preset brings.

    Raises:
        SettingsError: There is no such preset, or its file holds none.
    """
    try:
        brought = preset.load(config.get("preset") or preset.DEFAULT).get("settings", {})
    except preset.PresetError as problem:
        raise SettingsError(f"preset: {problem}", [f"preset: {problem}"]) from problem
    return {**brought, **{name: preset.merged(brought.get(name), value, name) for name, value in config.items()}}


def definitions(config: Mapping[str, Any]) -> list[StreamDefinition]:
    """The streams that the settings ask for, in reading order: the contract's parents first, then the shop's own.

    Raises:
        SettingsError: With one line for each thing that is wrong.
    """
    overrides = config.get("streams") or {}
    complaints = [*misfits(preset.stream_schema(), _kept(overrides), "streams"), *_gaps(config)]
    found: list[StreamDefinition] = []
    if not any(each.startswith("streams") for each in complaints):
        try:
            brought = preset.load(config.get("preset") or preset.DEFAULT)["streams"]
        except preset.PresetError as problem:
            complaints.append(f"preset: {problem}")
        else:
            found, further = _defined(preset.merged(brought, overrides), config)
            strangers = personal.strangers([*CONTRACT_KEYS, *(each.name for each in found)], config)
            complaints += [*(further or _unkept(found, config)), *strangers]
    if complaints:
        each_once = list(dict.fromkeys(complaints))  # what all streams stumble over is said once
        raise SettingsError("; ".join(each_once), each_once)
    return found


def _kept(streams: Any) -> Any:  # noqa: ANN401 - discovery comes here with settings nobody checked
    """What the schema is held against: null only takes away."""
    if not isinstance(streams, dict):
        return streams
    return {
        name: preset.without_nulls(stream) if isinstance(stream, dict) else stream
        for name, stream in streams.items()
        if stream is not None
    }


def _defined(streams: Mapping[str, Any], config: Mapping[str, Any]) -> tuple[list[StreamDefinition], list[str]]:
    found, complaints = [], []
    known = [name for name in CONTRACT_KEYS if name in streams]
    for name in (*known, *(name for name in streams if name not in CONTRACT_KEYS)):
        stream = preset.without_nulls(streams[name] or {})
        try:
            if stream.get("enabled", True):
                found.append(_definition(name, stream, config))
        except _SettingError as complaint:
            complaints.append(str(complaint))
    return found, complaints


def _gaps(config: Mapping[str, Any]) -> Iterator[str]:
    """What a run would fail on; discovery may go without a shop, and so without credentials."""
    if not config.get("api_url"):
        return
    for setting in ("api_url", "token_url"):
        value = str(config.get(setting) or "https://")
        if not value.startswith(("https://", "http://")) and not (setting == "token_url" and value.startswith("/")):
            yield f"{setting}: {config[setting]!r} must begin with https://"
    method = config.get("auth_method", "bearer")
    for setting in needed(config):
        if not config.get(setting):
            yield f"{setting}: is needed when auth_method is {method}"
    yield from _unfilled((config.get("login") or {}).get("body"))
    try:
        times.parse(config.get("start_date") or "2000-01-01")
    except ValueError as problem:
        yield f"start_date: {problem}"


def _unfilled(body: Any) -> Iterator[str]:  # noqa: ANN401 - any JSON value
    """What a login would send with its braces: a text that is one of the names as a whole is filled in."""
    for each in body.values() if isinstance(body, dict) else body if isinstance(body, list) else ():
        yield from _unfilled(each)
    name = body[1:-1] if isinstance(body, str) and re.fullmatch(r"\{\w+\}", body) else LOGIN_NAMES[0]
    if name not in LOGIN_NAMES:
        near = nearest(name, LOGIN_NAMES, offer=False)
        yield f"login.body: there is no {{{name}}} here{near}; there are {', '.join(LOGIN_NAMES)}"


def _unkept(found: Iterable[StreamDefinition], config: Mapping[str, Any]) -> list[str]:
    """What needs a key file that nobody named."""
    if config.get("key_file") or not config.get("api_url"):
        return []
    needing = [
        f"streams.{each.name}.{'sweep' if each.sweep else 'revisit'}" for each in found if each.sweep or each.revisit
    ]
    return [f"key_file: is needed for {', '.join(needing)}; name a file to keep hashes of rows in"] if needing else []


def _definition(name: str, stream: Mapping[str, Any], config: Mapping[str, Any]) -> StreamDefinition:
    where = f"streams.{name}"
    known = name in CONTRACT_KEYS
    for needs in ("request",) if known else ("request", "key", "schema"):
        if needs not in stream:
            trouble = "is needed" if known else "is needed for a stream that the contract does not have"
            raise _SettingError(f"{where}.{needs}", trouble)
    empty = stream.get("empty_when", {})
    paging = _paging(f"{where}.paging", stream.get("paging", {"style": "none"}))
    definition = StreamDefinition(
        name=name,
        request=_request(f"{where}.request", stream["request"], config),
        schema=_schema(name, f"{where}.schema", stream.get("schema")),
        key=tuple(stream.get("key", CONTRACT_KEYS.get(name, ()))),
        incremental=_incremental(f"{where}.incremental", stream.get("incremental"), paging, config),
        paging=paging,
        records=_jmespath(f"{where}.records", stream.get("records", "@")),
        expand=tuple(_expand(f"{where}.expand[{at}]", rule) for at, rule in enumerate(stream.get("expand", []))),
        shaping=_shaping(where, stream, config),
        revisit=_revisit(f"{where}.revisit", stream.get("revisit")),
        sweep=_sweep(f"{where}.sweep", stream.get("sweep")),
        empty_statuses=frozenset(empty.get("status", [204])),
        empty_when=_jmespath(f"{where}.empty_when.when", empty.get("when")),
    )
    _check_whole(where, definition)
    _check_by_key(f"{where}.revisit.path", definition.revisit.path if definition.revisit else None, definition)
    _check_by_key(f"{where}.sweep.verify", definition.sweep.verify if definition.sweep else None, definition)
    return replace(definition, redact=_redactor(definition, config))


def _redactor(definition: StreamDefinition, config: Mapping[str, Any]) -> personal.Redact | None:
    keep = filter(None, [*definition.key, definition.incremental.field])
    try:
        return personal.redactor(definition.name, definition.schema, keep, config)
    except personal.PlaceError as problem:
        setting, _, trouble = str(problem).partition(": ")
        raise _SettingError(setting, trouble) from problem


def _request(where: str, told: Mapping[str, Any], config: Mapping[str, Any]) -> Request:
    if "path" not in told:
        raise _SettingError(f"{where}.path", "is needed")
    values = {"page_size": config.get("page_size", 100), "include_deleted": config.get("include_deleted", True)}
    graphql = told.get("graphql")
    body = _filled(where, graphql.get("variables", {}) if graphql else told.get("body"), values)
    return Request(
        path=_filled(where, told["path"], values),
        method="POST" if graphql else told.get("method", "GET"),
        params={name: templates.text(each) for name, each in _filled(where, told.get("params", {}), values).items()},
        headers=dict(told.get("headers", {})),
        body={"query": graph.document(graphql), "variables": body} if graphql else body,
        graphql=bool(graphql),
    )


def _filled(where: str, template: Any, values: Mapping[str, Any]) -> Any:  # noqa: ANN401 - any JSON value
    try:
        return templates.compiled(template, values.keys())(values)
    except ValueError as problem:
        raise _SettingError(where, str(problem)) from problem


def _paging(where: str, told: Mapping[str, Any]) -> Paging:
    if "style" not in told:  # the preset may have one; what lies on top of it need not say it again
        raise _SettingError(where, "'style' is needed here")
    usual = PAGING[told["style"]]
    return Paging(
        style=usual.style,
        next=_jmespath(f"{where}.next", told.get("next", usual.next)),
        param=told.get("param", usual.param),
        limit_param=told.get("limit_param", usual.limit_param),
        first=told.get("first", usual.first),
        more=_jmespath(f"{where}.more", told.get("more")),
        total=_jmespath(f"{where}.total", told.get("total")),
        recheck=told.get("recheck", usual.recheck),
        at_most=told.get("at_most"),
        reach=told.get("reach"),
    )


def _incremental(where: str, told: Mapping[str, Any] | None, paging: Paging, config: Mapping[str, Any]) -> Incremental:
    of_shop = zone("time_zone", config.get("time_zone") or "UTC")
    if told is None:
        return Incremental(zone=of_shop)
    client_side = told.get("client_side", False)
    if client_side == ("param" in told):
        trouble = "is left out where client_side is true" if client_side else "is needed, unless client_side is true"
        raise _SettingError(f"{where}.param", trouble)
    value = told.get("value", "{iso}")
    try:
        templates.compiled(value, times.SPELLINGS.keys())
    except ValueError as problem:
        raise _SettingError(f"{where}.value", str(problem)) from problem
    return Incremental(
        field=told.get("field", "updated_at"),
        param=told.get("param"),
        value=value,
        inclusive=told.get("inclusive", True),
        resolution=max(told.get("resolution_s", 1e-6), times.coarsest(templates.names(value))),
        zone=zone(f"{where}.zone", told["zone"]) if told.get("zone") else of_shop,
        lookback=told.get("lookback_s"),
        when_null=told.get("when_null"),
        ordered=told.get("ordered", paging.style == "keyset"),
    )


def zone(where: str, name: str) -> tzinfo:
    """The time zone of this name."""
    try:
        return times.UTC if name == "UTC" else ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as problem:
        raise _SettingError(where, f"{name!r} is no time zone such as Europe/Oslo") from problem


def _shaping(where: str, stream: Mapping[str, Any], config: Mapping[str, Any]) -> Shaping:
    told = Shaping(**{part: stream.get(part, {}) for part in ("map", "types", "enums", "defaults")})
    try:
        shaping.Shaper(told, zone("time_zone", config.get("time_zone") or "UTC"))
    except shaping.ShapingError as problem:
        raise _SettingError(f"{where}.{problem.place}", problem.trouble) from problem
    return told


def _revisit(where: str, told: Mapping[str, Any] | None) -> Revisit | None:
    if told is None:
        return None
    if ("path" in told) == ("param" in told):
        raise _SettingError(where, "takes either path or param")
    return Revisit(
        when=_jmespath(f"{where}.when", told["when"]),
        path=told.get("path"),
        record=_jmespath(f"{where}.record", told.get("record", "@")),
        param=told.get("param"),
        separator=told.get("separator", ","),
        batch=told.get("batch", 50),
        max_age_days=told.get("max_age_days", 60),
    )


def _sweep(where: str, told: Mapping[str, Any] | None) -> Sweep | None:
    if told is None:
        return None
    verify = told.get("verify")
    asked = verify if isinstance(verify, dict) else {"path": verify}
    graphql = asked.get("graphql")
    return Sweep(
        every_hours=told.get("every_h", 24),
        tombstones=told.get("deletes", "tombstone") == "tombstone",
        verify=asked["path"],
        body={"query": graph.document(graphql), "variables": graphql.get("variables", {})} if graphql else None,
        record=_jmespath(f"{where}.verify.record", asked.get("record", "@")),
        limit_percent=told.get("limit_percent", 20),
    )


def _jmespath(where: str, expression: Any) -> Any:  # noqa: ANN401 - None stays None
    if expression is not None:
        try:
            jmespath.compile(expression)
        except jmespath.exceptions.JMESPathError as problem:
            raise _SettingError(where, f"{expression!r} is no JMESPath: {str(problem).splitlines()[0]}") from problem
    return expression


def _expand(where: str, rule: Mapping[str, Any]) -> Expand:
    at, source = rule["at"].split("."), rule.get("from", rule["at"]).split(".")
    if at[:-1] != source[:-1]:
        raise _SettingError(
            f"{where}.from", f"{rule['from']!r} must stand beside at, {rule['at']!r}: same path but for the last name"
        )
    if not all((*at, *source)) or at[-1].endswith("[]") or source[-1].endswith("[]"):
        raise _SettingError(f"{where}.at", f"{rule['at']!r} is no path such as lines or lines[].product")
    graphql = rule.get("graphql")
    if graphql and "path" not in rule:
        raise _SettingError(f"{where}.path", "is needed, with graphql: where the document is sent")
    if not graphql and rule.get("paging", {}).get("style", "next_url") not in ("next_url", "link_header"):
        trouble = "is next_url or link_header, unless there is graphql: the rest of a list is where its answer says"
        raise _SettingError(f"{where}.paging.style", trouble)
    return Expand(
        tuple(at[:-1]),
        url=source[-1],
        into=at[-1],
        records=_jmespath(f"{where}.records", rule.get("records")),
        path=rule.get("path"),
        params={name: templates.text(each) for name, each in rule.get("params", {}).items() if each is not None},
        when=_jmespath(f"{where}.when", rule.get("when")),
        may_be_gone=rule.get("gone") == "empty",
        body={"query": graph.document(graphql), "variables": graphql.get("variables", {})} if graphql else None,
        paging=_paging(f"{where}.paging", rule["paging"]) if "paging" in rule else None,
    )


@cache
def contract_schema(name: str) -> Any:  # noqa: ANN401 - any JSON value
    """The schema of one of the contract's streams."""
    return json.loads((resources.files(__package__) / "schemas" / f"{name}.json").read_text(encoding="utf-8"))


def _schema(name: str, where: str, given: Any) -> Mapping[str, Any]:  # noqa: ANN401
    if given is None:
        return contract_schema(name)  # type: ignore[no-any-return]
    schema = given if isinstance(given, dict) else _schema_file(where, given)
    try:
        Draft7Validator.check_schema(schema)
    except SchemaError as problem:
        raise _SettingError(where, f"is no JSON Schema: {problem.message}") from problem
    if not isinstance(schema.get("properties"), dict):
        raise _SettingError(where, "has no properties: a stream's schema is an object with them")
    return schema


def _schema_file(where: str, path: str) -> dict[str, Any]:
    file = Path(os.environ.get("MELTANO_PROJECT_ROOT", "")) / path
    try:
        schema = json.loads(file.read_text(encoding="utf-8"))
    except OSError as problem:
        raise _SettingError(where, f"cannot read {file}: {problem.strerror}") from problem
    except ValueError as problem:
        raise _SettingError(where, f"{file} is no JSON: {problem}") from problem
    if not isinstance(schema, dict):
        raise _SettingError(where, f"{file} holds no JSON Schema object")
    return schema


def _check_whole(where: str, definition: StreamDefinition) -> None:
    """What only the parts together tell: names that must be in the schema, which the SDK would drop; and keysets."""
    incremental, properties = definition.incremental, definition.schema["properties"]
    named = {
        "key": definition.key,
        "incremental.field": filter(None, [incremental.field]),
        "incremental.when_null": filter(None, [incremental.when_null]),
        "map": definition.shaping.map,
    }
    for setting, names in named.items():
        for name in names:
            if name not in properties:
                raise _SettingError(
                    f"{where}.{setting}",
                    f"{name!r} is no property of the schema{nearest(name, properties, offer=False)}",
                )
    for setting in ("types", "enums", "defaults"):
        for place in getattr(definition.shaping, setting):
            if trouble := _astray(definition.schema, place):
                raise _SettingError(f"{where}.{setting}", f"{place!r} is no property of the schema{trouble}")
    if definition.paging.style == "keyset" and not incremental.param:
        raise _SettingError(f"{where}.paging.style", "keyset asks for what changed since: it needs incremental.param")
    if definition.sweep and definition.sweep.tombstones and "deleted_at" not in properties:
        raise _SettingError(f"{where}.sweep.deletes", "a tombstone needs 'deleted_at' in the schema; or set it to none")


def _check_by_key(where: str, path: str | None, definition: StreamDefinition) -> None:
    """A path of one row is filled with its key, in our words."""
    try:
        templates.compiled(path, set(definition.key))
    except ValueError as problem:
        raise _SettingError(where, f"{problem}") from problem


def _astray(schema: Mapping[str, Any], place: str) -> str:
    """What was probably meant by a place that no record can have; empty where the schema has it, or leaves it open.

    A converter at such a place would never run, and its amount would stay what the shop wrote.
    """
    steps = place.split(".")
    for at, step in enumerate(steps):
        name, properties = step.removesuffix("[]"), schema.get("properties")
        if not properties:
            return ""
        if name not in properties:
            return nearest(name, properties)
        schema = properties[name]
        right = f"{name}[]" if "items" in schema else name
        if step != right and at + 1 < len(steps):
            return f"; did you mean {'.'.join([*steps[:at], right, *steps[at + 1 :]])!r}?"
        schema = schema.get("items", {}) if step.endswith("[]") else schema
    return ""
