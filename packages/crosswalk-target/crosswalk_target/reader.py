"""Reads Singer messages with msgspec: numbers keep every digit, and a bad line is named by its number, not shown."""

from __future__ import annotations

import os
import select
import sys
import time
from decimal import Decimal
from typing import IO, Any

import msgspec
from singer_sdk.singerlib.encoding.base import GenericSingerReader
from singer_sdk.singerlib.exceptions import InvalidInputLine
from typing_extensions import override

PATIENCE = 30.0
"""Seconds for which a tap is heard out by a target that has failed."""


def hear_out() -> None:
    """Let the tap finish, for a while, and take nothing of it in.

    Who writes to a target that is gone breaks off with words of their own: Meltano with a traceback of a hundred lines,
    behind which nobody finds the one that says what to do.
    """
    until = time.monotonic() + PATIENCE
    try:
        source = sys.stdin.fileno()
        while not os.isatty(source) and (left := until - time.monotonic()) > 0:
            ready, _, _ = select.select([source], [], [], left)
            if not ready or not os.read(source, 1 << 16):
                return
    except (OSError, ValueError):  # it is no pipe, or closed
        return


class MessageReader(GenericSingerReader[str]):
    """Decodes one message per line."""

    def __init__(self) -> None:
        super().__init__()
        self._decoder = msgspec.json.Decoder(float_hook=Decimal)
        self._line = 0

    @property
    @override
    def default_input(self) -> IO[str]:
        return sys.stdin

    @override
    def deserialize_json(self, line: str) -> dict[str, Any]:
        self._line += 1
        try:
            message = self._decoder.decode(line)
        except msgspec.DecodeError as error:
            raise InvalidInputLine(
                f"line {self._line} of the input is no JSON ({error}). A tap must write one Singer message per line "
                "to its standard output, and nothing else; what no STATE covers yet is delivered again by the next run"
            ) from error
        if not isinstance(message, dict):
            raise InvalidInputLine(f"line {self._line} of the input is JSON, but no Singer message")
        return message
