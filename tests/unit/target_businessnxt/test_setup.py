"""What a run reads of the company before the first record."""

from __future__ import annotations

import pytest
from businessnxt.errors import SchemaError, Unavailable
from crosswalk.mapping import Lookup
from target_businessnxt.setup import load_lookups


class Absent:
    """A company that answers each question with this error."""

    def __init__(self, error):
        self.error, self.asked = error, 0

    def columns(self, _):
        self.asked += 1
        raise self.error


class Three:
    """As much of a set of mappings as is looked at: three lookups that rows may need."""

    def used_lookups(self):
        names = ("country", "currency", "language")
        return [Lookup(each, table=each, key=f"{each}No", by="isoCode", where={}, values={}) for each in names]

    def bind(self, *_):
        pass


class Empty:
    """A link store that never kept a lookup."""

    def kept_lookup(self, _):
        return {}


def test_a_company_out_of_reach_is_asked_once_and_not_once_for_each_lookup():
    company = Absent(Unavailable("HTTP 502"))

    with pytest.raises(Unavailable):
        load_lookups(Three(), company, Empty())

    assert company.asked == 1


def test_a_table_that_is_hidden_stops_nothing_until_a_row_needs_it():
    company = Absent(SchemaError("no table 'country'"))

    load_lookups(Three(), company, Empty())

    assert company.asked == 3


class Answering:
    """A company that has every register."""

    def __init__(self):
        self.asked = 0

    def columns(self, table):
        return {f"{table}No": None, "isoCode": None}

    def rows(self, table, *_, **__):
        self.asked += 1
        return [{f"{table}No": 47, "isoCode": "NO"}]


class Keeping(Empty):
    """A link store that keeps lookups, for the way back."""

    def keep_lookup(self, *_):
        pass


def test_a_lookup_that_was_never_kept_is_read_once_a_run():
    company, mappings, bound = Answering(), Three(), []
    mappings.bind = lambda _, load: bound.append(load)

    load_lookups(mappings, company, Keeping())

    assert [load() for load in bound] == [{"NO": 47}] * 3
    assert company.asked == 3
