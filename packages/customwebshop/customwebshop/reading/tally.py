"""Holds the rows of a whole listing against the number that the shop counts."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from . import paging, slips
from .paging import RowsMovedError

if TYPE_CHECKING:
    from .definition import StreamDefinition
    from .paging import Page

logger = logging.getLogger(__name__)


class Tally:
    """The rows that all readings of one listing have met.

    Args:
        stream: The stream; where its paging tells no `total`, nothing is counted.
    """

    def __init__(self, stream: StreamDefinition) -> None:
        self._name, self._paging = stream.name, stream.paging
        self._counts = bool(stream.paging.total) and stream.paging.style != "keyset"
        self._met: set[int] = set()  # hashes of keys, of which there may be many
        self._met_before = 0
        self._total: int | None = None

    def add(self, page: Page) -> None:
        """Rows of one more page."""
        if self._counts:
            self._met.update(map(hash, page.keys))
            self._total = paging.told_total(self._paging, page)

    def close(self, rows: int) -> None:
        """The listing has ended.

        Args:
            rows: How many it gave.

        Raises:
            MisreadError: They are fewer than the shop counts.
            RowsMovedError: Some came twice and others not at all, as where no order holds from page to page.
        """
        if self._total is None:
            return
        if rows < self._total:
            raise slips.missing_rows(self._paging, self._total, rows)
        if len(self._met) >= self._total:
            return
        if len(self._met) > self._met_before:
            self._met_before = len(self._met)
            raise RowsMovedError
        logger.warning(
            "%s: of %d rows that the shop counts, %d are told apart by their key; the others came twice.",
            self._name, self._total, len(self._met),
        )  # fmt: skip
