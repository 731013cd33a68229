"""Holds STATE against the link store: a bookmark without its links would make every old record twice."""

from __future__ import annotations

import copy
from typing import Any

from crosswalk import Store, StoreError

MARK = "crosswalk"


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

    def recognise(self, state: dict[str, Any]) -> None:
        """Refuse a STATE that was made with another link store, or goes on where the link store knows nothing.

        Raises:
            StoreError: Going on could make rows twice.
        """
        if self._known:
            return
        self._known = True
        signed = state.get(MARK, {}).get("store_id")
        if signed is not None and signed != self._store.store_id:
            raise StoreError(
                "this STATE was made with another link store. Restore that store, or read everything anew with "
                "--full-refresh: records are then matched by their reference, and nothing is made twice"
            )
