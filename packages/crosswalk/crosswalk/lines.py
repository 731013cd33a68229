"""Carries the lines of orders: the same steps as for any record, under the link of their order."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from typing_extensions import override

from crosswalk.desk import ROUNDS, Desk, Pair, Run
from crosswalk.doubts import contended, illegible
from crosswalk.drafts import new_row, stored
from crosswalk.entries import Link
from crosswalk.errors import Rejected
from crosswalk.kept import bring_back, kept, on_record, stays
from crosswalk.makers import Family, Maker
from crosswalk.mergers import Merger
from crosswalk.remote import Refused, Removal

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from crosswalk.drafts import Drafts
    from crosswalk.entries import Pending
    from crosswalk.remote import Row
    from crosswalk.units import Unit
    from crosswalk.values import Values
    from crosswalk.ways import Way


class LineDesk(Desk):
    """Notes about lines: a line that cannot be written is its order's problem."""

    def __init__(self, way: Way, run: Run) -> None:
        super().__init__(way, run)
        self.problems: dict[str, Rejected] = {}

    @override
    def reject(self, unit: Unit, error: Rejected) -> None:
        self.problems[unit.parent] = error

    @override
    def hold(self, pairs: Sequence[Pair], *, until: float) -> None:
        for each in pairs:
            self.problems.setdefault(
                each.unit.parent,
                Rejected("the outcome of an earlier write to a line is not certain yet", kind="unclear"),
            )

    @override
    def touch(self, links: Sequence[Link]) -> None:
        """The orders of lines that were written: one that was read before must not undo them, even after a kill."""
        orders = [each.parent_id for each in links if each.parent_id]
        if orders:
            self.store.touch(orders, self.way.target, self.run.clock())


