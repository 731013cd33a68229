"""Taps and targets as processes of their own, forked from one that has loaded them all: started in no time, and mortal.

What is skipped is only the start of the interpreter; each is a process, reads and writes pipes, and dies of `kill -9`.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from programs import PROGRAMS
from tap_businessnxt.tap import TapBusinessNxt
from tap_customwebshop.tap import TapCustomWebshop
from target_businessnxt.target import TargetBusinessNxt
from target_customwebshop.target import TargetCustomWebshop

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from pathlib import Path

    from singer_sdk.plugin_base import PluginBase

PLUGINS = {each.name: each for each in (TapBusinessNxt, TapCustomWebshop, TargetBusinessNxt, TargetCustomWebshop)}
PATIENCE = 300.0
PAUSE = 0.01


def fork(plugin: type[PluginBase], arguments: list[str], stdin: int, stdout: int, log: Path) -> int:
    """Start a plugin; gives its process id."""
    child = os.fork()
    if child:
        return child
    status = 1
    try:
        os.setsid()
        for signals in (signal.SIGINT, signal.SIGTERM):
            signal.signal(signals, signal.SIG_DFL)
        told = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        for place, handle in enumerate((stdin, stdout, told)):
            os.dup2(handle, place)
        os.closerange(3, 256)
        sys.stdin, sys.stdout, sys.stderr = os.fdopen(0), os.fdopen(1, "w"), os.fdopen(2, "w")
        logging.disable(logging.NOTSET)
        logging.getLogger().handlers.clear()
        plugin.cli(args=arguments, prog_name=plugin.name)
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else int(bool(end.code))
    finally:
        sys.stdout.flush()
        os._exit(status)


@dataclass
class Pipeline:
    """One tap, one target, and the state between their runs.

    Attributes:
        tap: The tap's name.
        reading: Its settings.
        target: The target's name.
        writing: Its settings.
        folder: Where settings, state and log are kept.
        catalog: What of the tap is selected; None for everything.
    """

    tap: str
    reading: dict
    target: str
    writing: dict
    folder: Path
    catalog: Path | None = None
    ended: dict[str, int] = field(default_factory=dict)

    def run(self, disturb: Callable[[dict[str, int]], None] = lambda _: None) -> bool:
        """Let everything through, or be killed on the way; whether both came to their end."""
        out, into = os.pipe()
        said = os.open(self._states, os.O_RDWR | os.O_APPEND | os.O_CREAT)
        nothing = os.open(os.devnull, os.O_RDONLY)
        log = self.folder / "log.txt"
        alive = {
            "tap": fork(PLUGINS[self.tap], self._tap_arguments(), nothing, into, log),
            "target": fork(PLUGINS[self.target], [f"--config={self._file(self.target, self.writing)}"], out, said, log),
        }
        for handle in (out, into, said, nothing):
            os.close(handle)
        self.ended = {}
        try:
            disturb(alive)
            self.wait(alive)
        finally:
            for pid in [pid for name, pid in alive.items() if name not in self.ended]:
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)
        return self.ended == {"tap": 0, "target": 0}

    def wait(self, alive: dict[str, int], seconds: float = PATIENCE) -> bool:
        """Wait for both; whether they have ended."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            for name in alive.keys() - self.ended.keys():
                pid, status = os.waitpid(alive[name], os.WNOHANG)
                if pid:
                    self.ended[name] = os.waitstatus_to_exitcode(status)
            if self.ended.keys() == alive.keys():
                return True
            time.sleep(PAUSE)
        return False

    def kill(self, alive: dict[str, int], name: str) -> None:
        """`kill -9` one of the two, unless it has ended already."""
        if name not in self.ended:
            os.kill(alive[name], signal.SIGKILL)

    def forget(self) -> None:
        """Lose the state."""
        self._states.unlink(missing_ok=True)

    @property
    def _states(self) -> Path:
        return self.folder / f"{self.tap}.states"

    @property
    def state(self) -> dict | None:
        """The last one that was told whole."""
        told = self._states.read_bytes().splitlines() if self._states.exists() else []
        whole = [each for each in told if each.endswith(b"}")]
        return json.loads(whole[-1]) if whole else None

    def _tap_arguments(self) -> list[str]:
        arguments = [f"--config={self._file(self.tap, self.reading)}"]
        if state := self.state:
            arguments.append(f"--state={self._file('state', state)}")
        if self.catalog is not None:
            arguments.append(f"--catalog={self.catalog}")
        return arguments

    def _file(self, name: str, settings: dict) -> Path:
        place = self.folder / f"{name}.json"
        place.write_text(json.dumps(settings))
        return place


def catalog(erp: dict, folder: Path, streams: Collection[str]) -> Path:
    """What the company's tap finds, these streams selected, in a file of that folder."""
    place, config = folder / "catalog.json", folder / "discover.json"
    config.write_text(json.dumps(erp))
    command = [str(PROGRAMS / "tap-businessnxt"), f"--config={config}", "--discover"]
    found = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    for stream in found["streams"]:
        for each in stream["metadata"]:
            if not each["breadcrumb"]:
                each["metadata"]["selected"] = stream["tap_stream_id"] in streams
    place.write_text(json.dumps(found))
    return place
