"""The words for what is carried: values as JSON knows them, and a record's values by property name."""

from __future__ import annotations

from typing import Any, TypeAlias

Value: TypeAlias = Any
"""A JSON value: text, number (int or Decimal), true or false, None, a list or a table of them."""

Values: TypeAlias = dict[str, Value]
"""Values of one record on one side, in that side's own value space, by property name."""
