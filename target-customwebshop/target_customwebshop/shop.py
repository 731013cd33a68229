"""A webshop as the merge sees it: the client's records and errors, put into the merge's own words.

A table is a collection (`customers`) or a list inside its records (`products.variants`, `orders.lines`); its columns
are paths as mapping files write them; a row of a list is known by both ids, `P0001/V1`.
"""

from __future__ import annotations

from collections import defaultdict
from contextlib import suppress
from decimal import ROUND_FLOOR, Decimal
from functools import partial
from typing import TYPE_CHECKING, Any

from crosswalk import LATER, Change, Draft, Outcome, Refused, RemoteTable, Removal, Row, Unclear, Unwelcome, Written
from customwebshop import (
    ChangedError,
    CredentialsError,
    LostError,
    NotFoundError,
    RecordMisreadError,
    RefusedError,
    Stored,
    TakenError,
)

from target_customwebshop.commands import commands
from target_customwebshop.places import Place, spelled
from target_customwebshop.reading import Reading, illegible, meets, row_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from collections.abc import Mapping as Dict

    from target_customwebshop.views import Edit, Record

LEVELS, ORDERS, VARIANTS = Place("inventory-levels"), Place("orders"), Place("products", "variants")
ROUNDS = 4
"""How often an item is added anew to a list that somebody else keeps changing."""


class _Later(Exception):  # noqa: N818 - nothing failed
    """It has to wait."""


class Shop(Reading):
    """Implements `crosswalk.Remote` with a client of `customwebshop`.

    Args:
        client: Speaks to the shop.
    """

    def create(self, table: RemoteTable, drafts: Sequence[Draft]) -> list[Outcome]:
        """Make rows, each with its lines."""
        return [_guarded(partial(self._create, table, each)) for each in drafts]

    def update(self, table: RemoteTable, changes: Sequence[Change]) -> list[Outcome]:
        """Change rows, only while they hold the expected values; those of one record in one request."""
        place = Place.of(table)
        groups: defaultdict[str, list[Change]] = defaultdict(list)
        for each in changes:
            groups[place.split(each.id)[0]].append(each)
        outcomes: dict[str, Outcome] = {}
        for record, group in groups.items():
            outcomes |= self._update(table, place, record, group)
        return [outcomes[each.id] for each in changes]

    def delete(self, table: RemoteTable, removals: Sequence[Removal]) -> list[Outcome | None]:
        """Delete rows, only while they hold the expected values; None where the row is gone."""
        outcomes = [_guarded(partial(self._delete, Place.of(table), each)) for each in removals]
        return [None if isinstance(each, Written) else each for each in outcomes]

    # making

    def _create(self, table: RemoteTable, draft: Draft) -> Row:
        place = Place.of(table)
        if place == LEVELS:
            raise RefusedError("the shop keeps a stock level for each variant that it has: make the product first")
        if draft.parent:
            return self._add(table, place, draft)
        if place.items and place != VARIANTS:
            raise RefusedError(f"it says of none of the shop's {place.collection} that it belongs there")
        stored = self._client.create(place.collection, spelled(self._content(table, place, draft)))
        identity, row = next(place.rows(stored.content))
        return row_of(table, identity, row, ours=True)

    def _content(self, table: RemoteTable, place: Place, draft: Draft) -> Record:
        given, values = commands({}, draft.values) if place == ORDERS else ([], draft.values)
        content = place.edited({}, [("", values)])
        if sent := [what for name, what in given if name == "fulfillments"]:
            content |= {"shipments": sent, "fulfillment_status": "fulfilled"}
        if table.lines and draft.lines:
            lines = Place(place.collection, table.lines[0])
            content |= lines.edited(content, [("", each) for each in draft.lines])
        content.pop("gross", None)  # whether prices have VAT in them stands on each line
        if place.items and table.reference in draft.values:
            content.setdefault("external_id", draft.values[table.reference])  # of which the shop keeps one each
        return content

    def _add(self, table: RemoteTable, place: Place, draft: Draft) -> Row:
        """Add an item to a record's list."""
        for _ in range(ROUNDS):
            before = self._client.get(place.collection, draft.parent)
            if before is None:
                break
            patch = spelled(place.edited(before.content, [("", draft.values)]))
            try:
                after = self._client.change(place.collection, before, patch)
            except ChangedError:
                continue
            known = dict(place.rows(before.content))
            made = ((identity, row) for identity, row in place.rows(after.content) if identity not in known)
            identity, row = next(made, (None, None))
            if identity is None or row is None:
                raise RefusedError(
                    f"{place.collection} '{draft.parent}': the shop took the new item and did not keep it"
                )
            return row_of(table, identity, row, ours=after.ours)
        raise _Later(f"{place.collection} '{draft.parent}' is gone or keeps changing; it is tried again by itself")

    # changing

    def _update(self, table: RemoteTable, place: Place, record: str, changes: Sequence[Change]) -> dict[str, Outcome]:
        try:
            stored = self._seen.get((place.collection, record)) or self._get(place, record)
        except RecordMisreadError as misread:
            unread = Unwelcome(illegible(place, record, misread), kind="illegible")
            return {each.id: unread for each in changes}
        held = dict(place.rows(stored.content)) if stored else {}
        outcomes = dict(_objections(place, held, changes))
        ready = [each for each in changes if each.id not in outcomes]
        for each in _rivals(place, stored, ready) if stored else ():
            outcomes[each.id] = Refused()  # it is merged anew, into what the first one has made of the record
            ready.remove(each)
        if stored is None or not ready:
            return outcomes
        outcome = _guarded(partial(self._change, place, stored, ready))
        if isinstance(outcome, Unwelcome) and len(ready) > 1:  # which of them is it?
            for each in ready:
                outcomes |= self._update(table, place, record, [each])
            return outcomes
        if not isinstance(outcome, Written):
            self._seen.pop((place.collection, record), None)
            return outcomes | {each.id: outcome for each in ready}
        after = dict(place.rows(self._seen[place.collection, record].content))
        rows = (row_of(table, each.id, after[each.id], ours=outcome.row.ours) for each in ready)
        return outcomes | {row.id: Written(row) for row in rows}

    def _change(self, place: Place, stored: Stored, changes: Sequence[Change]) -> Row:
        record = str(stored.content[place.key])
        edits = [(place.split(each.id)[1], each.values) for each in changes]
        if place == ORDERS:
            stored, left = self._command(stored, changes[0])
            edits = [("", left)] if left else []
        if edits:
            stored = self._set(place, stored, spelled(place.edited(stored.content, edits)))
        self._seen[place.collection, record] = stored
        return Row(record, {}, ours=stored.ours)

    def _command(self, order: Stored, change: Change) -> tuple[Stored, Edit]:
        """Give the order the commands that a change comes to; what is left is to be set."""
        given, left = commands(order.content, change.values)
        for name, content in given:
            order = self._client.command(order.id, name, spelled(content), version=order.etag)
        ((_, row),) = ORDERS.rows(order.content)
        if given and not meets(row, {path: value for path, value in change.expect.items() if path in left}):
            raise ChangedError(f"orders '{order.id}': somebody has changed it between our reading and our command")
        return order, left

    def _set(self, place: Place, stored: Stored, patch: Edit) -> Stored:
        if place != LEVELS:
            return self._client.change(place.collection, stored, patch)
        level = Decimal(str(patch["available"])).to_integral_value(ROUND_FLOOR)  # half a piece cannot be sold
        return self._client.set_level(str(stored.content["sku"]), int(level), expected=stored.content["available"])

    def _delete(self, place: Place, removal: Removal) -> Row:
        record, item = place.split(removal.id)
        stored = self._client.get(place.collection, record)
        held = dict(place.rows(stored.content)) if stored else {}
        if stored is None or removal.id not in held:
            return Row(removal.id, {})
        if not meets(held[removal.id], removal.expect):
            raise ChangedError(f"{place.collection} '{removal.id}': somebody has changed it since it was read")
        if item:
            self._client.change(place.collection, stored, spelled(place.without(stored.content, item)))
        else:
            self._client.delete(place.collection, stored)
        return Row(removal.id, {})


