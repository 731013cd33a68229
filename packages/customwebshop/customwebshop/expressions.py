"""JMESPath with the few words more that writing needs. Pure; `null` is `null`, or nought, in all of them.

minor_units(amount, 2)      the amount in its smallest coin, 1099 of "10.99"
decimals(amount, 2)         the amount as a text with so many decimals
number(amount)              the amount as a JSON number
lower(text)                 in small letters
whole(number)               a whole number, without what is behind the point
plus(a, b), minus(a, b)     sum and difference
divided(number, 1000)       the number by another
word(value, {ours: its})    the shop's word for ours; a value without one is refused
pick(items, 'id', value)    the item of a list whose property has this value
beside(items, others, 'id')   each item, with the other list's item of the same value as `_raw`
first_names(name), last_name(name)   of "Åse Marie Ødegård" the last word is the last name
last_part(url)              what stands behind the last slash
hex_id(text, salt)          an id of 32 hexadecimal digits, always the same for the same text
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from urllib.parse import quote

import jmespath
from jmespath import functions

Context = Mapping[str, Any]
"""What an expression looks into: a record, and names with a leading underscore beside its own."""

Filled = Callable[[Context], Any]


class NoWordError(ValueError):
    """A value for which the shop has no word."""


def trouble(problem: Exception) -> str:
    """What is wrong with an expression or with what it met, without the value that it met: that may be a name."""
    if isinstance(problem, jmespath.exceptions.JMESPathTypeError):
        wanted = " or ".join(problem.expected_types)
        return f"{problem.function_name}() takes {wanted}, and was given {problem.actual_type}"
    if isinstance(problem, jmespath.exceptions.JMESPathError):
        return str(problem).splitlines()[0]
    return "it counts with what is no number"


class _Words(functions.Functions):
    """The functions beyond those of JMESPath."""

    @functions.signature({"types": []}, {"types": ["number"]})
    def _func_minor_units(self, amount: Any, digits: int) -> int | None:  # noqa: ANN401 - any JSON value
        return None if amount is None else int(_rounded(Decimal(str(amount)).scaleb(digits), 0))

    @functions.signature({"types": []}, {"types": ["number"]})
    def _func_decimals(self, amount: Any, digits: int) -> str | None:  # noqa: ANN401
        return None if amount is None else format(_rounded(Decimal(str(amount)), digits), "f")

    @functions.signature({"types": []})
    def _func_whole(self, number: Any) -> int | None:  # noqa: ANN401
        return None if number is None else math.floor(Decimal(str(number)))

    @functions.signature({"types": ["string", "null"]}, {"types": ["object"]})
    def _func_word(self, value: str | None, words: Mapping[str, Any]) -> Any:  # noqa: ANN401
        if value is None:
            return None
        if value not in words:
            raise NoWordError(f"{value!r}: the shop knows {', '.join(words)} only")
        return words[value]

    @functions.signature({"types": []}, {"types": []})
    def _func_plus(self, one: Any, other: Any) -> Decimal:  # noqa: ANN401
        return Decimal(str(one or 0)) + Decimal(str(other or 0))

    @functions.signature({"types": []}, {"types": []})
    def _func_minus(self, one: Any, other: Any) -> Decimal:  # noqa: ANN401
        return Decimal(str(one or 0)) - Decimal(str(other or 0))

    @functions.signature({"types": []}, {"types": []})
    def _func_divided(self, number: Any, by: Any) -> Decimal | None:  # noqa: ANN401
        return None if number is None else Decimal(str(number)) / Decimal(str(by))

    @functions.signature({"types": []})
    def _func_number(self, amount: Any) -> int | float | None:  # noqa: ANN401
        return None if amount is None else plain(Decimal(str(amount)))

    @functions.signature({"types": ["string", "null"]})
    def _func_lower(self, text: str | None) -> str | None:
        return text and text.lower()

    @functions.signature({"types": ["array", "null"]}, {"types": ["string"]}, {"types": []})
    def _func_pick(self, items: list[Any] | None, name: str, value: Any) -> Any:  # noqa: ANN401
        same = (each for each in items or () if isinstance(each, Mapping) and str(each.get(name)) == str(value))
        return next(same, None)

    @functions.signature({"types": ["array", "null"]}, {"types": ["array", "null"]}, {"types": ["string"]})
    def _func_beside(self, items: list[Any] | None, others: list[Any] | None, name: str) -> list[Any]:
        known = {str(each.get(name)): each for each in others or ()}
        return [{**each, "_raw": known.get(str(each.get(name)))} for each in items or ()]

    @functions.signature({"types": ["string", "null"]})
    def _func_first_names(self, name: str | None) -> str | None:
        return (name or "").strip().rpartition(" ")[0] or None

    @functions.signature({"types": ["string", "null"]})
    def _func_last_name(self, name: str | None) -> str | None:
        return (name or "").strip().rpartition(" ")[2] or None

    @functions.signature({"types": ["string", "null"]})
    def _func_last_part(self, url: str | None) -> str | None:
        return None if url is None else url.rstrip("/").rpartition("/")[2]

    @functions.signature({"types": ["string", "null"]}, {"types": ["string"]})
    def _func_hex_id(self, text: str | None, salt: str) -> str | None:
        return None if text is None else hashlib.sha256(f"{salt}:{text}".encode()).hexdigest()[:32]


def plain(content: Any) -> Any:  # noqa: ANN401 - any JSON value
    """A body whose amounts are JSON numbers, as they were in the shop's own record."""
    if isinstance(content, dict):
        return {name: plain(each) for name, each in content.items()}
    if isinstance(content, list):
        return [plain(each) for each in content]
    if not isinstance(content, Decimal):
        return content
    return int(content) if content == content.to_integral_value() else float(content)


