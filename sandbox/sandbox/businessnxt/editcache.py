"""Edit caches: what a client writes over several requests, unseen by others until it is saved."""

from __future__ import annotations

import sqlite3
import time
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from graphql import GraphQLError

if TYPE_CHECKING:
    from sandbox.businessnxt.behaviours import Behaviours
    from sandbox.businessnxt.locks import Locks
    from sandbox.businessnxt.store import Statement, Store


@dataclass
class EditCache:
    """What was written and not saved, by whom, and when it was last worked on."""

    user: str
    id: str = field(default_factory=lambda: str(uuid.uuid4()).upper())
    journal: list[Statement] = field(default_factory=list)
    used: float = field(default_factory=time.monotonic)


@dataclass
class EditCaches:
    """Every edit cache that was begun and neither saved nor abandoned."""

    locks: Locks
    _begun: dict[str, EditCache] = field(default_factory=dict)

    def begin(self, user: str) -> EditCache:
        """A new one."""
        cache = EditCache(user)
        self._begun[cache.id] = cache
        return cache

    def find(self, number: str, user: str, does: Behaviours) -> EditCache:
        """The one that a client comes back to."""
        cache = self._begun.get(number.upper())
        if cache is None or (cache.user != user and does.edit_cache_belongs_to_its_user):
            raise GraphQLError(f"There is no edit cache {number}: it was saved, abandoned, or never begun.")
        cache.used = time.monotonic()
        return cache

    def end(self, cache: EditCache) -> None:
        """Forget it, and give back the rows that it held."""
        self._begun.pop(cache.id, None)
        self.locks.leave_all(cache.id)

    def sweep(self, does: Behaviours) -> None:
        """End those that nobody came back to in time."""
        if self._begun and does.edit_cache_ends_when_abandoned:
            oldest = time.monotonic() - does.edit_cache_seconds
            for cache in [cache for cache in self._begun.values() if cache.used < oldest]:
                self.end(cache)

    def clear(self) -> None:
        """End all of them."""
        for cache in list(self._begun.values()):
            self.end(cache)


@dataclass
class Session:
    """One request's work in an edit cache; it is saved at the end unless it is to be kept on."""

    caches: EditCaches
    cache: EditCache
    store: Store
    does: Behaviours
    goes_on: bool
    at_work: bool = False

    def begin(self, *, only_reads: bool) -> None:
        """See the company as the cache has it."""
        if only_reads and self.goes_on and not self.does.edit_cache_is_seen_from_inside:
            return
        try:
            self.store.resume(self.cache.journal)
        except sqlite3.IntegrityError as error:
            self.store.interrupt(save=False)
            self.caches.end(self.cache)
            raise GraphQLError(f"The edit cache clashes with what others saved: {error}.") from error
        self.at_work = True

    def end(self) -> None:
        """Leave the company as others see it, or save the work for them to see."""
        does = self.does
        save = does.edit_cache_is_saved_by_the_last_request if not self.goes_on else (
            not does.edit_cache_is_hidden_from_others
        )  # fmt: skip
        if self.at_work:
            self.store.interrupt(save=save)
            if save:
                self.cache.journal.clear()
        if not self.goes_on:
            self.caches.end(self.cache)
