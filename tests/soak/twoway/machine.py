"""The same world, driven by Hypothesis: it looks for a history in which something goes wrong, and makes it small.

What it finds it prints as steps that can be lived through again: `World(store, setting).live([...])`.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from crosswalk import Side
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule
from twoway.steps import DELAYS, FATES, HOW, MEDDLED, PAUSES, PLACES, WHAT, Act, Run, Setting, Turn
from twoway.world import FusedStore, World

if TYPE_CHECKING:
    from twoway.steps import Step

MEMORY = Path("/dev/shm")
SIDES = st.sampled_from(list(Side))
ACTS = st.builds(
    Act,
    what=st.sampled_from(list(dict.fromkeys(WHAT))),
    side=SIDES,
    which=st.integers(0, 5),
    where=st.integers(0, 11),
    how=st.sampled_from(list(dict.fromkeys(HOW))),
)
PLACE = st.integers(1, PLACES)
SHUFFLES = st.integers(0, 1 << 16)
MEANWHILE = st.tuples(PLACE, ACTS | st.builds(Run, source=SIDES))
SETTINGS = st.builds(
    Setting,
    skews=st.tuples(st.sampled_from((0, -300, 300)), st.sampled_from((0, -300, 300))),
    grains=st.tuples(st.sampled_from((1, 60)), st.sampled_from((1, 60))),
    falls_after=st.integers(0, 8000),
    hides=st.booleans(),
)


class TwoSystems(RuleBasedStateMachine):
    """People edit, runs are disturbed, killed and lost; whenever it is quiet again, nothing is wrong."""

    store: FusedStore

    @initialize(setting=SETTINGS)
    def begin(self, setting: Setting) -> None:
        """A world of its own; the link store is emptied, not made."""
        self.world, self.setting, self.steps = World(self.store, setting), setting, list[object]()

    def _take(self, step: Step) -> None:
        self.steps.append(step)
        self.world.take(step)

    @rule(act=ACTS)
    def do(self, act: Act) -> None:
        """Somebody does something."""
        self._take(act)

    @rule(seconds=st.sampled_from(PAUSES))
    def wait(self, seconds: int) -> None:
        """Time passes."""
        self._take(Turn(seconds))

    @rule(source=SIDES, shuffle=SHUFFLES)
    def run(self, source: Side, shuffle: int) -> None:
        """A run that nothing disturbs."""
        self._take(Run(source, shuffle=shuffle))

    @precondition(lambda self: not self.setting.hides)
    @rule(source=SIDES, acts=st.lists(MEANWHILE, min_size=1, max_size=3), shuffle=SHUFFLES)
    def busy_run(self, source: Side, acts: list[tuple[int, Act | Run]], shuffle: int) -> None:
        """A run in the middle of which people edit, and others start a run."""
        self._take(Run(source, acts=tuple(acts), shuffle=shuffle))

    @precondition(lambda self: not self.setting.hides)
    @rule(
        source=SIDES,
        kill_at=PLACE,
        last_fate=st.sampled_from(FATES),
        acts=st.lists(MEANWHILE, max_size=1),
        shuffle=SHUFFLES,
    )
    def killed_run(
        self, source: Side, kill_at: int, last_fate: str, acts: list[tuple[int, Act | Run]], shuffle: int
    ) -> None:
        """A run that is killed."""
        self._take(Run(source, kill_at, last_fate, acts=tuple(acts), shuffle=shuffle))

    @precondition(lambda self: not self.setting.hides)
    @rule(
        source=SIDES,
        fates=st.lists(st.sampled_from(("", *FATES, *MEDDLED)), min_size=1, max_size=6),
        delay=st.sampled_from(DELAYS),
    )
    def deaf_run(self, source: Side, fates: list[str], delay: int) -> None:
        """A run that loses answers."""
        self._take(Run(source, fates=tuple(fates), delay=delay))

    @precondition(lambda self: not self.setting.hides)
    @rule(source=SIDES, shuffle=SHUFFLES)
    def waiting_run(self, source: Side, shuffle: int) -> None:
        """A run that has to wait for another one after its tap has read everything."""
        self._take(Run(source, shuffle=shuffle, waits=True))

    @rule(source=SIDES)
    def forgetful_run(self, source: Side) -> None:
        """A run whose tap has lost its state."""
        self._take(Run(source, full=True))

    @rule()
    def come_to_rest(self) -> None:
        """Both directions until nothing moves any more: nothing is lost, doubled, echoed, undecided or open."""
        self.world.rest()
        assert not self.world.verdict.is_guilty, "\n".join(
            [*self.world.verdict.told, f"World(store, {self.setting!r}).live({self.steps!r})"]
        )

    def teardown(self) -> None:
        """However a history ends, it ends in peace."""
        if hasattr(self, "world"):
            self.come_to_rest()


def machine(folder: Path) -> type[TwoSystems]:
    """A state machine whose histories all use one link store in this folder."""
    return type("TwoSystems", (TwoSystems,), {"store": FusedStore(folder)})


def memory() -> tempfile.TemporaryDirectory[str]:
    """A folder for a link store that is written to all the time."""
    return tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None)
