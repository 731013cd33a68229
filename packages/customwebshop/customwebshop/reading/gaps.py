"""Says which settings a run would miss or stumble over."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from customwebshop import LOGIN_NAMES, needed

from . import times
from .misfits import nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from .definition import StreamDefinition


def gaps(config: Mapping[str, Any]) -> Iterator[str]:
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


def unkept(found: Iterable[StreamDefinition], config: Mapping[str, Any]) -> list[str]:
    """What needs a key file that nobody named."""
    if config.get("key_file") or not config.get("api_url"):
        return []
    needing = [
        f"streams.{each.name}.{'sweep' if each.sweep else 'revisit'}" for each in found if each.sweep or each.revisit
    ]
    return [f"key_file: is needed for {', '.join(needing)}; name a file to keep hashes of rows in"] if needing else []
