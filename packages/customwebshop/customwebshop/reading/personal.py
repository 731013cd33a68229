"""Personal data: which properties of the contract are, and how they are dropped or hashed before they leave the tap."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from .misfits import nearest

Record = dict[str, Any]
Redact = Callable[[Record], Record]

_ADDRESS = ("name", "company", "line1", "line2", "postal_code", "city", "region", "phone", "email", "org_number")
_BUYER = ("name", "email", "phone", "company_name", "org_number")

PERSONAL: dict[str, tuple[str, ...]] = {
    "customers": (
        "email", "first_name", "last_name", "company_name", "org_number", "vat_number", "phone", "marketing_consent",
        "metadata", *(f"addresses[].{name}" for name in _ADDRESS),
    ),
    "orders": (
        *(f"buyer.{name}" for name in _BUYER),
        *(f"billing_address.{name}" for name in _ADDRESS),
        *(f"shipping_address.{name}" for name in _ADDRESS),
        "note", "metadata", "payments[].reference", "shipments[].tracking",
    ),
}  # fmt: skip
"""By stream. What belongs to a company may name a person too: a sole trader's company bears its owner's name."""

LENGTH = 32  # hexadecimal digits that are kept: 128 bits


class PlaceError(ValueError):
    """A setting names what cannot be dropped or hashed."""


def redactor(stream: str, schema: Mapping[str, Any], keep: Iterable[str], settings: Mapping[str, Any]) -> Redact | None:
    """A function that takes out of a record what the settings say; None where there is nothing to take out.

    Args:
        stream: Its name.
        schema: The JSON Schema of its records.
        keep: Properties that must stay as they are: key and bookmark.
        settings: The tap's.

    Raises:
        PlaceError: A place is none of the schema, or must stay.
    """
    tree: dict[str, Any] = {}
    keep = set(keep)
    for setting, act in (("hash_fields", _hasher(settings)), ("drop_fields", None)):
        for place in _places(stream, settings.get(setting) or ()):
            if place in keep:
                raise PlaceError(f"{setting}: {stream}.{place} must stay: it is the key, or the bookmark")
            _check(setting, stream, schema, place)
            _plant(tree, place, act)
    return _changer(tree) if tree else None


def strangers(streams: Iterable[str], settings: Mapping[str, Any]) -> Iterable[str]:
    """What the settings say of streams that there are not."""
    known = list(streams)
    for setting in ("hash_fields", "drop_fields"):
        for told in settings.get(setting) or ():
            if told.partition(".")[0] not in known:
                yield f"{setting}: {told!r} begins with no stream{nearest(told.partition('.')[0], known)}"
    if settings.get("hash_fields") and not settings.get("hash_secret"):
        yield "hash_secret: is needed where hash_fields is set; without it anybody could try which e-mail has a hash"


def _places(stream: str, told: Iterable[str]) -> Iterable[str]:
    for each in told:
        of, _, place = each.partition(".")
        if of == stream:
            yield from PERSONAL.get(stream, ()) if place == "*" else (place,)


def _check(setting: str, stream: str, schema: Mapping[str, Any], place: str) -> None:
    for step in place.split("."):
        name = step.removesuffix("[]")
        properties = schema.get("properties", {})
        if name not in properties:
            raise PlaceError(f"{setting}: {stream}.{place}: {name!r} is no property{nearest(name, properties)}")
        schema = properties[name].get("items", {}) if step.endswith("[]") else properties[name]


def _hasher(settings: Mapping[str, Any]) -> Callable[[Any], Any]:
    secret = str(settings.get("hash_secret") or "").encode()

    def hashed(value: Any) -> Any:  # noqa: ANN401 - any JSON value
        if isinstance(value, Mapping):
            return {name: hashed(each) for name, each in value.items()}
        if isinstance(value, list):
            return [hashed(each) for each in value]
        if value is None or value == "":
            return value
        if isinstance(value, bool):
            return None  # two values have no secret hash, and a text in a column of flags would be read as yes
        text = str(value).strip().casefold()  # the same person, however it was typed
        return hmac.new(secret, text.encode(), hashlib.sha256).hexdigest()[:LENGTH]

    return hashed


def _plant(tree: dict[str, Any], place: str, act: Callable[[Any], Any] | None) -> None:
    *way, last = place.split(".")
    for name in way:
        inner = tree.setdefault(name, {})
        if not isinstance(inner, dict):
            return  # all of it is taken out already
        tree = inner
    tree[last] = act


def _changer(tree: Mapping[str, Any]) -> Redact:
    dropped = [name for name, act in tree.items() if act is None]
    steps = [
        (name.removesuffix("[]"), _changer(act) if isinstance(act, dict) else act)
        for name, act in tree.items()
        if act is not None
    ]

    def change(record: Any) -> Any:  # noqa: ANN401 - any JSON value
        if isinstance(record, list):
            return [change(each) for each in record]
        if not isinstance(record, Mapping):
            return record
        changed = {name: value for name, value in record.items() if name not in dropped}
        for name, step in steps:
            if name in changed:
                changed[name] = step(changed[name])
        return changed

    return change
