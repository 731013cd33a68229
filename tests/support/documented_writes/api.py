"""Routes of a shop, and what the bodies sent there may hold."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from documented import Asked, Rows, Told
from jsonschema import Draft7Validator

if TYPE_CHECKING:
    from collections.abc import Callable

Held = dict[str, Rows]
Row = dict[str, Any]
Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
FULL: Schema = {"type": "string", "minLength": 1}
WHOLE: Schema = {"type": "integer"}
NUMBER: Schema = {"type": "number"}
FLAG: Schema = {"type": "boolean"}
MAIL: Schema = {"type": "string", "pattern": "^[^@ ]+@[^@ ]+$"}
ANY: Schema = {}


def or_null(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


def some(*values: str) -> Schema:
    return {"enum": list(values)}


def each(schema: Schema, at_least: int = 0) -> Schema:
    return {"type": "array", "items": schema, "minItems": at_least}


def of(required: str = "", **properties: Schema) -> Schema:
    """An object with these properties and no other."""
    return {
        "type": "object",
        "properties": properties,
        "required": required.split(),
        "additionalProperties": False,
    }


@dataclass(frozen=True)
class Misfit:
    """What is wrong with a body.

    Attributes:
        at: The property, as steps.
        words: What is wrong.
    """

    at: tuple[str, ...]
    words: str


def misfit(schema: Schema, body: Any) -> Misfit | None:
    """The first thing that a body should not hold."""
    for error in Draft7Validator(schema).iter_errors(body):
        return Misfit(tuple(map(str, error.absolute_path)), error.message)
    return None


class RefusalError(Exception):
    """The shop says no; what it answers."""

    def __init__(self, told: Told) -> None:
        super().__init__(str(told.body))
        self.told = told


@dataclass
class Api:
    """What a shop takes.

    Attributes:
        known: Whether whoever asks has shown who they are.
        unfit: The refusal of a body, or of a query, that holds what it should not.
        stranger: The answer to whoever is not known.
    """

    known: Callable[[Asked], bool]
    unfit: Callable[[Asked, Misfit], Told]
    stranger: Told
    _routes: list[tuple[str, re.Pattern[str], Schema | None, list[str], Callable[..., Told]]] = field(
        default_factory=list
    )

    def takes(self, method: str, path: str, body: Schema | None = None, query: str = "") -> Callable[..., Any]:
        """Marks what answers a method at a path such as `/customers/{key}`, with this body and query and no other.

        A path without a key is a list: it is answered here only where the first word of the query is asked for.
        """
        pattern = re.compile("".join(f"(?P<{at}>[^/]+?)" if odd else re.escape(at) for odd, at in _steps(path)))

        def marked(answer: Callable[..., Told]) -> Callable[..., Told]:
            self._routes.append((method, pattern, body, query.split(), answer))
            return answer

        return marked

    def answer(self, asked: Asked, held: Held) -> Told | None:
        """The shop's answer; None where it is a list that is asked for."""
        for method, pattern, schema, query, answer in self._routes:
            found = pattern.fullmatch(asked.path) if method == asked.method else None
            if found is None or (method == "GET" and not pattern.groups and not set(query[:1]) & _names(asked)):
                continue
            if not self.known(asked):
                return self.stranger
            if wrong := _undocumented(asked, query) or (misfit(schema, asked.body) if schema is not None else None):
                return self.unfit(asked, wrong)
            try:
                return answer(asked, held, **found.groupdict())
            except RefusalError as refusal:
                return refusal.told
        return None


def _steps(path: str) -> list[tuple[int, str]]:
    return [(at % 2, step) for at, step in enumerate(re.split(r"[{}]", path))]


def _names(asked: Asked) -> set[str]:
    """What the query names, without what stands in brackets."""
    return {name.split("[")[0] for name in asked.query}


def _undocumented(asked: Asked, query: list[str]) -> Misfit | None:
    strange = sorted(_names(asked) - set(query))
    return Misfit((strange[0],), "unknown parameter") if strange else None


def laid(below: Any, above: Any) -> Any:
    """A record with what is sent on top of it: objects property by property, all else as a whole."""
    if not isinstance(below, dict) or not isinstance(above, dict):
        return above
    return {**below, **{name: laid(below.get(name), value) for name, value in above.items()}}


def put(row: Row, sent: Row) -> Row:
    """Change a record in place."""
    row.update(laid(row, sent))
    return row


def by(rows: Rows, name: str, value: str, missing: Told) -> Row:
    """The row whose property this is.

    Raises:
        RefusalError: There is none.
    """
    for row in rows:
        if str(row.get(name)) == value:
            return row
    raise RefusalError(missing)
