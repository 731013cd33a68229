"""The converters of numbers and amounts; an amount leaves them as the contract has it, a text such as "1099.90"."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from .converting import Convert, OptionError, Value, no_option

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import tzinfo

_BLANKS = re.compile(r"\s+")
_LARGEST_SCALE = 12
"""Decimals that an option may ask for."""


def integer(option: Any, _: tzinfo) -> Convert:  # noqa: ANN401
    """A whole number, also from a text."""
    no_option(option)
    return _whole


def _whole(value: Value) -> int:
    number = _number(value)
    if number != number.to_integral_value():
        raise ValueError("is no whole number")
    return int(number)


def decimal(option: Any, _: tzinfo) -> Convert:  # noqa: ANN401
    """An amount as the contract has it, a text such as "1099.90".

    Options: `minor_units` (2: the value counts øre), `decimal_mark` and `group_mark` (as in "1.099,90"), `digits`.
    """
    known = {"minor_units", "decimal_mark", "group_mark", "digits"}
    told = option or {}
    if not isinstance(told, dict) or not told.keys() <= known:
        raise OptionError(f"decimal takes {', '.join(sorted(known))}")
    scale, mark, group = told.get("minor_units", 0), told.get("decimal_mark", "."), told.get("group_mark", "")
    digits = _digits(told.get("digits"))
    return lambda value: _written(_number(value, mark, group), scale, digits)


def minor_units(option: Any, zone: tzinfo) -> Convert:  # noqa: ANN401
    """An amount counted in its smallest coin, with so many decimals: `{minor_units: 2}` makes "10.99" of 1099."""
    if not isinstance(option, int) or isinstance(option, bool) or not 0 <= option <= _LARGEST_SCALE:
        raise OptionError("minor_units takes the number of decimals, such as 2")
    return decimal({"minor_units": option}, zone)


def cents(option: Any, _: tzinfo) -> Convert:  # noqa: ANN401
    """An amount as commercetools has it: an object with `centAmount` and `fractionDigits`."""
    no_option(option)
    return _cents


def _cents(value: Value) -> str:
    if not isinstance(value, Mapping) or "centAmount" not in value:
        raise ValueError("is no object with centAmount")
    return _written(_number(value["centAmount"]), int(value.get("fractionDigits", 2)), None)


def digits(option: Any, _: tzinfo) -> Convert:  # noqa: ANN401
    """An amount rounded, half up, to so many decimals."""
    places = _digits(option)
    if places is None:
        raise OptionError("digits takes the number of decimals, such as 2")
    return lambda value: _written(_number(value), 0, places)


def negate(option: Any, _: tzinfo) -> Convert:  # noqa: ANN401
    """An amount with the other sign."""
    no_option(option)
    return lambda value: _written(-_number(value))


def absolute(option: Any, _: tzinfo) -> Convert:  # noqa: ANN401
    """An amount without its sign."""
    no_option(option)
    return lambda value: _written(abs(_number(value)))


def multiply(option: Any, _: tzinfo) -> Convert:  # noqa: ANN401
    """An amount times a fixed number: `{multiply: 100}` makes "25" of the rate 0.25."""
    try:
        factor = _number(option)
    except ValueError as problem:
        raise OptionError("multiply takes a number, such as 100") from problem
    return lambda value: _written(_number(value) * factor)


def total(option: Any, _: tzinfo) -> Convert:  # noqa: ANN401
    """All amounts of a list together; nulls count nothing. `digits` can be its option."""
    return _folded("sum", option, lambda numbers: sum(numbers, Decimal(0)))


def difference(option: Any, _: tzinfo) -> Convert:  # noqa: ANN401
    """The first amount of a list less the others. `digits` can be its option."""
    return _folded("difference", option, lambda numbers: numbers[0] - sum(numbers[1:], Decimal(0)))


def product(option: Any, _: tzinfo) -> Convert:  # noqa: ANN401
    """The amounts of a list multiplied. `digits` can be its option."""
    return _folded("product", option, lambda numbers: math.prod(numbers, start=Decimal(1)))


def quotient(option: Any, _: tzinfo) -> Convert:  # noqa: ANN401
    """The first amount of a list by the second; nothing by zero. `digits` can be its option."""
    return _folded("quotient", option, lambda numbers: numbers[0] / numbers[1] if numbers[1] else None, least=2)


def _folded(name: str, option: Any, fold: Callable[[list[Decimal]], Decimal | None], least: int = 1) -> Convert:  # noqa: ANN401
    if option is not None and (not isinstance(option, dict) or option.keys() != {"digits"}):
        raise OptionError(f"{name} takes digits, as in {{{name}: {{digits: 2}}}}")
    places = _digits((option or {}).get("digits"))

    def convert(value: Value) -> str | None:
        if not isinstance(value, list):
            raise ValueError("is no list of amounts; map it as '[one, other]'")  # noqa: TRY004 - as all converters do
        numbers = [_number(each) for each in value if each is not None]
        found = fold(numbers) if len(numbers) >= least else None
        return None if found is None else _written(found, 0, places)

    return convert


def tax_percent(option: Any, _: tzinfo) -> Convert:  # noqa: ANN401
    """A rate in percent, of an amount with tax and the same without, `[1250, 1000]`; a rate stays what it is."""
    places = _digits(1 if option is None else option)

    def convert(value: Value) -> str | None:
        if not isinstance(value, list):
            return _written(_number(value))
        numbers = [_number(each) for each in value if each is not None]
        if len(numbers) != 2 or not numbers[1]:  # noqa: PLR2004 - with and without
            return None
        return _written((numbers[0] / numbers[1] - 1) * 100, 0, places)

    return convert


def _digits(option: Any) -> Decimal | None:  # noqa: ANN401
    if option is None:
        return None
    if not isinstance(option, int) or isinstance(option, bool) or not 0 <= option <= _LARGEST_SCALE:
        raise OptionError("digits is the number of decimals, such as 2")
    return Decimal(1).scaleb(-option)


def _number(value: Value, mark: str = ".", group: str = "") -> Decimal:
    if isinstance(value, bool) or not isinstance(value, (str, int, float, Decimal)):
        raise ValueError("is no number")  # noqa: TRY004 - as all converters do
    if isinstance(value, str):
        value = _BLANKS.sub("", value)
        value = _ungrouped(value, mark, group).replace(mark, ".").replace("\N{MINUS SIGN}", "-")
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        raise ValueError("is no number") from None
    if not number.is_finite():
        raise ValueError("is no number")
    return number


def _ungrouped(text: str, mark: str, group: str) -> str:
    """The number without its group marks; where they part no thousands, they are decimal marks to the shop."""
    if not group or group not in text:
        return text
    whole, _, behind = text.partition(mark)
    _, *groups = whole.split(group)
    if group in behind or any(not 2 <= len(each) <= 3 for each in groups) or (groups and len(groups[-1]) != 3):  # noqa: PLR2004 - thousands, or lakhs
        raise ValueError(f"is no number with {group!r} between its thousands")
    return text.replace(group, "")


def _written(number: Decimal, scale: int = 0, step: Decimal | None = None) -> str:
    """The number as a text without exponent; scaled down first, then rounded."""
    number = number.scaleb(-scale) if scale else number
    number = number.quantize(step, ROUND_HALF_UP) if step is not None else number
    written = f"{number:f}"
    return written.removeprefix("-") if not number else written
