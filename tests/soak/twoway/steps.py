"""What happens in a history, as plain data: so that it can be drawn from a seed or by Hypothesis, shrunk and told."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from crosswalk import Side

if TYPE_CHECKING:
    import random

WHAT = ("edit", "edit", "edit", "edit_line", "edit_line", "make", "order", "order", "twin", "add_line", "drop_line",
        "reorder", "delete", "close")  # fmt: skip
"""What people do, the usual more often."""

HOW = ("plain", "plain", "long", "blank", "again")
"""What they type: something new, something too long for the company's column, nothing, or what stood there before."""

FATES = ("done", "late", "never")
"""What becomes of a request whose answer is lost."""

MEDDLED = ("before", "after")
"""When somebody edits the very row that is being written, in the moment before or after it is."""

DELAYS = (20, 200, 700)
PAUSES = (5, 120, 1000, 9000)
"""Seconds between what people do and the next run; the longest one is longer than the overlap of the bookmarks."""

PLACES = 90
"""Boundaries in which a run is disturbed: more than most runs have."""


@dataclass(frozen=True)
class Act:
    """Somebody does something on one side.

    Attributes:
        what: One of `WHAT`.
        side: Where.
        which: Picks the record among those that are there.
        where: Picks its property, or its line.
        how: One of `HOW`.
    """

    what: str
    side: Side
    which: int = 0
    where: int = 0
    how: str = "plain"


@dataclass(frozen=True)
class Run:
    """One run in one direction, and what it lives through.

    Attributes:
        source: The side that the records come from.
        kill_at: The boundary at which the process dies; 0 for none.
        kill_on: The same by what it does there: `find`, `create`, `sent`, `bound` (a commit after that), `update`, …
        last_fate: What becomes of the request that is under way then.
        fates: What becomes of the first requests that write: one of `FATES` or of `MEDDLED`, or empty.
        delay: After how many seconds a late one is executed.
        acts: At which boundary somebody does something, or starts a run beside this one.
        shuffle: In which order the tap delivers, and what it delivers again.
        full: Whether the tap's state was lost.
        waits: Whether the tap has read everything before the run gets the lock, and another one is at work meanwhile.
    """

    source: Side
    kill_at: int = 0
    last_fate: str = "done"
    fates: tuple[str, ...] = ()
    delay: float = 200
    acts: tuple[tuple[int, Act | Run], ...] = ()
    shuffle: int = 0
    full: bool = False
    waits: bool = False
    kill_on: str = ""


@dataclass(frozen=True)
class Turn:
    """Time passes."""

    seconds: float


Step = Act | Run | Turn


@dataclass(frozen=True)
class Setting:
    """The world in which a history takes place.

    Attributes:
        skews: By how many seconds each side's clock is wrong.
        grains: How coarse each side's stamps are, in seconds.
        falls_after: After how many seconds the company's clock falls back an hour.
        hides: Whether the company rewrites one column in a way that no mapping knows. Together with a kill this cannot
            be told from a person's edit (docs/decisions/0007, what it cannot show): only calm histories have it.
        reuses: Whether the company may give a new order line the number of a deleted one.
    """

    skews: tuple[float, float] = (0, 0)
    grains: tuple[int, int] = (1, 1)
    falls_after: float = 0
    hides: bool = False
    reuses: bool = False


@dataclass(frozen=True)
class Weather:
    """What histories are likely to live through: usually a bit of everything, or much of what one rule is there for.

    Attributes:
        what: What people do.
        among: Among how many records, and how many properties, they choose.
        losses: How often an answer is lost.
        kinds: What becomes of a request then.
        pauses: Seconds between what people do and the next run.
        places: At which boundary a run may be killed; 0 for none.
        kills: By what it does when it is killed; empty for by boundary only.
    """

    what: tuple[str, ...] = WHAT
    among: int = 100
    losses: tuple[float, ...] = (0, 0, 0.3)
    kinds: tuple[tuple[str, ...], ...] = (FATES, MEDDLED, FATES + MEDDLED)
    pauses: tuple[int, ...] = PAUSES
    places: int = PLACES
    kills: tuple[str, ...] = ("",)


MIXED = Weather()
STORM = Weather(losses=(0.7,), kinds=(("late", "late", "never"),), places=0)
"""Answers get lost, and what was sent is executed when nobody expects it any more."""
DEATHS = Weather(what=("edit", "edit", "edit", "edit", "make"), among=3, losses=(0,), pauses=(5, 120), places=0,
                 kills=("", "sent"))  # fmt: skip
"""Runs die in the middle of a write, and people go on typing into the same records."""
STRIFE = Weather(what=("edit", "edit_line", "edit_line", "drop_line", "drop_line", "delete", "order", "make"), among=4,
                 losses=(0,), places=0)  # fmt: skip
"""What one side takes away, the other one edits."""
MEDDLING = replace(STRIFE, losses=(0.7,), kinds=(("before",),))
"""The same, in the very moment in which it is taken away."""
CLOSING = Weather(what=("edit", "edit", "edit_line", "order", "make", "close"), among=4, losses=(0,), places=0)
"""Documents are closed in the company while the shop goes on."""


def drawn(chance: random.Random, weather: Weather = MIXED) -> tuple[Setting, list[Step]]:
    """A history from a seed."""
    setting = Setting(
        skews=(chance.choice((-300, 0, 300)), chance.choice((-300, 0, 300))),
        grains=(chance.choice((1, 60)), chance.choice((1, 60))),
        falls_after=chance.uniform(0, 8000),
        hides=chance.random() < 0.1,
    )
    steps: list[Step] = []
    for _ in range(chance.randint(3, 9)):
        steps += [act(chance, weather) for _ in range(chance.randint(0, 4))]
        steps += [Turn(chance.choice(weather.pauses)), run(chance, weather, calm=setting.hides)]
    return replace(setting, reuses=chance.random() < 0.5), steps


def act(chance: random.Random, weather: Weather = MIXED) -> Act:
    """Something that somebody does."""
    return Act(
        chance.choice(weather.what),
        chance.choice(list(Side)),
        chance.randrange(weather.among),
        chance.randrange(weather.among),
        chance.choice(HOW),
    )


def run(chance: random.Random, weather: Weather = MIXED, *, calm: bool) -> Run:
    """A run, disturbed unless it has to be calm."""
    source, shuffle, full = chance.choice(list(Side)), chance.randrange(1 << 30), chance.random() < 0.05
    if calm:
        return Run(source, shuffle=shuffle, full=full)
    losses = chance.choice(weather.losses)
    kinds = chance.choice(weather.kinds)
    busy = chance.choice((0, 0, 1, 3))
    return Run(
        source,
        kill_at=chance.choice((0, chance.randint(1, weather.places))) if weather.places else 0,
        last_fate=chance.choice(FATES),
        fates=tuple(chance.choice(kinds) if chance.random() < losses else "" for _ in range(8)),
        delay=chance.choice(DELAYS),
        acts=tuple((chance.randint(1, PLACES), _meanwhile(chance, weather)) for _ in range(busy)),
        shuffle=shuffle,
        full=full,
        waits=chance.random() < 0.15,
        kill_on=chance.choice(weather.kills) if any(weather.kills) else "",
    )


def _meanwhile(chance: random.Random, weather: Weather) -> Act | Run:
    """What happens in the middle of a run."""
    return act(chance, weather) if chance.random() < 0.85 else Run(chance.choice(list(Side)))
