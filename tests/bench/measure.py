"""Runs programs and watches them: seconds, and how much memory each holds over time."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import requests

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))

from programs import PROGRAMS, server  # stands beside the tests

MIB = 1024 * 1024


@dataclass
class Watched:
    """One process of a pipe.

    Attributes:
        name: What it is.
        sizes: MiB that it held, every tenth of a second.
    """

    name: str
    sizes: list[float] = field(default_factory=list)

    @property
    def peak(self) -> float:
        """The most it ever held, in MiB."""
        return max(self.sizes, default=0.0)

    @property
    def growth(self) -> float:
        """MiB that it grew from the first fifth of its life, when it is warm, to the end."""
        warm = self.sizes[len(self.sizes) // 5 :]
        return max(warm, default=0.0) - warm[0] if warm else 0.0


def pipe(folder: Path, **commands: list[str]) -> tuple[float, dict[str, Watched]]:
    """Run programs as one pipe; seconds until the last one ended, and what each of them held.

    Raises:
        RuntimeError: One of them failed; its words are in the folder.
    """
    watched = {name: Watched(name) for name in commands}
    began, previous, processes = time.perf_counter(), None, []
    for name, command in commands.items():
        with (folder / f"{name}.log").open("w") as log:
            process = subprocess.Popen(command, stdin=previous, stdout=subprocess.PIPE, stderr=log)
        if previous is not None:
            previous.close()
        previous = process.stdout
        processes.append(process)
    with _watching(dict(zip(watched.values(), processes, strict=True))):
        while previous.read(1 << 16):
            pass
    for name, process in zip(commands, processes, strict=True):
        if process.wait():
            raise RuntimeError(f"{name} ended with {process.returncode}: see {folder / f'{name}.log'}")
    return time.perf_counter() - began, watched


@contextlib.contextmanager
def _watching(processes):
    done = threading.Event()

    def look():
        handles = {watched: psutil.Process(process.pid) for watched, process in processes.items()}
        while not done.wait(0.1):
            for watched, handle in handles.items():
                with contextlib.suppress(psutil.NoSuchProcess, psutil.ZombieProcess):
                    watched.sizes.append(handle.memory_info().rss / MIB)

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        yield
    finally:
        done.set()
        watcher.join()


Watched.__hash__ = object.__hash__


@contextlib.contextmanager
def neighbours(folder: Path, seed: str):
    """A shop full of plain records and an empty company."""
    shop = [PROGRAMS / "sandbox", "webshop", "--port", "0", "--data", folder, "--seed", seed, "--max-limit", "1000"]
    company = [PROGRAMS / "sandbox", "businessnxt", "--port", "0", "--data", folder, "--seed", "empty"]
    with server(*shop) as one, server(*company) as other:
        yield one | other


def stats(ready: dict) -> dict:
    """What the company was asked."""
    return requests.get(f"{ready['businessnxt']['control_url']}/stats", timeout=30).json()


def forget(ready: dict) -> None:
    """Count from nothing."""
    requests.post(f"{ready['businessnxt']['control_url']}/stats/reset", timeout=30)
