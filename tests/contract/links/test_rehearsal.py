"""The copy that a dry run works on, of whatever the link store is kept in."""

from __future__ import annotations

import pytest
from crosswalk import Store, StoreError, rehearsing
from crosswalk.entries import Link

PAIR = {"shop": "webshop", "company": "1"}


@pytest.fixture
def file(tmp_path):
    return tmp_path / "rehearsal.db"


def test_a_copy_knows_all_that_the_store_knows_and_gives_nothing_back(store, url, file):
    store.add(
        [Link("customers", f"C{number}", status="linked", webshop_shadow={"name": "Åse"}) for number in range(2500)]
    )

    copy = rehearsing(url, file, **PAIR)
    assert copy.store_id == store.store_id
    assert copy.links("customers", ["C0", "C2499"]) == store.links("customers", ["C0", "C2499"])
    copy.add([Link("customers", "C9999", status="linked")])
    copy.close()

    assert store.links("customers", ["C9999"]) == {}


@pytest.mark.usefixtures("store")
def test_each_dry_run_begins_with_a_new_copy(url, file):
    first = rehearsing(url, file, **PAIR)
    first.add([Link("customers", "C1", status="linked")])
    first.close()

    second = rehearsing(url, file, **PAIR)

    assert second.empty
    second.close()


def test_a_copy_is_not_made_while_a_run_is_under_way(store, url, file):
    store.lock.acquire()

    with pytest.raises(StoreError, match="another sync"):
        rehearsing(url, file, **PAIR)


@pytest.mark.usefixtures("store")
def test_a_copy_of_another_pair_is_refused(url, file):
    with pytest.raises(StoreError, match="belongs to webshop 'webshop' and company 1"):
        rehearsing(url, file, shop="other", company="1")


def test_a_relative_path_is_refused(url, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    with pytest.raises(StoreError, match="write it from the root"):
        rehearsing(url, file=type(tmp_path)("rehearsal.db"), **PAIR)


def test_a_store_that_is_not_there_yet_is_not_made(tmp_path, file):
    copy = rehearsing(f"sqlite:///{tmp_path}/links.db", file, **PAIR)

    assert copy.empty
    assert not (tmp_path / "links.db").exists()
    with pytest.raises(StoreError, match="never made"):
        Store(f"sqlite:///{file}", **PAIR)
    copy.close()
