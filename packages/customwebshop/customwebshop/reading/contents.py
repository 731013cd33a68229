"""Tells what an answer holds, by names and kinds only: whoever looks for the right path sees it there."""

from __future__ import annotations

import re
from typing import Any

MANY = 12
"""Names that are told of an object; more are only hinted at."""
_NAMES = re.compile(r"[A-Za-z_]\w*")
_KINDS = {
    dict: "an object", list: "a list", str: "text", type(None): "null", bool: "a boolean", int: "a number",
    float: "a number",
}  # fmt: skip


def kind(value: Any) -> str:  # noqa: ANN401 - any JSON value
    """What sort of JSON value this is."""
    return _KINDS.get(type(value), "a number")  # a Decimal is what amounts are read as


def told(body: Any, path: str | None = None, *, what: str = "the answer") -> str:  # noqa: ANN401 - any JSON value
    """What stands where a path stops finding anything, such as `the answer has: data (a list of 50), meta (an object)`.

    Args:
        body: The answer.
        path: The path; its names are followed as far as there are such.
        what: What the body is called.
    """
    way: list[str] = []
    for name in _NAMES.findall(path or ""):
        if not isinstance(body, dict) or not isinstance(body.get(name), dict):
            break
        body = body[name]
        way.append(name)
    where = ".".join(way) or what
    if not isinstance(body, dict):
        return f"{where} is {_sized(body)}"
    names = [f"{name} ({_sized(value)})" for name, value in list(body.items())[:MANY]]
    more = ", …" if len(body) > MANY else ""
    return f"{where} has: {', '.join(names)}{more}" if names else f"{where} is an empty object"


def _sized(value: Any) -> str:  # noqa: ANN401
    return f"a list of {len(value)}" if isinstance(value, list) else kind(value)
