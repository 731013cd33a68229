"""The proof of the two-way merge at model speed: many histories, each from its seed, and what was wrong in them.

`python tests/soak/twoway/run.py [--histories 20000] [--seed 1] [--output output/soak-sync.json]`; fails when anything
is lost, doubled, echoed or undecided.
"""

from __future__ import annotations

import argparse
import json
import logging
import sys
import tempfile
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from twoway.history import FIGURES, WRONG, FusedStore, History

PROCESSES = 2
PART = 250
MEMORY = Path("/dev/shm")
SHOWN = 20


def main() -> int:
    """Live all histories, print, write down; 1 when something is not as it must be."""
    wish = _arguments()
    parts = [
        range(start, min(start + PART, wish.seed + wish.histories))
        for start in range(wish.seed, wish.seed + wish.histories, PART)
    ]
    total: Counter[str] = Counter(dict.fromkeys(FIGURES, 0))
    wrong: list[int] = []
    with ProcessPoolExecutor(PROCESSES, initializer=logging.disable, initargs=(logging.WARNING,)) as pool:
        for figures, seeds in pool.map(live, parts):
            total.update(figures)
            wrong += seeds
    result = {**total, "first_seed": wish.seed, "seeds_that_failed": wrong[:SHOWN]}
    wish.output.parent.mkdir(parents=True, exist_ok=True)
    wish.output.write_text(json.dumps(result, indent=2) + "\n")
    print(json.dumps(result, indent=2))
    return int(any(total[name] for name in WRONG))


def live(seeds: range) -> tuple[dict[str, int], list[int]]:
    """The figures of these histories, and the seeds of those in which something was wrong."""
    total: Counter[str] = Counter()
    wrong = []
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        store = FusedStore(Path(folder))
        for seed in seeds:
            figures = History(seed, store).live()
            total.update(figures)
            if any(figures[name] for name in WRONG):
                wrong.append(seed)
        store.close()
    return dict(total), wrong


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--histories", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--output", type=Path, default=Path("output/soak-sync.json"))
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
