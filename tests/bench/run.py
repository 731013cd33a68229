"""Speed and memory, each figure beside a peer's from the same run: prints a table and writes output/bench.json.

`python tests/bench/run.py [RECORDS]`; 100,000 customers by default.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from measure import PROGRAMS, forget, neighbours, pipe, stats
from real_shops import compare
from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).parents[2]
OUTPUT = ROOT / "output" / "bench.json"
PEERS = [sys.executable, str(Path(__file__).parent / "peers.py")]
STREAM = "customers"


def figure(name: str, ours: float, goal: str, *, peer: float | None = None, holds: bool) -> dict:
    """One line of the result; the ratio is ours over the peer's."""
    ratio = None if not peer else round(ours / peer, 2)
    return {"name": name, "ours": round(ours, 2), "peer": peer and round(peer, 2), "ratio": ratio, "goal": goal,
            "holds": holds}  # fmt: skip


def commands(ready: dict, folder: Path) -> dict[str, list[str]]:
    """Tap and target as an integrator runs them."""
    others = {name: {"enabled": False} for name in ("orders", "products", "stock_levels")}
    shop = {name: ready["webshop"][name] for name in ("api_url", "auth_token")}
    tap = {**shop, "page_size": 1000, "streams": others}
    names = ("api_url", "token_url", "client_id", "client_secret", "company_no")
    target = {name: ready["businessnxt"][name] for name in names}
    target |= {"mapping": str(ROOT / "mapping"), "link_store": f"sqlite:///{folder}/links.db"}
    (folder / "tap.json").write_text(json.dumps(tap))
    (folder / "target.json").write_text(json.dumps(target))
    return {
        "tap": [str(PROGRAMS / "tap-customwebshop"), "--config", str(folder / "tap.json")],
        "target": [str(PROGRAMS / "target-businessnxt"), "--config", str(folder / "target.json")],
    }


def bench(records: int, folder: Path) -> list[dict]:
    """Measure everything."""
    with neighbours(folder, f"bulk:{STREAM}={records}") as ready:
        ours = commands(ready, folder)
        url = ready["webshop"]["api_url"]
        stock_tap, stock_target = [*PEERS, "tap", url, STREAM], [*PEERS, "target"]
        forget(ready)
        first, held = pipe(folder, **ours)
        made = stats(ready)
        forget(ready)
        second, _ = pipe(folder, **ours)
        asked = stats(ready)
        tap_alone, _ = pipe(folder, tap=ours["tap"])
        peer_tap, _ = pipe(folder, tap=stock_tap)
        plain, _ = pipe(folder, tap=[*PEERS, "loop", url, STREAM])
        peer_pipe, _ = pipe(folder, tap=stock_tap, target=stock_target)
    rows = made["rows_created"]["address"]
    per_thousand = made["writes"] / rows * 1000
    return [
        figure("rows made in the company", rows, f"= {records}", holds=rows == records),
        figure("write requests per 1,000 new rows", per_thousand, "<= 4", holds=per_thousand <= 4),
        figure("write requests of the second, unchanged run", asked["writes"], "0", holds=asked["writes"] == 0),
        figure("requests of the second, unchanged run", asked["requests"], "0", holds=asked["requests"] == 0),
        *(
            figure(f"{name}: MiB at most", held[name].peak, "<= 100", holds=held[name].peak <= 100)
            for name in ("tap", "target")
        ),
        *(
            figure(f"{name}: MiB grown while it worked", held[name].growth, "<= 10", holds=held[name].growth <= 10)
            for name in ("tap", "target")
        ),
        figure("seconds, tap alone, against a stock SDK tap", tap_alone, "<= 0.5 x", peer=peer_tap,
               holds=tap_alone <= 0.5 * peer_tap),
        figure("seconds, tap alone, against a plain loop", tap_alone, "<= 2.2 x", peer=plain,
               holds=tap_alone <= 2.2 * plain),
        figure("seconds, unchanged pipe, against a stock SDK pipe that writes nothing", second, "<= 0.8 x",
               peer=peer_pipe, holds=second <= 0.8 * peer_pipe),
        figure("seconds, first run with mapping and all writes, against the same", first, "<= 4 x", peer=peer_pipe,
               holds=first <= 4 * peer_pipe),
    ]  # fmt: skip


def show(figures: list[dict]) -> None:
    """Print the table."""
    table = Table(title="ours / peer, same run, same machine")
    for name in figures[0]:
        table.add_column(name)
    for each in figures:
        table.add_row(*("" if value is None else str(value) for value in each.values()))
    Console(width=140).print(table)


def main() -> int:
    records = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as folder:
        figures = bench(records, Path(folder))
        figures += [figure(**each) for each in compare(Path(folder))]
    OUTPUT.parent.mkdir(exist_ok=True)
    OUTPUT.write_text(json.dumps(figures, indent=2) + "\n")
    show(figures)
    return 0 if all(each["holds"] for each in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
