"""Breaks the merge on purpose, one rule at a time, and counts the histories until the machine notices.

`python tests/soak/twoway/ablations.py [--budget 2000] [--rule NAME] [--output output/soak-ablations.json]`: fails when
a broken rule goes unnoticed. The rules are those of docs/decisions/0006-the-merge.md and 0007-the-proof.md.
"""

from __future__ import annotations

import argparse
import json
import logging
import random
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest import mock

sys.path.insert(0, str(Path(__file__).parents[1]))

from crosswalk import Store, merge
from crosswalk.desk import Desk
from crosswalk.finders import Finder
from crosswalk.locks import Lock
from crosswalk.makers import Maker
from crosswalk.mergers import Merger
from crosswalk.ways import Way
from twoway.steps import CLOSING, DEATHS, MEDDLING, MIXED, STORM, STRIFE, Weather, drawn
from twoway.world import FusedStore, World

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PROCESSES = 2
MEMORY = Path("/dev/shm")


@dataclass(frozen=True)
class Ablation:
    """One rule, broken.

    Attributes:
        rule: What it is called.
        place: Where it stands: a class or a module, and the name there.
        broken: Makes what stands there instead, from what stands there.
        weather: What the histories live through that are to notice it.
    """

    rule: str
    place: tuple[Any, str]
    broken: Callable[[Any], Any]
    weather: Weather = MIXED

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Break it for a while."""
        owner, name = self.place
        with mock.patch.object(owner, name, self.broken(getattr(owner, name))):
            yield


def instead(value: Any) -> Callable[[Any], Any]:
    return lambda _: value


def ignoring(*_: Any, **__: Any) -> None:
    """Do nothing."""


def _one_shadow(_: Any) -> Any:
    def past(self: Merger, pair: Any, near: dict, far: dict) -> Any:
        link = pair.link.on(self._way.source, shadow={**pair.link.shadow(self._way.source), **near})
        shared = {name: near[name] if self._way.mapping.by_name[name].path else far[name] for name in far}
        return replace(pair, link=link.on(self._way.target, shadow={**link.shadow(self._way.target), **shared}))

    return past


def _trusting(read_back: Any) -> Any:
    def written(self: Merger, decided: Any, after: Any) -> Any:
        return read_back(self, decided, replace(after, ours=True))

    return written


def _unread(read_back: Any) -> Any:
    def written(self: Merger, decided: Any, after: Any) -> Any:
        return read_back(self, decided, replace(after, ours=False))

    return written


def _unannounced(announce: Any) -> Any:
    return lambda self, pendings: announce(self, [each for each in pendings if each.op != "update"])


def _without_values(announced: Any) -> Any:
    def saved(self: Maker, ready: Any) -> Any:
        made = announced(self, ready)
        bare = [replace(pair.link.on(self._way.source, shadow={}).on(self._way.target, shadow={})) for pair, _ in made]
        links = self._saved(bare)
        return [(replace(pair, link=links[pair.unit.id]), draft) for pair, draft in made]

    return saved


def _without_expecting(change: Any) -> Any:
    return lambda self, *decided: replace(change(self, *decided), expect={})


def _left_where_it_was(save: Any) -> Any:
    def forgetting(self: Store, links: Any) -> Any:
        gone = [each for each in links if each.status == "tombstone"]
        self.remove(gone)
        return save(self, [each for each in links if each not in gone])

    return forgetting


def _never_stale(triage: Any) -> Any:
    return lambda link, source, fingerprint, _: triage(link, source, fingerprint, float("inf"))


def _stamped_late(_: Any) -> Any:
    return lambda self, incoming: replace(incoming, read_at=self.host.now)


def _state_first(run: Any) -> Any:
    def hasty(self: World, plan: Any, store: Any) -> None:
        for stream in ("customers", "orders", "addresses", "associates"):
            self.bookmarks[plan.source, stream] = self.sides[plan.source].clock()
        run(self, plan, store)

    return hasty


def _always_equal(edited: Any) -> Any:
    del edited
    return lambda *_: False


ABLATIONS = (
    Ablation("two shadows, not one", (Merger, "_past"), _one_shadow),
    Ablation("read before write", (merge._Bench, "_conflict"), instead(merge._Bench._write)),
    Ablation("compare and swap", (Merger, "_change"), _without_expecting),
    Ablation("remember what was stored", (Merger, "_written"), _unread),
    Ablation("guarded read-back", (Merger, "_written"), _trusting),
    Ablation("stale records", (merge, "triage"), _never_stale),
    Ablation("stamps of the request's start", (World, "stamped"), _stamped_late),
    Ablation("overlap of the bookmark", (World, "overlap"), instead(0)),
    Ablation("overlap longer than the clock falls back", (World, "overlap"), instead(600)),
    Ablation("STATE after the commit", (World, "_run"), _state_first),
    Ablation("write ahead", (Store, "announce"), _unannounced, DEATHS),
    Ablation("intent with its values", (Maker, "_announced"), _without_values),
    Ablation("intent", (Maker, "_announced"), lambda _: lambda _self, ready: list(ready)),
    Ablation("external reference", (Finder, "by_reference"), lambda _: lambda _self, pairs: ([], list(pairs))),
    Ablation("records name their partner", (Way, "named"), lambda _: lambda _self, _record: ""),
    Ablation("grace", (World, "grace"), instead(0), STORM),
    Ablation("holding what is not certain", (Desk, "hold"), instead(ignoring), STORM),
    Ablation("run lock", (Lock, "acquire"), instead(ignoring)),
    Ablation("ownership", (Way, "owned_there"), lambda _: lambda _self, _each: False),
    Ablation("what is owed", (Store, "owe"), instead(ignoring)),
    Ablation("conflicts on record", (Store, "conflicts"), instead(ignoring)),
    Ablation("tombstones", (Store, "save"), _left_where_it_was),
    Ablation("verified deletes", (World, "verified"), lambda _: lambda _self, _system, _table, missing: missing),
    Ablation("edited meanwhile, so kept", (Way, "is_edited"), _always_equal, STRIFE),
    Ablation("compare and delete", (Way, "safe"), lambda _: lambda _self, _link, _row: {}, MEDDLING),
    Ablation("nothing open over what is gone", (Store, "forgive"), instead(ignoring)),
    Ablation("what a product fills anew", (Way, "refilled"), lambda _: lambda _self, _written: []),
    Ablation("debts of closed rows", (Store, "closed"), lambda _: lambda _self, _debts: set(), CLOSING),
)
BY_RULE = {each.rule: each for each in ABLATIONS}


def noticed(rule: str, seeds: range) -> tuple[str, int | None, str]:
    """The first of these histories in which something goes wrong with this rule broken, and what."""
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        store = FusedStore(Path(folder))
        try:
            for seed in seeds:
                if what := _goes_wrong(store, BY_RULE[rule], seed):
                    return rule, seed, what
        finally:
            store.close()
    return rule, None, ""


def _goes_wrong(store: FusedStore, broken: Ablation, seed: int) -> str:
    """What goes wrong, be it only that there are more conflicts over our own writes than with the rule whole."""
    with broken.at_work():
        try:
            verdict = _lived(store, seed, broken.weather).verdict
        except (AttributeError, NameError, TypeError):
            raise  # the ablation does not fit the code any more: nothing of the rule has been tried
        except Exception as error:  # noqa: BLE001 - a run that breaks off has been noticed too
            return type(error).__name__
    if verdict.is_guilty:
        return verdict.told[0]
    if verdict.quarrels and verdict.quarrels > _lived(store, seed, broken.weather).verdict.quarrels:
        return "false conflicts: our own write is taken for an edit"
    return ""


def _lived(store: FusedStore, seed: int, weather: Weather) -> World:
    setting, steps = drawn(random.Random(seed), weather)
    world = World(store, setting)
    world.live(steps)
    return world


def main() -> int:
    """Break each rule, print a table, write it down; 1 when one goes unnoticed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--budget", type=int, default=2000)
    parser.add_argument("--rule", action="append", choices=list(BY_RULE))
    parser.add_argument("--output", type=Path, default=Path("output/soak-ablations.json"))
    wish = parser.parse_args()
    rows = []
    with ProcessPoolExecutor(PROCESSES, initializer=logging.disable, initargs=(logging.CRITICAL,)) as pool:
        begin = time.monotonic()
        for rule, seed, what in pool.map(partial(noticed, seeds=range(wish.budget)), wish.rule or list(BY_RULE)):
            histories = None if seed is None else seed + 1
            rows.append({"rule": rule, "noticed_after": histories, "what": what})
            print(f"{rule:42} {histories or 'not noticed':>12}  {what[:90]}", flush=True)
    result = {"budget": wish.budget, "seconds": round(time.monotonic() - begin), "rules": rows}
    wish.output.parent.mkdir(parents=True, exist_ok=True)
    wish.output.write_text(json.dumps(result, indent=2) + "\n")
    return int(any(row["noticed_after"] is None for row in rows))


if __name__ == "__main__":
    sys.exit(main())
