"""Reads Singer messages with msgspec: numbers keep every digit, and a bad line is named by its number, not shown."""

from __future__ import annotations

import sys
from decimal import Decimal
from typing import IO, Any

import msgspec
from singer_sdk.singerlib.encoding.base import GenericSingerReader
from singer_sdk.singerlib.exceptions import InvalidInputLine
from typing_extensions import override


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
