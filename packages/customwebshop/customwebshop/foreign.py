"""A shop that does not keep to the contract, read and written as if it did: by the words of its preset.

It answers as `ShopClient` does, so that whoever writes need not know which kind of shop is on the other side.
"""

from __future__ import annotations

import contextlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from customwebshop.client import Stored, holds
from customwebshop.edits import Edit, carries, differences, given, homeless, merged, same
from customwebshop.errors import (
    ChangedError,
    LostError,
    NotFoundError,
    RecordMisreadError,
    RefusedError,
    UnreachableError,
)
from customwebshop.expressions import NoWordError
from customwebshop.foreign_reading import LEVELS, ForeignReader, Seen, key_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from customwebshop.client import Content
    from customwebshop.dialect import Collection, Write
    from customwebshop.messages import Answer


class ForeignShop(ForeignReader):
    """Reads and writes the records of one shop by a dialect."""

    def create(self, collection: str, content: Mapping[str, Any]) -> Stored:
        """Make a record; what cannot be given with it is written at once after it.

        Raises:
            RefusedError: The shop, or its preset, will not have it.
            LostError: It may have been made.
        """
        spoken = self._spoken(collection)
        if spoken.create is None:
            raise RefusedError(f"{self._dialect.name} makes no {collection}: it is for the shop to make them")
        content = {name: each for name, each in content.items() if name not in spoken.create.without}
        edit = Edit({}, content)
        later = {name: each for name, each in content.items() if not given(spoken.create, name, each)}
        unborn = {"id": "new"}
        self._housed(collection, spoken.change, Edit(unborn, {**unborn, **later}))
        try:
            (answer,) = self._speech.tell(spoken, spoken.create, edit, always=True)
            made = self._made(collection, spoken, spoken.create, edit, answer)
            whole = self._completed(collection, spoken, made, later) if later else made
        except LostError:
            self._listing.forget(collection)
            raise
        self._listing.remember(collection, whole.content)
        return whole

    def change(self, collection: str, record: Stored, patch: Mapping[str, Any]) -> Stored:
        """Merge a patch into a record, only while it is as we read it.

        Raises:
            ChangedError: Somebody has changed it since; nothing was done, nor will be.
            RefusedError: The shop, or its preset, will not have it.
            LostError: It may have been done, or half of it.
        """
        spoken = self._spoken(collection)
        return self._edited(collection, self._current(collection, spoken, record), patch)

    def command(self, order: str, name: str, content: Mapping[str, Any], *, version: str = "") -> Stored:  # noqa: ARG002
        """Give an order a command: `fulfillments`, `cancel` or `refunds`.

        Raises:
            RefusedError: The shop, or its preset, will not do it.
            LostError: It may have been done.
        """
        spoken = self._spoken("orders")
        writes = spoken.commands.get(name)
        seen = self.get("orders", order)
        if not writes or seen is None:
            trouble = f"orders '{order}' is gone" if writes else f"{self._dialect.name} knows no command '{name}'"
            raise RefusedError(f"{trouble}: do it in the shop")
        edit = Edit(seen.content, seen.content, seen.raw, {"_command": dict(content)})
        return self._written("orders", spoken, writes, edit, always=True)

    def set_level(self, sku: str, available: int, *, expected: int | None = None) -> Stored:
        """Set the stock of a variant, only while it is what we expect.

        Raises:
            ChangedError: It is another by now; nothing was done.
            RefusedError: The shop will not have it.
            LostError: It may have been done.
        """
        seen = self.get(LEVELS, sku)
        if seen is None:
            raise NotFoundError(f"{LEVELS} '{sku}': the shop keeps no stock of it", status=404)
        if expected is not None and seen.content.get("available") != expected:
            raise ChangedError(f"{LEVELS} '{sku}': it is another by now")
        return self._edited(LEVELS, seen, {"available": available})

    def delete(self, collection: str, record: Stored) -> None:
        """Delete a record, only while it is as we read it.

        Raises:
            ChangedError: Somebody has changed it since, or it is gone; nothing was done.
            RefusedError: The shop, or its preset, will not let go of it.
        """
        spoken = self._spoken(collection)
        if spoken.delete is None:
            raise RefusedError(f"{self._dialect.name} deletes no {collection}: do it in the shop")
        seen = self._current(collection, spoken, record)
        edit = Edit(seen.content, seen.content, seen.raw)
        for _ in self._speech.tell(spoken, spoken.delete, edit, always=True):
            pass

    # what it can write at all

    def takes(self, collection: str, sample: Content, patch: Mapping[str, Any]) -> bool:
        """Whether an edit such as this has a place in the shop, whatever its value."""
        spoken = self._dialect.collections.get(collection)
        if spoken is None:
            return False
        edit = Edit(sample, merged(sample, patch), {})
        return all(
            any(carries(write, Edit(sample, alone, {})) for write in spoken.change)
            for _, alone in differences(edit.before, edit.after)
        )

    def makes(self, collection: str) -> bool:
        """Whether records of a collection are made there from ours."""
        spoken = self._dialect.collections.get(collection)
        return spoken is not None and spoken.create is not None

    def obeys(self, name: str) -> bool:
        """Whether orders take a command."""
        orders = self._dialect.collections.get("orders")
        return orders is not None and bool(orders.commands.get(name))

    # how it is done

    def _made(self, collection: str, spoken: Collection, create: Write, edit: Edit, answer: Answer) -> Seen:
        """What was made, as the shop holds it: in its answer, or read by the id that stands there."""
        raw = create.answer(answer.body) if create.answer else None
        if raw is not None:
            with _half_done():
                return replace(self._seen(collection, spoken, raw), ours=True)
        identity = create.made(answer.body) if create.made else None
        if identity is None:
            raise LostError(f"{collection}: the shop did not say what it made")
        with _half_done():
            seen = self.get(collection, str(identity))
        if seen is None:
            raise LostError(f"{collection} '{identity}': it was gone after we made it")
        return replace(seen, ours=holds(seen.content, edit.after))

    def _completed(self, collection: str, spoken: Collection, made: Seen, later: Mapping[str, Any]) -> Stored:
        """Write what could not be given with a new record."""
        edit = Edit(made.content, merged(made.content, later), made.raw)
        with _half_done():
            return self._written(collection, spoken, spoken.change, edit)

    def _current(self, collection: str, spoken: Collection, record: Stored) -> Seen:
        """The record as it was read, with proof that it still is; a version in the request itself is proof enough."""
        if isinstance(record, Seen) and spoken.versioned:
            return record
        now = self.get(collection, str(record.content[key_of(collection)]))
        if now is None or not same(now.content, record.content):
            raise ChangedError(f"{collection} '{record.content.get('id')}': somebody has changed it since it was read")
        return now

    def _housed(self, collection: str, writes: Iterable[Write], edit: Edit) -> None:
        try:
            stranger = homeless(writes, edit)
        except NoWordError as problem:
            raise RefusedError(f"{collection}: {problem}") from problem
        if stranger:
            raise RefusedError(
                f"{self._dialect.name} has no place for {stranger} of {collection}: give its row in the mapping file "
                f"`sync: to_businessnxt`, or add it to `writes` in a preset of your own",
                property=stranger,
            )

    def _edited(self, collection: str, seen: Seen, patch: Mapping[str, Any]) -> Stored:
        """Write what an edit comes to, of a record as it was read just now."""
        spoken = self._spoken(collection)
        edit = Edit(seen.content, merged(seen.content, patch), seen.raw)
        self._housed(collection, spoken.change, edit)
        return self._written(collection, spoken, spoken.change, edit)

    def _written(
        self, collection: str, spoken: Collection, writes: tuple[Write, ...], edit: Edit, *, always: bool = False
    ) -> Stored:
        """Send what an edit comes to, and give the record as the shop then holds it."""
        identity = str(edit.after[key_of(collection)])
        sent, raw = 0, None
        for write in writes:
            raw = None
            try:
                for answer in self._speech.tell(spoken, write, edit, always=always):
                    sent += 1
                    raw = write.answer(answer.body) if write.answer else None
            except (RefusedError, UnreachableError) as problem:
                _name(problem, collection, identity)
                if sent == 0 or isinstance(problem, LostError):
                    raise
                raise LostError(f"Half of it was done: {problem}") from problem
            if raw is not None:
                edit = Edit(edit.before, edit.after, raw, edit.beside)
        with _half_done() if sent else contextlib.nullcontext():
            after = self._seen(collection, spoken, raw) if raw is not None else self.get(collection, identity)
        if after is None:
            raise LostError(f"{collection} '{identity}': it was gone after we wrote to it")
        ours = raw is not None or holds(after.content, edit.after)
        return Seen(after.content, "", ours=ours, raw=after.raw)


def _name(problem: Exception, collection: str, identity: str) -> None:
    """Have a problem name the record, where the path that was asked does not."""
    if identity not in str(problem):
        problem.args = (f"{collection} '{identity}': {problem}",)


@contextlib.contextmanager
def _half_done() -> Iterator[None]:
    """What is asked here follows a write that has been done: a "no" does not undo it."""
    try:
        yield
    except LostError:
        raise
    except (RefusedError, UnreachableError, RecordMisreadError) as problem:
        raise LostError(f"Half of it was done: {problem}") from problem
