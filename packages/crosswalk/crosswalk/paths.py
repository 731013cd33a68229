"""Where a value stands in a record: JMESPath, with a quick walk for plain dotted paths."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import jmespath
from jmespath import functions
from jmespath.exceptions import JMESPathError, JMESPathTypeError

from crosswalk.errors import MappingError, Rejected

if TYPE_CHECKING:
    from collections.abc import Callable

    from crosswalk.values import Value

MISSING: Final = object()
"""The record does not have this property at all; that is different from having it empty."""

_PLAIN = re.compile(r"^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*$")
_COMPARED = re.compile(r"([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*) *(==|!=) *'([^'\\]*)'")


class _Functions(functions.Functions):
    """What a condition can ask beside the functions of JMESPath."""

    @functions.signature({"types": ["number", "null"]}, {"types": ["number"]})
    def _func_has(self, column: Value, bits: Value) -> bool:
        """Whether a column of flags has any of these bits set: `has(orderStatus1, `1024`)`."""
        return bool(int(column or 0) & int(bits))

    @functions.signature({"types": ["string"]}, {"types": ["array"]})
    def _func_join(self, between: Value, parts: Value) -> str:
        """JMESPath's own takes texts only, but the ids of many shops are numbers."""
        for part in parts:
            if isinstance(part, bool) or not isinstance(part, (str, int)):
                kind = "null" if part is None else type(part).__name__
                raise JMESPathTypeError("join", part, kind, ["text", "whole number"])
        return str(between).join(map(str, parts))


_OPTIONS = jmespath.Options(custom_functions=_Functions())


@dataclass(frozen=True)
class Path:
    """A compiled JMESPath expression.

    Attributes:
        text: The expression as it stands in the mapping file.
        read: Gives the value of a record: any JSON value, None for an empty one, or `MISSING`. Only a plain
            path can tell a missing property from an empty one; any other expression reads both as None, and
            raises `Rejected` where the record holds something that its functions cannot take.
        keys: The keys of a plain path; None for any other expression. Only a plain path can be written back.
    """

    text: str
    read: Callable[[Value], Value]
    keys: tuple[str, ...] | None


def compile_path(text: str) -> Path:
    """Compile an expression once; reading it is then cheap.

    Raises:
        MappingError: The expression is not JMESPath.
    """
    if _PLAIN.match(text):
        keys = tuple(text.split("."))
        return Path(text, _plain(keys), keys)
    if compared := _COMPARED.fullmatch(text):  # asked of each record there is, and ten times as fast as JMESPath
        path, operator, word = compared.groups()
        return Path(text, _is(_plain(tuple(path.split("."))), word, wanted=operator == "=="), None)
    try:
        compiled = jmespath.compile(text)
    except JMESPathError as error:
        reason = str(error).splitlines()[0]  # below it the library draws a pointer to the place
        raise MappingError(f"'{text}' is not a JMESPath expression: {reason}") from error

    def read(record: Value) -> Value:
        try:
            return compiled.search(record, options=_OPTIONS)
        except JMESPathError as error:
            reason = str(error).splitlines()[0]
            raise Rejected(f"'{text}' of the mapping file cannot be read of this record: {reason}") from error

    return Path(text, read, None)


def _plain(keys: tuple[str, ...]) -> Callable[[Value], Value]:
    return _single(keys[0]) if len(keys) == 1 else _walk(keys)


def _is(read: Callable[[Value], Value], word: str, *, wanted: bool) -> Callable[[Value], Value]:
    return lambda record: (read(record) == word) is wanted


def _single(key: str) -> Callable[[Value], Value]:
    return lambda record: record.get(key, MISSING)


def _walk(keys: tuple[str, ...]) -> Callable[[Value], Value]:
    def read(record: Value) -> Value:
        for key in keys:
            if record is None:
                return None
            if not isinstance(record, dict) or key not in record:
                return MISSING
            record = record[key]
        return record

    return read
