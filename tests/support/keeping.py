"""A tap run in this process, whose messages are kept instead of written."""

from __future__ import annotations

import contextlib
import gc
import json
import logging
import signal
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from singer_sdk.contrib.msgspec import MsgSpecWriter
from singer_sdk.exceptions import SingerSDKError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from singer_sdk import Tap


class Keeper(MsgSpecWriter):
    """Writes what the tap would write, but keeps it."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[bytes] = []

    def write_message(self, message: Any) -> None:
        self.lines.append(bytes(self.format_message(message)))


@dataclass(frozen=True)
class Kept:
    """What a run wrote, and why it failed; empty where it did not."""

    messages: list[dict[str, Any]]
    failure: str

    def records(self, stream: str) -> list[dict[str, Any]]:
        return [each["record"] for each in self.messages if each["type"] == "RECORD" and each["stream"] == stream]

    @property
    def state(self) -> dict[str, Any]:
        return [each["value"] for each in self.messages if each["type"] == "STATE"][-1]


@contextlib.contextmanager
def process_kept() -> Iterator[None]:
    """Gives pytest its signals, its log and its memory back: every plugin takes the process for its own.

    Each adds another handler to the root logger: after a thousand runs a line was written a thousand times. And what
    was there when a tap began is never looked at by the garbage collector again.
    """
    root = logging.getLogger()
    signals, logs = {kind: signal.getsignal(kind) for kind in (signal.SIGINT, signal.SIGTERM)}, list(root.handlers)
    pace = gc.get_threshold()
    try:
        yield
    finally:
        for kind, handler in signals.items():
            signal.signal(kind, handler)
        for each in [each for each in root.handlers if each not in logs]:
            root.removeHandler(each)
        gc.unfreeze()
        gc.set_threshold(*pace)


def run_here(tap: type[Tap], config: dict[str, Any], state: Any = None) -> Kept:
    """One whole run."""
    keeper, failure = Keeper(), ""
    with process_kept():
        try:
            tap(config=config, state=state, message_writer=keeper).sync_all()
        except SingerSDKError as problem:
            failure = str(problem)
    return Kept([json.loads(line) for line in keeper.lines], failure)
