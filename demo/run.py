"""The first sync: starts a webshop and a company on this machine, runs the job between them, and shows what happened.

Uses only programs and HTTP, as an integrator would, and stops what it started. Run again, it finds nothing to do and
says so, because shop, company and links stay in state/sandbox/.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

from console import failed, show, step
from neighbours import neighbours

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from console import Progress
    from neighbours import Neighbours

ROOT = Path(__file__).parent.parent
DATA = ROOT / "state" / "sandbox"
OUTPUT = ROOT / "output"
LOG = OUTPUT / "demo.log"
INSTALLED = ROOT / ".meltano" / "installed"
JOB = "webshop-to-businessnxt"
COUNTS = {  # what the link store tells apart, and people need not
    "read": ["read"],
    "created": ["created"],
    "updated": ["updated", "adopted"],
    "unchanged": ["unchanged", "dormant", "stale", "deleted"],
    "rejected": ["rejected", "waiting", "held"],
}


def meltano(*arguments: str) -> list[str]:
    """A Meltano command line on this project, wherever we stand."""
    return ["meltano", f"--cwd={ROOT}", "--environment=sandbox", *arguments]


@contextlib.contextmanager
def running(*arguments: str, env: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    """Meltano at work, its words in the log; if we leave early, it ends with all its children."""
    command = meltano(*arguments)
    with (
        LOG.open("a") as log,
        subprocess.Popen(command, env=env, stdout=log, stderr=log, start_new_session=True) as process,
    ):
        try:
            yield process
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGTERM)


def follow(process: subprocess.Popen[str], progress: Progress, news: Callable[[], str] = str) -> None:
    """Watch until Meltano ends."""
    while process.poll() is None:
        progress.update(news())
        time.sleep(0.5)


def install() -> None:
    """Give every plugin its virtual environment, unless all have the one that is asked for today.

    Whoever broke off in the middle left one that is half filled: without the note of a good end all are made anew.
    """
    with step("meltano install") as progress:
        if INSTALLED.exists() and INSTALLED.read_text() == environments():
            return
        INSTALLED.unlink(missing_ok=True)
        with running("install", "--clean", env=dict(os.environ)) as process:
            follow(process, progress)
        if process.returncode:
            sys.exit(failed(LOG, process.returncode))
        INSTALLED.write_text(environments())


def environments() -> str:
    """What virtual environments are made of, and when they were: our own code is only linked to, and may change."""
    asked = [ROOT / "meltano.yml", ROOT / "requirements" / "constraints.txt",
             *ROOT.glob("*/pyproject.toml"), *ROOT.glob("packages/*/pyproject.toml")]  # fmt: skip
    made = ROOT.glob(".meltano/*/*/venv/pyvenv.cfg")
    content = [sys.version, sys.prefix, *(each.read_text() for each in sorted(asked))]
    stamps = [f"{each.relative_to(ROOT)} {each.stat().st_mtime_ns}" for each in sorted(made)]
    return "\n".join([hashlib.sha256("".join(content).encode()).hexdigest(), *stamps])


def sync(shop_and_company: Neighbours, *, fresh: bool) -> dict[str, Any]:
    """Run the job once and collect its figures."""
    env = {**os.environ, **shop_and_company.settings()}
    shop_and_company.forget_figures()
    began = datetime.now(timezone.utc).replace(microsecond=0)
    refresh = ["--full-refresh"] if fresh else []  # new links know nothing of an old bookmark
    with step(f"meltano run {JOB}") as progress:
        with running("run", *refresh, JOB, env=env) as process:
            follow(process, progress, shop_and_company.progress)
        seconds = round(progress.seconds, 1)
        if process.returncode and not well_ended(last_run(env), began):
            sys.exit(failed(LOG, process.returncode))
    run = last_run(env)
    return {
        "entities": {entity: summed(counts) for entity, counts in run["counts"].items()},
        "notes": run["counts"],
        "write_requests": shop_and_company.write_requests(),
        "seconds": seconds,
        "rejects": crosswalk("rejects", "list", env=env),
    }


def last_run(env: dict[str, str]) -> dict[str, Any]:
    """What the link store tells of the newest run."""
    return crosswalk("runs", env=env)[0]


def summed(counts: dict[str, int]) -> dict[str, int]:
    """The five figures of an entity."""
    return {name: sum(counts.get(kind, 0) for kind in kinds) for name, kinds in COUNTS.items()}


def well_ended(run: dict[str, Any], began: datetime) -> bool:
    """Whether it was only the check behind the run that failed, because records were refused."""
    return run["exit"] == "ok" and datetime.fromisoformat(run["started_at"]) >= began


def crosswalk(*arguments: str, env: dict[str, str]) -> list[dict[str, Any]]:
    """What the link store's own command line answers."""
    command = meltano("invoke", "crosswalk", *arguments, "--json")
    answer = subprocess.run(command, env=env, check=False, capture_output=True, text=True)
    if answer.returncode:
        sys.exit(f"{failed(LOG, answer.returncode)}\n\n{answer.stderr}")
    return json.loads(answer.stdout)


def write(figures: dict[str, Any]) -> Path:
    """Keep the figures for programs."""
    file = OUTPUT / "demo.json"
    kept = {name: figures[name] for name in ("entities", "write_requests", "seconds")}
    file.write_text(json.dumps(kept, indent=2) + "\n")
    return file


def main() -> None:
    """Install, start the neighbours, sync, report."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    signal.signal(signal.SIGINT, signal.default_int_handler)  # what a shell starts in its background is born deaf to it
    OUTPUT.mkdir(exist_ok=True)
    LOG.unlink(missing_ok=True)
    fresh = not (DATA / "links.db").exists()
    DATA.mkdir(parents=True, exist_ok=True)
    install()
    with neighbours(DATA) as shop_and_company:
        figures = sync(shop_and_company, fresh=fresh)
        customer = shop_and_company.some_customer()
    show(figures, customer, write(figures))


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