class LineWorker:
    """Carries the lines of one entity's records.

    Args:
        desk: Notes about the lines.
        drafts: Encodes them.
    """

    def __init__(self, desk: LineDesk, drafts: Drafts) -> None:
        self._desk, self._drafts, self._way = desk, drafts, desk.way
        self._table = desk.way.table
        self._maker = Maker(desk, drafts)
        self._merger = Merger(desk, drafts)
        self._encoded: dict[str, Values | Rejected] = {}
        self.family = Family(self._problem, self._inputs, self._intents, self._resume, self._bind)

    @property
    def entity(self) -> str:
        """Under which name the lines are linked."""
        return self._way.entity

    def pay(self, debts: Sequence[Pair]) -> None:
        """Write what lines of the target are owed; what cannot be written now stays owed."""
        self._merger.update(debts)

    def resume(self) -> None:
        """Go on with lines that stay although the other side took them out."""
        bring_back(self._desk, self._maker, self._merger)

    # lines of orders that are being made

    def encode(self, units: Sequence[Unit]) -> None:
        """Encode the lines of orders that are about to be made, all at once."""
        lines = [(line, self._way.mapping.properties) for unit in units for line in unit.lines or ()]
        self._encoded = self._drafts.encode(lines)

    def _problem(self, order: Unit) -> Rejected | None:
        found = (self._encoded[each.id] for each in order.lines or ())
        return next((each for each in found if isinstance(each, Rejected)), None)

    def _inputs(self, order: Unit) -> tuple[Values, ...]:
        drafts = ((each, self._encoded[each.id]) for each in order.lines or ())
        return tuple(new_row(self._way, draft, line) for line, draft in drafts if not isinstance(draft, Rejected))

    def _intents(self, order: Unit) -> dict[str, tuple[Values, Values]]:
        drafts = ((each, self._encoded[each.id]) for each in order.lines or ())
        return {each.id: (self._way.told(each.values), draft) for each, draft in drafts if isinstance(draft, dict)}

    def _resume(self, orders: Iterable[tuple[Link, Pending]]) -> None:
        """Lines that were announced with an order, which was made: each is there, or is to be made anew."""
        links = []
        for order, pending in orders:
            for identity, (here, there) in pending.values.items():
                link = Link(entity=self.entity, webshop_id=None, parent_id=order.id)
                known = link.on(pending.side.other, id=identity, shadow=here, read_at=order.read_at(pending.side.other))
                links.append(known.on(pending.side, shadow=there))
        self._desk.store.add(links)

    def _bind(self, order: Pair, row: Row) -> None:
        made = {str(each.values.get(self._way.reference or "")): each for each in row.lines}
        links = [
            self._bound(order.link, line, made[line.reference])
            for line in order.unit.lines or ()
            if line.reference in made
        ]
        self._desk.store.add(links)

    def _bound(self, order: Link, line: Unit, row: Row) -> Link:
        found, target = self._encoded[line.id], self._way.target
        shadow = stored(self._way, found if isinstance(found, dict) else {}, row)
        link = self._desk.new_link(line).on(target, id=row.id, shadow=shadow, wrote_at=order.wrote_at(target))
        return replace(self._way.met(link, row.values), parent_id=order.id, status="linked")

    # lines of orders that are there

    def carry(self, orders: Sequence[Pair]) -> tuple[list[Pair], list[tuple[Pair, Rejected]]]:
        """Add, change and delete lines so that each order has those of its record.

        Returns:
            The orders that are done, and those of which a line could not be written, with the reason.
        """
        self._desk.problems = {}
        told = [each for each in orders if each.unit.lines is not None]
        self._maker.finder.parents = {each.unit.id: each.link for each in told}
        known = self._desk.store.children([each.link.id for each in told])
        touched: set[str] = set()
        fresh: list[Unit] = []
        unfinished: list[Pair] = []
        changed: list[Pair] = []
        for order in told:
            own = (each for each in known.get(order.link.id, []) if each.entity == self._way.entity)
            links = {each.id_on(self._way.source): each for each in own}
            another = {each.id for each in order.unit.lines or () if self._is_another(each, links)}
            if self._drop(order, links, another):
                touched.add(order.unit.id)
            for line in order.unit.lines or ():
                link = links.get(line.id)
                if link is None and not (line.id in another and order.unit.id in self._desk.problems):
                    fresh.append(line)
                elif link is None:
                    continue  # its number is not free yet
                elif link.status == "creating":
                    unfinished.append(Pair(line, link))
                else:
                    changed.append(Pair(line, link))
        done = self._merger.update(changed)  # before others may be given the number of one that is gone
        adopted = [*self._maker.first_sight(fresh), *self._maker.finish(unfinished)]
        touched |= {each.parent for each in fresh} | {each.unit.parent for each in unfinished}
        done += self._merger.update(adopted)
        touched |= {each.unit.parent for each in done if each.touched}
        return self._sorted(orders, touched)

    def _drop(self, order: Pair, links: dict[str | None, Link], another: set[str]) -> bool:
        """Delete the lines that the source's order no longer has; one that was edited or delivered there stays.

        Args:
            order: The order.
            links: The links of its lines, by id in the source; those of lines that it still has are left.
            another: Lines that only have the number of the one that is linked.
        """
        kept = {line.id for line in order.unit.lines or ()} - another
        gone = [links.pop(identity) for identity in list(links) if identity is not None and identity not in kept]
        touched = False
        for _ in range(ROUNDS):
            if not gone:
                break
            rows = self._rows(order, gone)
            if unread := [each for each in rows.values() if each.problem]:
                self._desk.problems[order.unit.id] = illegible(unread[0])
                return touched
            spare = self._unedited(gone, rows)
            touched = touched or bool(spare)
            gone = self._take_out(order, spare, rows)
        if gone:
            self._desk.problems[order.unit.id] = contended("this line")
        return touched

    def _is_another(self, line: Unit, links: dict[str | None, Link]) -> bool:
        """Whether a line of Business NXT has only the number of the one that is linked."""
        return not self._way.into_businessnxt and line.id in links and self._way.is_another(links[line.id], line.values)

    def _unedited(self, gone: Sequence[Link], rows: dict[int, Row]) -> list[Link]:
        """Those that may go; the others stay, come back, and are on record."""
        way, now = self._way, self._desk.run.clock()
        staying = [each for each in gone if each.id in rows and stays(way, each, rows[each.id])]
        with self._desk.store.transaction():
            self._desk.store.conflicts([on_record(way, each, now) for each in staying])
            self._desk.store.save([kept(way, each, rows[each.id]) for each in staying])
        return [each for each in gone if each not in staying]

    def _take_out(self, order: Pair, spare: Sequence[Link], rows: dict[int, Row]) -> list[Link]:
        """Delete lines that are as we read them; returns those that somebody has changed meanwhile."""
        there = [each for each in spare if each.id in rows]
        removals = [Removal(rows[each.id].id, self._way.safe(each, rows[each.id].values)) for each in there]
        outcomes = self._desk.remote.delete(self._table, removals) if removals else []
        refused = {link.id: outcome for link, outcome in zip(there, outcomes, strict=True) if outcome is not None}
        changed = [each for each in there if isinstance(refused.get(each.id), Refused)]
        for outcome in refused.values():
            if not isinstance(outcome, Refused):
                message, kind = getattr(outcome, "message", ""), getattr(outcome, "kind", "refused")
                self._desk.problems[order.unit.id] = Rejected(f"a line cannot be deleted: {message}", kind=kind)
        over = [each for each in spare if each.id not in refused]
        with self._desk.store.transaction():
            self._desk.store.remove(over)
            self._desk.touch(over)
        return changed

    def _rows(self, order: Pair, gone: Sequence[Link]) -> dict[int, Row]:
        """What the target holds of these lines, those included whose making was interrupted."""
        target = self._way.target
        keys = {each.id_on(target) or "": each.id for each in gone if each.id_on(target)}
        held = self._desk.remote.read(self._table, list(keys)) if keys else {}
        links = {each.id: each for each in gone}
        rows = {keys[key]: row for key, row in held.items()}
        own = {number: row for number, row in rows.items() if not self._way.is_another_row(links[number], row.values)}
        return own | self._made_unheard(order, gone)

    def _made_unheard(self, order: Pair, gone: Sequence[Link]) -> dict[int, Row]:
        """Rows of lines whose making was interrupted, and which the source has taken out since."""
        column, target = self._way.reference or "", self._way.target
        open_ = {self._reference(each): each.id for each in gone if each.id_on(target) is None}
        if not open_:
            return {}
        parents = [order.link.id_on(target) or ""]
        rows = self._desk.remote.find(self._table, column, list(open_), where={}, parents=parents)
        return {open_[str(row.values[column])]: row for row in rows if str(row.values[column]) in open_}

    def _reference(self, link: Link) -> str:
        """The reference that the line was made with."""
        own = (link.id_on(self._way.source) or "").rpartition("/")[2]
        return self._way.reference_of(own)

    def _sorted(self, orders: Sequence[Pair], touched: set[str]) -> tuple[list[Pair], list[tuple[Pair, Rejected]]]:
        problems = self._desk.problems
        done = [
            self._touched(each) if each.unit.id in touched else each
            for each in orders
            if problems.get(each.unit.id) is None
        ]
        return done, [(each, problem) for each in orders if (problem := problems.get(each.unit.id)) is not None]

    def _touched(self, order: Pair) -> Pair:
        """An order of which a line was written: what was read of it before is stale now."""
        link = order.link.on(self._way.target, wrote_at=self._desk.run.clock(), fingerprint="")
        return replace(order, link=link, touched=True)
