"""The converters that a stream's `types` can name: one value of the shop's becomes one of ours.

Each is made once per stream from its option, and then only runs. A value it cannot read raises ``ValueError`` with
what it should be, and never with the value itself: that may be somebody's name. Null stays null.
"""

from __future__ import annotations

import html
import math
import re
from collections.abc import Callable, Mapping
from datetime import datetime, tzinfo
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from . import times

Value = Any
Convert = Callable[[Value], Value]

_TAG = re.compile(r"<[^<>]*>")
_BLANKS = re.compile(r"\s+")
_TRUE, _FALSE = ("true", "1", "yes", "y", "on"), ("false", "0", "no", "n", "off", "")
_LARGEST_SCALE = 12


class OptionError(ValueError):
    """A converter was given an option it does not take."""


def make(told: Any, zone: tzinfo) -> Convert:  # noqa: ANN401 - as it stands in the settings
    """The converter that the settings tell of: a name, a name with its option, or several in a list.

    Raises:
        OptionError: There is no such converter, or its option is none.
    """
    if isinstance(told, list):
        return _chain([make(each, zone) for each in told])
    name, option = next(iter(told.items())) if isinstance(told, dict) else (told, None)
    if name not in CONVERTERS:
        raise OptionError(f"there is no converter {name!r}; there are {', '.join(sorted(CONVERTERS))}")
    return CONVERTERS[name](option, zone)


def _chain(steps: list[Convert]) -> Convert:
    def convert(value: Value) -> Value:
        for step in steps:
            if value is None:
                return None
            value = step(value)
        return value

    return convert


# texts


def text(option: Any, _: tzinfo) -> Convert:  # noqa: ANN401
    """The value as a text; a number with all its digits."""
    _no(option)
    return lambda value: value if isinstance(value, str) else str(value).lower() if _is_flag(value) else str(value)


def upper(option: Any, _: tzinfo) -> Convert:  # noqa: ANN401
    """In capitals, as codes of currencies and countries are."""
    _no(option)
    return lambda value: _texts(value).upper()


def lower(option: Any, _: tzinfo) -> Convert:  # noqa: ANN401
    """In small letters."""
    _no(option)
    return lambda value: _texts(value).lower()


def trim(option: Any, _: tzinfo) -> Convert:  # noqa: ANN401
    """Without blanks at its ends."""
    _no(option)
    return lambda value: _texts(value).strip()


def html_text(option: Any, _: tzinfo) -> Convert:  # noqa: ANN401
    """HTML entities become the letters they stand for, as `&aring;` does."""
    _no(option)
    return lambda value: html.unescape(_texts(value))


def no_tags(option: Any, _: tzinfo) -> Convert:  # noqa: ANN401
    """HTML becomes plain text: no tags, no entities, single blanks."""
    _no(option)
    return lambda value: _BLANKS.sub(" ", html.unescape(_TAG.sub(" ", _texts(value)))).strip()


def blank_to_null(option: Any, _: tzinfo) -> Convert:  # noqa: ANN401
    """An empty text, list or object, or one of blanks only, is no value."""
    _no(option)
    return lambda value: None if value in ([], {}) or (isinstance(value, str) and not value.strip()) else value


def zero_to_null(option: Any, _: tzinfo) -> Convert:  # noqa: ANN401
    """`0`, as shops write for a guest's account, is no value."""
    _no(option)
    return lambda value: None if str(value).strip() in ("0", "") else value


def last_part(option: Any, _: tzinfo) -> Convert:  # noqa: ANN401
    """What stands behind the last slash, as the id does in a link such as `https://shop.example/users/12/`."""
    _no(option)
    return lambda value: _texts(value).rstrip("/").rpartition("/")[2] or None


def tagged(option: Any, _: tzinfo) -> Convert:  # noqa: ANN401
    """Of tags with commas between them, such as `vip, erp:7`, what follows the prefix that is the option: `erp:`."""
    if not isinstance(option, str) or not option:
        raise OptionError("tagged takes the prefix of the tag that is meant, such as 'erp:'")
    prefix = option.casefold()  # as shops compare tags

    def convert(value: Value) -> Value:
        tags = (each.strip() for each in _texts(value).split(","))
        return next((each[len(option) :] for each in tags if each.casefold().startswith(prefix)), None)

    return convert


# numbers


def integer(option: Any, _: tzinfo) -> Convert:  # noqa: ANN401
    """A whole number, also from a text."""
    _no(option)
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
    _no(option)
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
    _no(option)
    return lambda value: _written(-_number(value))


def absolute(option: Any, _: tzinfo) -> Convert:  # noqa: ANN401
    """An amount without its sign."""
    _no(option)
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


