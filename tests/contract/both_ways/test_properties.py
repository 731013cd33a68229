"""Every row of the mapping files, in each of its directions: what stands on one side stands on the other after a sync.

The tests are drawn from the mapping files: a new row is tried as soon as it is there, and `docs/mapping.md` names the
test of each.
"""

from __future__ import annotations

import pytest
from crosswalk import Side
from newcomers import new_record, new_row
from trials import EDITED, NEW, SERVER_DRAWN

pytestmark = pytest.mark.timeout(900)  # ten syncs of everything come before the first test

THERE = [each for each in EDITED if Side.WEBSHOP in each.sides]
BACK = [each for each in EDITED if Side.BUSINESSNXT in each.sides]
FOLLOWS = {("customer_accounts-countryNo", Side.BUSINESSNXT): {"languageNo", "currencyNo"}}
"""What the company changes by itself when a person changes that one."""


def agrees(story, trial, side):
    """Whether both sides hold what was typed on this one."""
    typed = story.typed[side][trial.name]
    _, webshop_id, key = story.pairs[trial.name, side]
    webshop, businessnxt = story.after[side].held(trial, webshop_id, key)
    assert trial.row.same_webshop(webshop, typed), f"the webshop holds {webshop!r}"
    assert trial.row.same_businessnxt(trial.row.encode(typed, story.converters), businessnxt), businessnxt


def only_that_was_sent(story, trial, side):
    link = story.pairs[trial.name, side][0]
    assert story.sent[side].get(link) == {trial.row.name} | FOLLOWS.get((trial.name, side), set())


@pytest.mark.parametrize("trial", BACK, ids=lambda trial: trial.name)
def test_edit_reaches_the_webshop(story, trial):
    agrees(story, trial, Side.BUSINESSNXT)
    only_that_was_sent(story, trial, Side.BUSINESSNXT)


@pytest.mark.parametrize("trial", THERE, ids=lambda trial: trial.name)
def test_edit_reaches_business_nxt(story, trial):
    agrees(story, trial, Side.WEBSHOP)
    only_that_was_sent(story, trial, Side.WEBSHOP)


@pytest.mark.parametrize("trial", [each for each in NEW if Side.WEBSHOP in each.sides], ids=lambda trial: trial.name)
def test_new_row_holds_it(story, trial):
    expected, held = new_row(story, trial)

    assert trial.row.same_businessnxt(held, expected), f"{held!r} instead of {expected!r}"


@pytest.mark.parametrize(
    "trial", [each for each in NEW if Side.BUSINESSNXT in each.sides], ids=lambda trial: trial.name
)
def test_new_record_holds_it(story, trial):
    expected, held = new_record(story, trial)

    assert trial.row.same_webshop(held, expected), f"{held!r} instead of {expected!r}"


@pytest.mark.parametrize("trial", SERVER_DRAWN, ids=lambda trial: trial.name)
def test_company_draws_it(story, trial):
    low, high = trial.row.suggest
    rows = story.first.rows[trial.mapping.table]
    drawn = [rows[each["businessnxt_id"]][trial.row.column] for each in story.links[trial.mapping.entity]]

    assert drawn
    assert all(low <= each <= high for each in drawn)
    assert len(set(drawn)) == len(drawn)


def test_nothing_is_written_once_both_sides_agree(story):
    assert story.quiet_writes == [0, 0]
