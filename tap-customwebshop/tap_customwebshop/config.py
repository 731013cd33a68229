"""Turns the settings into stream definitions: the contract's four, as overridden, and those that the shop adds."""

from __future__ import annotations

import json
import os
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jmespath
from customwebshop import NEEDS
from jsonschema import Draft7Validator
from jsonschema.exceptions import SchemaError
from singer_sdk.exceptions import ConfigValidationError

from . import times
from .definition import Expand, Paging, Replication, StreamDefinition
from .settings import STREAMS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

CONTRACT_PATHS = {
    "customers": "/customers",
    "products": "/products",
    "stock_levels": "/inventory-levels",
    "orders": "/orders",
}
"""The contract's streams, parents first: what an order speaks of has then been read before it."""

CONTRACT_KEYS = {"stock_levels": ("sku", "location_id")}
CONTRACT_REPLICATION = Replication("updated_at", "updated_since", ordered=True)
PAGING = {
    "cursor": Paging("cursor", next="next_cursor", param="cursor", limit_param="limit"),
    "next_url": Paging("next_url", next="next"),
    "page": Paging("page", param="page", first=1),
    "offset": Paging("offset", param="offset", limit_param="limit"),
    "none": Paging("none"),
}
"""What a paging style calls its things unless told otherwise."""


class _SettingError(Exception):
    """What is wrong with one setting, said to the person who made it."""

    def __init__(self, setting: str, trouble: str) -> None:
        super().__init__(f"{setting}: {trouble}")


def definitions(config: Mapping[str, Any]) -> list[StreamDefinition]:
    """The streams that the settings ask for, in reading order: the contract's parents first, then the shop's own.

    Raises:
        ConfigValidationError: With one line for each thing that is wrong.
    """
    overrides = config.get("streams") or {}
    misfits = list(_misfits(overrides))
    found, complaints = ([], misfits) if misfits else _defined(overrides, config)
    complaints += _gaps(config)
    if complaints:
        raise ConfigValidationError("; ".join(complaints), errors=complaints)
    return found


def _defined(overrides: Mapping[str, Any], config: Mapping[str, Any]) -> tuple[list[StreamDefinition], list[str]]:
    found, complaints = [], []
    for name in (*CONTRACT_PATHS, *(name for name in overrides if name not in CONTRACT_PATHS)):
        override = overrides.get(name, {})
        try:
            if override.get("enabled", True):
                found.append(_definition(name, override, config))
        except _SettingError as complaint:
            complaints.append(str(complaint))
    return found, complaints


def _misfits(overrides: Any) -> Iterator[str]:  # noqa: ANN401 - discovery comes here with settings nobody checked
    for error in Draft7Validator(STREAMS).iter_errors(overrides):
        yield f"{'.'.join(['streams', *map(str, error.absolute_path)])}: {error.message}"


def _gaps(config: Mapping[str, Any]) -> Iterator[str]:
    """What a run would fail on; discovery may go without a shop, and so without credentials."""
    if not config.get("api_url"):
        return
    for setting in ("api_url", "token_url"):
        if not str(config.get(setting) or "https://").startswith(("https://", "http://")):
            yield f"{setting}: {config[setting]!r} must begin with https://"
    method = config.get("auth_method", "bearer")
    for setting in NEEDS.get(method, ()):
        if not config.get(setting):
            yield f"{setting}: is needed when auth_method is {method}"
    try:
        times.parse(config.get("start_date") or "2000-01-01")
    except ValueError as problem:
        yield f"start_date: {problem}"


def _definition(name: str, override: Mapping[str, Any], config: Mapping[str, Any]) -> StreamDefinition:
    where = f"streams.{name}"
    known = name in CONTRACT_PATHS
    for needed in () if known else ("path", "key", "schema"):
        if needed not in override:
            raise _SettingError(f"{where}.{needed}", "is needed for a stream that the contract does not have")
    paging = _paging(f"{where}.paging", override.get("paging"))
    definition = StreamDefinition(
        name=name,
        path=override.get("path", CONTRACT_PATHS.get(name, "")),
        schema=_schema(name, f"{where}.schema", override.get("schema")),
        key=tuple(override.get("key", CONTRACT_KEYS.get(name, ("id",)))),
        replication=_replication(f"{where}.replication", override.get("replication"), known=known),
        paging=paging,
        records=_jmespath(f"{where}.records", override.get("records", "data")),
        params=_params(override, config, by_contract=known and "paging" not in override),
        expand=tuple(_expand(f"{where}.expand[{at}]", rule) for at, rule in enumerate(override.get("expand", []))),
    )
    _check_properties(where, definition)
    return definition


def _paging(where: str, override: Mapping[str, Any] | None) -> Paging:
    if override is None:
        return PAGING["cursor"]
    usual = PAGING[override["style"]]
    return Paging(
        style=usual.style,
        next=_jmespath(f"{where}.next", override.get("next", usual.next)),
        param=override.get("param", usual.param),
        limit_param=override.get("limit_param", usual.limit_param),
        first=override.get("first", usual.first),
    )


def _replication(where: str, override: Mapping[str, Any] | None, *, known: bool) -> Replication:
    if override is None:
        return CONTRACT_REPLICATION if known else Replication()
    if override["method"] == "full_table":
        if len(override) > 1:
            raise _SettingError(where, "full_table asks for everything: leave field, param and ordered out")
        return Replication()
    return Replication(
        field=override.get("field", CONTRACT_REPLICATION.field),
        param=override.get("param", CONTRACT_REPLICATION.param),
        ordered=override.get("ordered", False),
    )


def _params(override: Mapping[str, Any], config: Mapping[str, Any], *, by_contract: bool) -> dict[str, str]:
    """The fixed query parameters; include_deleted belongs to the contract's way of listing."""
    contract = {"include_deleted": config.get("include_deleted", True)} if by_contract else {}
    return {
        name: _text(value) for name, value in {**contract, **override.get("params", {})}.items() if value is not None
    }


def _text(value: Any) -> str:  # noqa: ANN401
    return str(value).lower() if isinstance(value, bool) else str(value)


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
    return Expand(
        tuple(at[:-1]), url=source[-1], into=at[-1], records=_jmespath(f"{where}.records", rule.get("records"))
    )


def _schema(name: str, where: str, given: Any) -> Mapping[str, Any]:  # noqa: ANN401
    if given is None:
        text = (resources.files(__package__) / "schemas" / f"{name}.json").read_text(encoding="utf-8")
        return json.loads(text)  # type: ignore[no-any-return]
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


def _check_properties(where: str, definition: StreamDefinition) -> None:
    """Key and replication field must be in the schema: the SDK drops what is not."""
    named = {"key": definition.key, "replication.field": filter(None, [definition.replication.field])}
    for setting, names in named.items():
        for name in names:
            if name not in definition.schema["properties"]:
                raise _SettingError(f"{where}.{setting}", f"{name!r} is no property of the schema")
