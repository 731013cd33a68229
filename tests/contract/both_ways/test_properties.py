"""Every property that comes back: edited on either side, it stands on the other after a sync, and does not echo.

The tests are drawn from the mapping files: a new row is tried as soon as it is there.
"""

from __future__ import annotations

import pytest
from crosswalk import Side
from trials import TO_BUSINESSNXT, TRIALS


def agrees(story, trial, side):
    """Whether both sides hold what was typed on this one."""
    typed = trial.word(side)
    webshop, businessnxt = story.after[side][trial.name]
    assert trial.row.same_webshop(webshop, typed), f"the webshop holds {webshop!r}"
    assert trial.row.same_businessnxt(trial.row.encode(typed, story.converters), businessnxt), businessnxt


@pytest.mark.parametrize("trial", TRIALS, ids=lambda trial: trial.name)
def test_what_is_edited_in_business_nxt_is_in_the_webshop_after_a_sync(story, trial):
    agrees(story, trial, Side.BUSINESSNXT)


@pytest.mark.parametrize("trial", TO_BUSINESSNXT, ids=lambda trial: trial.name)
def test_what_is_edited_in_the_webshop_is_in_business_nxt_after_a_sync(story, trial):
    agrees(story, trial, Side.WEBSHOP)


def test_nothing_is_written_once_both_sides_agree(story):
    assert story.quiet_writes == (0, 0)
