"""Killed at boundaries in turn, before and after requests and commits: one history for each seventh of them.

`make soak-sync` kills at every single one. After the run that follows, the company holds exactly what an undisturbed
run leaves there.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from crosswalk import Store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.timeout(900)  # a minute of work, on a machine that may have other work to do

STRIDE = int(os.environ.get("KILL_POINTS_STRIDE", "7"))
"""Every seventh place in each run of the tests; 1 tries them all."""

DRAWN = {"addressNo", "associateNo", "customerNo", "customerNo.2", "orderNo", "lineNo"}


class Killed(BaseException):
    """The process is gone."""


class Fuse:
    """Counts boundaries, and kills at one of them."""

    def __init__(self) -> None:
        self.at, self.count = 0, 0

    def tick(self) -> None:
        self.count += 1
        if self.count == self.at:
            raise Killed


class FusedCompany:
    """A company that may be the last thing we see."""

    def __init__(self, company, fuse: Fuse) -> None:
        self._company, self._fuse = company, fuse

    def __getattr__(self, name):
        ask = getattr(self._company, name)

        def fused(*arguments, **options):
            self._fuse.tick()
            answer = ask(*arguments, **options)
            self._fuse.tick()
            return answer

        return fused if name in ("find", "read", "create", "update", "delete") else ask


class FusedStore(Store):
    """A link store that may not come to its next commit."""

    fuse: Fuse

    @contextmanager
    def transaction(self) -> Iterator:
        outermost = self._connection is None and hasattr(self, "fuse")
        if outermost:
            self.fuse.tick()
        with super().transaction() as connection:
            yield connection
        if outermost:
            self.fuse.tick()


@dataclass(frozen=True)
class Moment:
    """All that was there between two runs.

    Attributes:
        count: How many boundaries had been crossed.
        now: What the clock said.
        rows: What the company held.
        links: The file of the link store, closed.
    """

    count: int
    now: float
    rows: dict
    links: bytes | None

    @classmethod
    def of(cls, world) -> Moment:
        file: Path = world.file
        return cls(
            world.fuse.count, world.now, deepcopy(world.plain.rows), file.read_bytes() if file.exists() else None
        )

    def again(self, world) -> None:
        """Let it be as it was then; nothing of what happened since is left."""
        for each in world.file.parent.glob(f"{world.file.name}*"):
            each.unlink()
        if self.links is not None:
            world.file.write_bytes(self.links)
        world.plain.rows, world.now, world.fuse.count = deepcopy(self.rows), self.now, self.count


@pytest.fixture
def fused(world):
    fuse = Fuse()
    plain = world.company

    def open_store():
        store = FusedStore(f"sqlite:///{world.file}", shop="webshop", company="1")
        store.fuse = fuse
        return store

    world.open_store = open_store
    world.company = FusedCompany(plain, fuse)
    world.fuse, world.plain = fuse, plain
    return world


def contents(company):
    """Every table, by what its rows say; numbers that the company draws are left out."""
    return {
        table: sorted(str({name: value for name, value in row.items() if name not in DRAWN}) for row in rows.values())
        for table, rows in company.rows.items()
    }


def histories(shop):
    """First everything is new; then nearly everything has changed."""
    guest = shop.order("O2", customer_id=None, buyer={"email": "gjest@example.test", "name": "Gjest"})
    first = [
        ("orders", [shop.order(lines=[shop.line("L1"), shop.line("L2")]), guest]),
        ("customers", [shop.customer("C1"), shop.customer("C2")]),
        ("products", [shop.product()]),
    ]
    second = [
        ("customers", [shop.customer("C1", last_name="Åsen"), shop.customer("C2", phone="+4799000002")]),
        ("orders", [shop.order(note="Ring på", lines=[shop.line("L2", quantity="4"), shop.line("L3")]), guest]),
        ("products", [shop.product(title="Ullgenser")]),
    ]
    return first, second


def run_through(world, steps) -> bool:
    """Run the steps; whether it came to the end."""
    try:
        for step in steps:
            world.sync(*step)
    except Killed:
        return False
    return True


def test_no_kill_loses_or_doubles_anything(fused, shop):
    steps = histories(shop)
    before = []
    for step in steps:
        before.append(Moment.of(fused))
        assert run_through(fused, [step])
    undisturbed, boundaries = contents(fused.plain), fused.fuse.count
    wrong = []
    for place in range(1, boundaries + 1, STRIDE):
        number = max(each for each, moment in enumerate(before) if moment.count < place)
        before[number].again(fused)
        fused.fuse.at = place
        assert not run_through(fused, steps[number:]), "the fuse must have burnt"
        fused.now += 1000
        assert run_through(fused, steps)
        fused.now += 8 * 3600
        fused.sync()
        if contents(fused.plain) != undisturbed or fused.rejects():
            wrong.append(place)

    assert boundaries > 100
    assert wrong == []
    assert quiet(fused, steps[-1])


def quiet(world, step) -> bool:
    """Whether two more runs write nothing."""
    before = world.plain.writes
    assert run_through(world, [step, step])
    return world.plain.writes == before
