"""The proof of the two-way merge: many histories, each from its seed, and what was wrong in them.

`python tests/soak/twoway/run.py [--histories 20000] [--programs 200] [--seed 1] [--output output/soak-sync.json]`;
fails when anything is lost, doubled, echoed or undecided. `--histories` are lived at model speed, with the merge and
the link store themselves between two systems in memory; `--programs` by whole programs between the two sandboxes,
which are really killed. How far it has come stands on stderr now and then, with the seeds that fail; such a seed is
shrunk and told by `--tell SEED`.
"""

from __future__ import annotations

import argparse
import json
import logging
import random
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[2] / "support"))

from twoway.judgement import FIGURES, WRONG
from twoway.progress import Progress
from twoway.shrink import History, shrink
from twoway.steps import drawn
from twoway.world import FusedStore, World

PROCESSES = 2
PART = 100
MEMORY = Path("/dev/shm")
SHOWN = 20


def main() -> int:
    """Live all histories, print, write down; 1 when something is not as it must be."""
    wish = _arguments()
    if wish.tell is not None:
        return tell(wish.tell)
    begin = time.monotonic()
    model, wrong = live_all(range(wish.seed, wish.seed + wish.histories))
    halfway = time.monotonic()
    programs = _live_programs(wish.programs, wish.seed) if wish.programs else dict.fromkeys(FIGURES, 0)
    result = {
        **{name: model[name] + programs[name] for name in FIGURES},
        "model": {**model, "seconds": round(halfway - begin), "seeds_that_failed": wrong[:SHOWN]},
        "programs": {**programs, "seconds": round(time.monotonic() - halfway)},
        "first_seed": wish.seed,
    }
    wish.output.parent.mkdir(parents=True, exist_ok=True)
    wish.output.write_text(json.dumps(result, indent=2) + "\n")
    print(json.dumps(result, indent=2))
    return int(any(result[name] for name in WRONG))


def live_all(seeds: range) -> tuple[dict[str, int], list[int]]:
    """The same as `live`, on both cores."""
    parts = [seeds[start : start + PART] for start in range(0, len(seeds), PART)]
    so_far, wrong = Progress("model", len(seeds)), []
    with ProcessPoolExecutor(PROCESSES, initializer=logging.disable, initargs=(logging.CRITICAL,)) as pool:
        for figures, failed in pool.map(live, parts):
            so_far.add(figures, [f"seed {each}" for each in failed])
            wrong += failed
    return dict(so_far.total), wrong


def live(seeds: range) -> tuple[dict[str, int], list[int]]:
    """The figures of these histories, and the seeds of those in which something was wrong."""
    total: Counter[str] = Counter()
    wrong = []
    with _memory() as folder:
        store = FusedStore(Path(folder))
        for seed in seeds:
            figures = _figures(store, seed)
            total.update(figures)
            if any(figures[name] for name in WRONG):
                wrong.append(seed)
        store.close()
    return dict(total), wrong


def _figures(store: FusedStore, seed: int) -> dict[str, int]:
    try:
        return _lived(store, drawn(random.Random(seed))).verdict.figures
    except Exception:  # noqa: BLE001 - a run that breaks off is wrong as well, and the next history is to be lived
        return {**dict.fromkeys(FIGURES, 0), "histories": 1, "broken_off": 1}


def tell(seed: int) -> int:
    """Say what goes wrong in a history, and the smallest one in which the same does."""
    logging.disable(logging.CRITICAL)
    with _memory() as folder:
        store = FusedStore(Path(folder))
        kinds = _kinds(store, drawn(random.Random(seed)))
        print("\n".join(sorted(kinds)) or "nothing is wrong")
        if kinds:
            setting, steps = shrink(drawn(random.Random(seed)), lambda history: bool(kinds & _kinds(store, history)))
            print(setting, *steps, sep="\n")
            print(*_told(store, (setting, steps)), sep="\n")
        store.close()
    return int(bool(kinds))


def _kinds(store: FusedStore, history: History) -> set[str]:
    return {each.partition(":")[0] for each in _told(store, history)}


def _told(store: FusedStore, history: History) -> list[str]:
    try:
        return _lived(store, history).verdict.told
    except Exception as error:  # noqa: BLE001 - whatever breaks a run off is to be told
        return [f"{type(error).__name__}: {error}"]


def _lived(store: FusedStore, history: History) -> World:
    setting, steps = history
    world = World(store, setting)
    world.live(steps)
    return world


def _live_programs(histories: int, seed: int) -> dict[str, int]:
    from twoway.programs import live_programs  # noqa: PLC0415 - it loads all four plugins

    return live_programs(histories, seed)


def _memory() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--histories", type=int, default=20_000)
    parser.add_argument("--programs", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--tell", type=int, metavar="SEED")
    parser.add_argument("--output", type=Path, default=Path("output/soak-sync.json"))
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
