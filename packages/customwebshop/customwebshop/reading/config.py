"""Turns the settings into stream definitions: those of the preset, as overridden, and those that the shop adds."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from . import contract, parts, personal, preset, whole
from .contract import CONTRACT_KEYS, contract_schema
from .definition import StreamDefinition
from .gaps import gaps, unkept
from .misfits import SettingError, SettingsError, misfits
from .parts import zone

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["CONTRACT_KEYS", "contract_schema", "definitions", "with_preset", "zone"]


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
    complaints = [*misfits(preset.stream_schema(), _kept(overrides), "streams"), *gaps(config)]
    found: list[StreamDefinition] = []
    if not any(each.startswith("streams") for each in complaints):
        try:
            brought = preset.load(config.get("preset") or preset.DEFAULT)["streams"]
        except preset.PresetError as problem:
            complaints.append(f"preset: {problem}")
        else:
            found, further = _defined(preset.merged(brought, overrides), config)
            strangers = personal.strangers([*CONTRACT_KEYS, *(each.name for each in found)], config)
            complaints += [*(further or unkept(found, config)), *strangers]
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
        except SettingError as complaint:
            complaints.append(str(complaint))
    return found, complaints


def _definition(name: str, stream: Mapping[str, Any], config: Mapping[str, Any]) -> StreamDefinition:
    where = f"streams.{name}"
    known = name in CONTRACT_KEYS
    for needs in ("request",) if known else ("request", "key", "schema"):
        if needs not in stream:
            trouble = "is needed" if known else "is needed for a stream that the contract does not have"
            raise SettingError(f"{where}.{needs}", trouble)
    empty = stream.get("empty_when", {})
    paging = parts.paging(f"{where}.paging", stream.get("paging", {"style": "none"}))
    definition = StreamDefinition(
        name=name,
        request=parts.request(f"{where}.request", stream["request"], config),
        schema=contract.schema(name, f"{where}.schema", stream.get("schema")),
        key=tuple(stream.get("key", CONTRACT_KEYS.get(name, ()))),
        incremental=parts.incremental(f"{where}.incremental", stream.get("incremental"), paging, config),
        paging=paging,
        records=parts.jmespath_of(f"{where}.records", stream.get("records", "@")),
        expand=tuple(parts.expand(f"{where}.expand[{at}]", rule) for at, rule in enumerate(stream.get("expand", []))),
        shaping=parts.shaping_of(where, stream, config),
        revisit=parts.revisit(f"{where}.revisit", stream.get("revisit")),
        sweep=parts.sweep(f"{where}.sweep", stream.get("sweep")),
        empty_statuses=frozenset(empty.get("status", [204])),
        empty_when=parts.jmespath_of(f"{where}.empty_when.when", empty.get("when")),
    )
    whole.check(where, definition)
    whole.check_by_key(f"{where}.revisit.path", definition.revisit.path if definition.revisit else None, definition)
    whole.check_by_key(f"{where}.sweep.verify", definition.sweep.verify if definition.sweep else None, definition)
    return replace(definition, redact=_redactor(definition, config))


def _redactor(definition: StreamDefinition, config: Mapping[str, Any]) -> personal.Redact | None:
    keep = filter(None, [*definition.key, definition.incremental.field])
    try:
        return personal.redactor(definition.name, definition.schema, keep, config)
    except personal.PlaceError as problem:
        setting, _, trouble = str(problem).partition(": ")
        raise SettingError(setting, trouble) from problem