_OPTIONS = jmespath.Options(custom_functions=_Words())


def _rounded(number: Decimal, digits: int) -> Decimal:
    return number.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


def expression(text: str) -> Filled:
    """A function that finds what an expression names.

    Raises:
        ValueError: It is no JMESPath.
    """
    try:
        parsed = jmespath.compile(text)
    except jmespath.exceptions.JMESPathError as problem:
        raise ValueError(f"{text!r} is no JMESPath: {trouble(problem)}") from problem

    def found(context: Context) -> Any:  # noqa: ANN401 - any JSON value
        try:
            return parsed.search(context, options=_OPTIONS)
        except (jmespath.exceptions.JMESPathError, ArithmeticError) as problem:
            raise NoWordError(f"{text!r}: {trouble(problem)}") from None  # its own words have the value in them

    return found


def path(template: str) -> Filled:
    """A function that fills a path such as `/customers/{id}`; each brace holds an expression, whose value is quoted.

    Raises:
        ValueError: A brace holds none.
    """
    parts = [expression(each) if at % 2 else each for at, each in enumerate(_pieces(template))]

    def filled(context: Context) -> str:
        return "".join(each if isinstance(each, str) else _put(each(context), template) for each in parts)

    return filled


def _pieces(template: str) -> list[str]:
    """What stands outside and inside of the outermost braces, in turn."""
    pieces, depth = [""], 0
    for letter in template:
        depth += (letter == "{") - (letter == "}")
        if (letter, depth) in (("{", 1), ("}", 0)):
            pieces.append("")
        else:
            pieces[-1] += letter
    return pieces


def _put(value: Any, template: str) -> str:  # noqa: ANN401
    if value is None:
        raise NoWordError(f"{template}: the record does not say what belongs there")
    return quote(str(value), safe="")  # a SKU such as A/1 is one step of the way


def tree(template: Any) -> Filled:  # noqa: ANN401 - any JSON value
    """A function that fills a tree, each text of which is an expression.

    Raises:
        ValueError: One of them is none.
    """
    if isinstance(template, Mapping):
        parts = {name: tree(each) for name, each in template.items()}
        return lambda context: {name: fill(context) for name, fill in parts.items()}
    if isinstance(template, list):
        items = [tree(each) for each in template]
        return lambda context: [fill(context) for fill in items]
    return expression(template) if isinstance(template, str) else lambda _: template
