"""Makes a failing history small: leaves out steps and disturbances for as long as it still fails in the same way."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from twoway.steps import Run, Setting

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from twoway.steps import Step

History = tuple[Setting, list["Step"]]


def shrink(history: History, fails: Callable[[History], bool]) -> History:
    """The smallest history that can be reached by leaving out one thing after the other."""
    smaller = True
    while smaller:
        smaller = False
        for candidate in _smaller(history):
            if fails(candidate):
                history, smaller = candidate, True
                break
    return history


def _smaller(history: History) -> Iterator[History]:
    setting, steps = history
    size = len(steps)
    while size := size // 2:
        for start in range(0, len(steps), size):
            yield setting, steps[:start] + steps[start + size :]
    for plain in (Setting(), replace(setting, skews=(0, 0)), replace(setting, grains=(1, 1))):
        if plain != setting:
            yield plain, steps
    for place, step in enumerate(steps):
        for simpler in _simpler(step):
            yield setting, [*steps[:place], simpler, *steps[place + 1 :]]


def _simpler(step: Step) -> Iterator[Step]:
    if not isinstance(step, Run):
        return
    yield from (
        each
        for each in (
            replace(step, acts=(), fates=(), kill_at=0, shuffle=0, full=False, waits=False),
            replace(step, waits=False),
            replace(step, shuffle=0),
            replace(step, kill_at=0),
            replace(step, full=False),
            replace(step, fates=()),
            *(replace(step, acts=step.acts[:at] + step.acts[at + 1 :]) for at in range(len(step.acts))),
        )
        if each != step
    )
