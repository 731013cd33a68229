"""`make demo` as a stranger sees it: something happens the first time, nothing the second, and nothing stays behind."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time

import psutil

COUNTS = {"read", "created", "updated", "unchanged", "rejected"}


DEAF = "trap '' INT; exec "
"""How a shell starts what is to run in its background, as in `make demo &` in a script."""


def demo(project, shell: str = "exec ") -> subprocess.Popen[str]:
    command = ["/bin/sh", "-c", f'{shell}"$0" demo/run.py', sys.executable]
    return subprocess.Popen(
        command, cwd=project.root, env=project.env(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def figures(project) -> dict:
    return json.loads((project.root / "output" / "demo.json").read_text())


def leftovers(project) -> list[str]:
    """Processes that work in or for the project."""
    lines = (" ".join(each.info["cmdline"] or []) for each in psutil.process_iter(["cmdline"]))
    return [line for line in lines if str(project.root) in line]


def test_the_second_demo_finds_nothing_to_do(bare_project):
    first_words, _ = demo(bare_project).communicate()
    first = figures(bare_project)
    second_words, _ = demo(bare_project).communicate()
    second = figures(bare_project)

    assert {"customers", "products", "orders"} <= first["entities"].keys(), first_words
    assert all(counts.keys() == COUNTS for counts in first["entities"].values())
    assert all(first["entities"][entity]["created"] for entity in ("customers", "products", "orders"))
    assert first["write_requests"] > 0
    assert [counts for counts in second["entities"].values() if counts["created"] or counts["updated"]] == []
    assert second["write_requests"] == 0
    assert "Nothing was created, nothing updated" in second_words
    assert leftovers(bare_project) == []


def test_a_demo_that_is_broken_off_stops_what_it_started(bare_project):
    log = bare_project.root / "output" / "demo.log"
    log.unlink(missing_ok=True)
    with demo(bare_project, DEAF) as process:
        while not (log.exists() and "Beginning sync" in log.read_text()):  # what it installs must stay whole
            time.sleep(0.1)
        process.send_signal(signal.SIGINT)

    assert process.returncode == 130
    assert leftovers(bare_project) == []
