"""Texts with `{name}` in them: names are put in, and nothing else happens. `{{` and `}}` are the braces themselves."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from typing import Any

Values = Mapping[str, Any]
Filled = Callable[[Values], Any]

_NAME = re.compile(r"\{\{|\}\}|\{([A-Za-z_]\w*)\}")
_BRACES = {"{{": "{", "}}": "}"}


def names(template: Any) -> set[str]:  # noqa: ANN401 - any JSON value
    """The names that a template asks for."""
    if isinstance(template, str):
        return {found[1] for found in _NAME.finditer(template) if found[1]}
    inside = template.values() if isinstance(template, Mapping) else template if isinstance(template, list) else ()
    return {name for each in inside for name in names(each)}


def compiled(template: Any, known: AbstractSet[str] | None = None) -> Filled:  # noqa: ANN401 - any JSON value
    """A function that fills a template; a text that is one name takes its value as it is, a number say.

    Raises:
        ValueError: A name is none of those known.
    """
    unknown = names(template) - known if known is not None else set()
    if unknown:
        offered = ", ".join(f"{{{name}}}" for name in sorted(known or ())) or "none"
        raise ValueError(f"there is no {{{min(unknown)}}} here; there are {offered}. Write {{{{ for a brace")
    return _compiled(template)


def _compiled(template: Any) -> Filled:  # noqa: ANN401
    if isinstance(template, str):
        return _text(template)
    if isinstance(template, Mapping):
        parts = [(name, _compiled(each)) for name, each in template.items()]
        return lambda values: {name: fill(values) for name, fill in parts}
    if isinstance(template, list):
        items = [_compiled(each) for each in template]
        return lambda values: [fill(values) for fill in items]
    return lambda _: template


def _text(template: str) -> Filled:
    whole = _NAME.fullmatch(template)
    if whole and (name := whole[1]):
        return lambda values: values[name]
    if not _NAME.search(template):
        return lambda _: template
    return lambda values: _NAME.sub(lambda found: _put(found, values), template)


def _put(found: re.Match[str], values: Values) -> str:
    return text(values[found[1]]) if found[1] else _BRACES[found[0]]


def text(value: Any) -> str:  # noqa: ANN401
    """A value as it stands in a URL or inside a text."""
    return str(value).lower() if isinstance(value, bool) else str(value)