# flags and times


def boolean(option: Any, _: tzinfo) -> Convert:  # noqa: ANN401
    """True or false, from 1/0, yes/no, on/off, or from the words given: `{boolean: {true: [ja], false: [nei]}}`."""
    told = {str(name).lower(): words for name, words in (option or {}).items()} if option is None or isinstance(
        option, dict) else {"": ()}  # fmt: skip
    if not told.keys() <= {"true", "false"} or not all(isinstance(words, list) for words in told.values()):
        raise OptionError("boolean takes true and false, each a list of words")
    words = dict.fromkeys(map(_word, told.get("true", _TRUE)), True) | dict.fromkeys(
        map(_word, told.get("false", _FALSE)), False
    )

    def convert(value: Value) -> bool:
        found = words.get(_word(value))
        if found is None:
            raise ValueError(f"is neither {_listed(words, True)} nor {_listed(words, False)}")  # noqa: FBT003
        return found

    return convert


def time(option: Any, zone: tzinfo) -> Convert:  # noqa: ANN401
    """A point in time as the contract has it, from a text or a Unix count.

    Options: `zone` of times without one (default: the setting `time_zone`), `format` as strptime's, such as
    "%d.%m.%Y %H:%M".
    """
    told = option or {}
    if not isinstance(told, dict) or not told.keys() <= {"zone", "format"}:
        raise OptionError("time takes zone and format")
    try:
        of = ZoneInfo(told["zone"]) if "zone" in told else zone
    except (ZoneInfoNotFoundError, ValueError) as problem:
        raise OptionError(f"{told['zone']!r} is no time zone such as Europe/Oslo") from problem
    spelled = told.get("format")

    def convert(value: Value) -> str | None:
        if value == "":
            return None
        try:
            stamp = times.parse(datetime.strptime(value, spelled) if spelled else value, of)  # noqa: DTZ007 - parse sees to the zone
        except (ValueError, TypeError, OverflowError):
            raise ValueError(f"is no time{f' of the format {spelled}' if spelled else ''}") from None
        return times.parameter(stamp)

    return convert


CONVERTERS: dict[str, Callable[[Any, tzinfo], Convert]] = {
    "text": text,
    "upper": upper,
    "lower": lower,
    "trim": trim,
    "html": html_text,
    "no_tags": no_tags,
    "blank_to_null": blank_to_null,
    "zero_to_null": zero_to_null,
    "last_part": last_part,
    "tagged": tagged,
    "integer": integer,
    "decimal": decimal,
    "minor_units": minor_units,
    "cents": cents,
    "digits": digits,
    "negate": negate,
    "absolute": absolute,
    "multiply": multiply,
    "sum": total,
    "difference": difference,
    "product": product,
    "quotient": quotient,
    "tax_percent": tax_percent,
    "boolean": boolean,
    "time": time,
}


def _no(option: Any) -> None:  # noqa: ANN401
    if option is not None:
        raise OptionError("takes no option")


def _digits(option: Any) -> Decimal | None:  # noqa: ANN401
    if option is None:
        return None
    if not isinstance(option, int) or isinstance(option, bool) or not 0 <= option <= _LARGEST_SCALE:
        raise OptionError("digits is the number of decimals, such as 2")
    return Decimal(1).scaleb(-option)


def _is_flag(value: Value) -> bool:
    return value is True or value is False


def _word(value: Value) -> str:
    return str(value).strip().lower()


def _listed(words: Mapping[str, bool], meaning: bool) -> str:  # noqa: FBT001
    return "/".join(word for word, means in words.items() if means is meaning and word)


def _texts(value: Value) -> str:
    if not isinstance(value, str):
        raise ValueError("is no text")  # noqa: TRY004 - as all converters do
    return value


def _number(value: Value, mark: str = ".", group: str = "") -> Decimal:
    if isinstance(value, bool) or not isinstance(value, (str, int, float, Decimal)):
        raise ValueError("is no number")  # noqa: TRY004 - as all converters do
    if isinstance(value, str):
        value = _BLANKS.sub("", value)
        value = (value.replace(group, "") if group else value).replace(mark, ".").replace("\N{MINUS SIGN}", "-")
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        raise ValueError("is no number") from None
    if not number.is_finite():
        raise ValueError("is no number")
    return number


def _written(number: Decimal, scale: int = 0, step: Decimal | None = None) -> str:
    """The number as a text without exponent; scaled down first, then rounded."""
    number = number.scaleb(-scale) if scale else number
    number = number.quantize(step, ROUND_HALF_UP) if step is not None else number
    written = f"{number:f}"
    return written.removeprefix("-") if not number else written
