"""The words that writing has, and what is said where they do not fit."""

from __future__ import annotations

import pytest
from customwebshop import expressions
from customwebshop.expressions import NoWordError


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ("join(' ', name)", "join() takes array-string, and was given string"),
        ("minor_units(name, `2`)", "it counts with what is no number"),
    ],
)
def test_a_value_that_does_not_fit_is_not_shown(told, said):
    with pytest.raises(NoWordError) as caught:
        expressions.expression(told)({"name": "Kari"})

    assert said in str(caught.value)
    assert "Kari" not in str(caught.value)
