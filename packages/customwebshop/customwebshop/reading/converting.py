"""What converters are: one value of the shop's becomes one of ours; what they cannot read raises ``ValueError``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Value = Any
Convert = Callable[[Value], Value]


class OptionError(ValueError):
    """A converter was given an option it does not take."""


def no_option(option: Any) -> None:  # noqa: ANN401 - as it stands in the settings
    """A converter that has none was given one."""
    if option is not None:
        raise OptionError("takes no option")
