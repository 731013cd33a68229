"""Holds STATE against the link store: a bookmark without its links would make every old record twice."""

from __future__ import annotations

import copy
from typing import Any

from crosswalk import Store, StoreError

MARK = "crosswalk"

REMEDY = (
    ", so that what was read before is not known here. Restore the right one, or begin anew: 'crosswalk rebuild' says "
    "how. Everything is then read with --full-refresh, records are matched by their reference, nothing is made twice"
)


class Memory:
    """Signs the STATE that goes out, and checks the one that comes in.

    Args:
        store: The link store of this run.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known = False

    def sign(self, state: dict[str, Any]) -> dict[str, Any]:
        """Add to a STATE which link store it belongs to."""
        return {**copy.deepcopy(state), MARK: {"store_id": self._store.store_id}}

    def recognise(self, state: dict[str, Any], *, first: bool) -> None:
        """Refuse a STATE that was made with another link store, or that goes on where the link store knows nothing.

        Args:
            state: The first STATE of the input.
            first: Whether it came before anything else: so a tap says where it goes on.

        Raises:
            StoreError: Going on could lose records, or make rows twice.
        """
        if self._known:
            return
        self._known = True
        signed = state.get(MARK, {}).get("store_id")
        if signed is not None and signed != self._store.store_id:
            raise StoreError(f"this STATE was made with another link store{REMEDY}")
        goes_on = first and any((state.get("bookmarks") or {}).values())
        if signed is None and goes_on and not self._store.has_run_before:
            raise StoreError(f"this STATE goes on from an earlier run, of which the link store knows nothing{REMEDY}")
