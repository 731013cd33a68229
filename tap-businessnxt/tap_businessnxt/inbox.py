"""Reads what Business NXT's webhooks told: hints at rows to look at, not the truth; one that is lost loses nothing."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

logger = logging.getLogger("tap-businessnxt.inbox")

DELETE = "DELETE"


@dataclass(frozen=True)
class Hint:
    """One row that changed, or is gone."""

    table: str
    event: str
    key: Mapping[str, Any]


class Inbox:
    """A file of payloads, one a line, or a folder of files: `*.jsonl` with one a line, `*.json` with one each.

    Args:
        place: The file or folder; it may not be there yet.
        company_no: Only what concerns this company is heeded.
        positions: How far each file was read before, in bytes.
    """

    def __init__(self, place: Path, company_no: int, positions: Mapping[str, int]) -> None:
        self._place, self._company_no = place, company_no
        self._before = positions
        self.positions: dict[str, int] = {}

    def hints(self) -> Iterator[Hint]:
        """The hints that came since; `positions` then says how far they were read."""
        for file in self._files():
            start = self._before.get(file.name, 0)
            content = file.read_bytes()
            if start > len(content):  # another file of the same name
                start = 0
            for text in _texts(content[start:], whole=file.suffix == ".json"):
                start += len(text)
                yield from self._hint(file, text)
            self.positions[file.name] = start

    def _files(self) -> list[Path]:
        if self._place.is_file():
            return [self._place]
        return sorted(file for file in self._place.glob("*") if file.suffix in {".json", ".jsonl"})

    def _hint(self, file: Path, text: bytes) -> Iterator[Hint]:
        try:
            hint = read(json.loads(text), self._company_no) if text.strip() else None
        except (ValueError, TypeError, KeyError, AttributeError) as problem:
            logger.warning("%s holds what is no payload of Business NXT (%r); it is passed over", file, problem)
            return
        if hint:
            yield hint


def _texts(content: bytes, *, whole: bool) -> list[bytes]:
    """The payloads of a file: all of it, or its lines but for one that is still being written."""
    if whole:
        return [content] if content else []
    return content[: content.rfind(b"\n") + 1].splitlines(keepends=True)


def read(payload: Mapping[str, Any], company_no: int) -> Hint | None:
    """What a payload says; nothing when it concerns another company.

    Names come in PascalCase, one object for each column of the key.
    """
    if payload.get("companyNo") != company_no:
        return None
    key = {_camel(name): value for part in payload["primaryKeys"] for name, value in part.items()}
    return Hint(_camel(payload["tableIdentifier"]), payload["event"], key)


def _camel(name: str) -> str:
    return name[:1].lower() + name[1:]