def _guarded(act: Callable[[], Row]) -> Outcome:
    """What came of a write, in the merge's words; what stops the whole run is raised."""
    try:
        return Written(act())
    except ChangedError:
        return Refused()
    except CredentialsError:
        raise
    except _Later as later:
        return Unwelcome(str(later), kind=LATER)
    except (TakenError, LostError) as left_open:  # taken: an earlier try of ours made it, and is found by that
        return Unclear(str(left_open))
    except RefusedError as refused:
        kind = "vanished" if isinstance(refused, NotFoundError) else "refused"
        return Unwelcome(str(refused), refused.property, kind)
    except RecordMisreadError as misread:
        return Unwelcome(f"the webshop's record cannot be read: {misread}", kind="illegible")


def _rivals(place: Place, record: Stored, changes: Sequence[Change]) -> Iterator[Change]:
    """Changes that would make something else of the record around their items than one before them does."""
    told: dict[str, Any] = {}
    for each in list(changes):
        with suppress(RefusedError):
            around = place.around(record.content, place.split(each.id)[1], each.values)
            if any(path in told and told[path] != value for path, value in around.items()):
                yield each
            else:
                told |= around


def _objections(place: Place, held: Dict[str, Record], changes: Sequence[Change]) -> Iterator[tuple[str, Outcome]]:
    """Changes that cannot be made to what the shop holds."""
    for each in changes:
        if each.id not in held:
            message = f"{place.collection} '{each.id}' is no longer in the shop; restore it there, or unlink the record"
            yield each.id, Unwelcome(message, kind="vanished")
        elif not meets(held[each.id], each.expect):
            yield each.id, Refused()
