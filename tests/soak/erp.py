"""The soak: a shop lives, the company misbehaves at random, the target is killed now and then; nothing may be lost.

`python tests/soak/erp.py [--minutes 30] [--seed 1] [--output output/soak.json]`; fails when anything is lost or twice,
or when a kind of fault never came in ten minutes or more.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))

from audit import Audit
from life import Life
from programs import PROGRAMS, Neighbours, Pipe, serving
from weather import Weather

GRACE = 4
"""Seconds within which a write whose answer was lost lands here, or never; see `late_commit` in weather.py."""

KILLED = 0.15
"""How often a run is killed."""

SETTINGS = {"grace_seconds": GRACE, "request_timeout": 5, "batch_size_rows": 50}
LAST_RUNS = 10
ENOUGH = 10
"""Minutes in which every kind of fault must have come."""


def main() -> int:
    """Soak, print, write down; 1 when something is not as it must be."""
    wish = _arguments()
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder) / "sandbox") as neighbours:
        result = soak(neighbours, Path(folder) / "pipe", random.Random(wish.seed), wish.minutes * 60)
    result["seed"] = wish.seed
    wish.output.parent.mkdir(parents=True, exist_ok=True)
    wish.output.write_text(json.dumps(result, indent=2) + "\n")
    print(json.dumps(result, indent=2))
    never = sorted(kind for kind, times in result["faults"].items() if not times)
    print(f"never came: {', '.join(never) or 'none'}", file=sys.stderr)
    return int(result["rows_lost"] > 0 or result["duplicates"] > 0 or bool(never and wish.minutes >= ENOUGH))


def soak(neighbours: Neighbours, folder: Path, chance: random.Random, seconds: float) -> dict:
    """Let shop and company live for so long, then come to rest, then look."""
    neighbours.tell_company(
        "PATCH", "behaviours", token_lifetime_seconds=90, execution_timeout_seconds=3, abandoned_place_seconds=20
    )
    pipe = Pipe(neighbours, folder, SETTINGS)
    counts = {"runs": 0, "whole": 0, "killed": 0, "failed": 0}
    life, start = Life(neighbours, chance), time.monotonic()
    with Weather(neighbours) as weather:
        while time.monotonic() - start < seconds:
            life.go_on()
            counts["runs"] += 1
            ended = _run(pipe, chance)
            counts[ended] += 1
    quiet = _come_to_rest(pipe)
    asked, found = neighbours.stats(), Audit(neighbours)
    for problem in [*found.lost, *found.twice][:20]:
        print(problem, file=sys.stderr)
    return {
        "requests": asked["requests"],
        "faults": dict(sorted(weather.seen.items())),
        "rows_written": sum(asked["rows_created"].values()) + sum(asked["rows_updated"].values()),
        "rows_lost": len(found.lost),
        "duplicates": len(found.twice),
        "seconds": round(time.monotonic() - start),
        **counts,
        "writes_after_quiet": quiet,
    }


def _run(pipe: Pipe, chance: random.Random) -> str:
    """One run, which may be killed; how it ended, or `whole` where all went well."""
    with pipe.flowing() as target:
        try:
            status = target.wait(chance.uniform(0.5, 6) if chance.random() < KILLED else None)
        except subprocess.TimeoutExpired:
            return "killed"
    if status:
        print((pipe.folder / "log.txt").read_text().splitlines()[-1], file=sys.stderr)
        return "failed"
    return "whole"


def _come_to_rest(pipe: Pipe) -> int:
    """Run without disturbance until nothing is open; the number of writes of one run more."""
    time.sleep(GRACE + 1)
    for _ in range(LAST_RUNS):
        before = pipe.neighbours.writes()
        subprocess.run([PROGRAMS / "crosswalk", "--link-store", pipe.store, "rejects", "retry"], check=True,
                       stdout=subprocess.DEVNULL)  # fmt: skip
        pipe.run()
        if pipe.neighbours.writes() == before:
            break
    before = pipe.neighbours.writes()
    pipe.run()
    return pipe.neighbours.writes() - before


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--output", type=Path, default=Path("output/soak.json"))
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
