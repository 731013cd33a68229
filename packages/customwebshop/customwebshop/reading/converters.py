"""The converters that a stream's `types` can name: one value of the shop's becomes one of ours.

Each is made once per stream from its option, and then only runs. A value it cannot read raises ``ValueError`` with
what it should be, and never with the value itself: that may be somebody's name. Null stays null.
"""

from __future__ import annotations

import html
import re
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from . import figures, times
from .converting import Convert, OptionError, Value, no_option

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import tzinfo

__all__ = ["CONVERTERS", "Convert", "OptionError", "make"]

_TAG = re.compile(r"<[^<>]*>")
_BLANKS = re.compile(r"\s+")
_TRUE, _FALSE = ("true", "1", "yes", "y", "on"), ("false", "0", "no", "n", "off", "")


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
    no_option(option)
    return lambda value: value if isinstance(value, str) else str(value).lower() if _is_flag(value) else str(value)


def upper(option: Any, _: tzinfo) -> Convert:  # noqa: ANN401
    """In capitals, as codes of currencies and countries are."""
    no_option(option)
    return lambda value: _texts(value).upper()


def lower(option: Any, _: tzinfo) -> Convert:  # noqa: ANN401
    """In small letters."""
    no_option(option)
    return lambda value: _texts(value).lower()


def trim(option: Any, _: tzinfo) -> Convert:  # noqa: ANN401
    """Without blanks at its ends."""
    no_option(option)
    return lambda value: _texts(value).strip()


def html_text(option: Any, _: tzinfo) -> Convert:  # noqa: ANN401
    """HTML entities become the letters they stand for, as `&aring;` does."""
    no_option(option)
    return lambda value: html.unescape(_texts(value))


def no_tags(option: Any, _: tzinfo) -> Convert:  # noqa: ANN401
    """HTML becomes plain text: no tags, no entities, single blanks."""
    no_option(option)
    return lambda value: _BLANKS.sub(" ", html.unescape(_TAG.sub(" ", _texts(value)))).strip()


def blank_to_null(option: Any, _: tzinfo) -> Convert:  # noqa: ANN401
    """An empty text, list or object, or one of blanks only, is no value."""
    no_option(option)
    return lambda value: None if value in ([], {}) or (isinstance(value, str) and not value.strip()) else value


def zero_to_null(option: Any, _: tzinfo) -> Convert:  # noqa: ANN401
    """`0`, as shops write for a guest's account, is no value."""
    no_option(option)
    return lambda value: None if str(value).strip() in ("0", "") else value


def last_part(option: Any, _: tzinfo) -> Convert:  # noqa: ANN401
    """What stands behind the last slash, as the id does in a link such as `https://shop.example/users/12/`."""
    no_option(option)
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
    "integer": figures.integer,
    "decimal": figures.decimal,
    "minor_units": figures.minor_units,
    "cents": figures.cents,
    "digits": figures.digits,
    "negate": figures.negate,
    "absolute": figures.absolute,
    "multiply": figures.multiply,
    "sum": figures.total,
    "difference": figures.difference,
    "product": figures.product,
    "quotient": figures.quotient,
    "tax_percent": figures.tax_percent,
    "boolean": boolean,
    "time": time,
}


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
