"""Carries the lines of orders: the same steps as for any record, under the link of their order."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from typing_extensions import override

from crosswalk.desk import Desk, Pair, Run
from crosswalk.errors import Rejected
from crosswalk.makers import Family, Maker, new_row, stored
from crosswalk.mergers import Merger

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crosswalk.drafts import Drafts
    from crosswalk.entries import Link
    from crosswalk.mapping import Mapping
    from crosswalk.remote import RemoteTable, Row
    from crosswalk.units import Unit
    from crosswalk.values import Values


class LineDesk(Desk):
    """Notes about lines: a line that cannot be written is its order's problem."""

    def __init__(self, mapping: Mapping, run: Run) -> None:
        super().__init__(mapping, run)
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


class LineWorker:
    """Carries the lines of one entity's records.

    Args:
        desk: Notes about the lines.
        drafts: Encodes them.
        table: Their table.
    """

    def __init__(self, desk: LineDesk, drafts: Drafts, table: RemoteTable) -> None:
        self._desk, self._drafts, self._mapping = desk, drafts, desk.mapping
        self._table = table
        self._maker = Maker(desk, drafts, table)
        self._merger = Merger(desk, drafts, table)
        self._encoded: dict[str, Values | Rejected] = {}
        self.family = Family(self._problem, self._inputs, self._bind)

    # lines of orders that are being made

    def encode(self, units: Sequence[Unit]) -> None:
        """Encode the lines of orders that are about to be made, all at once."""
        lines = [(line, self._mapping.properties) for unit in units for line in unit.lines or ()]
        self._encoded = self._drafts.encode(lines)

    def _problem(self, order: Unit) -> Rejected | None:
        found = (self._encoded[each.id] for each in order.lines or ())
        return next((each for each in found if isinstance(each, Rejected)), None)

    def _inputs(self, order: Unit) -> tuple[Values, ...]:
        drafts = ((each, self._encoded[each.id]) for each in order.lines or ())
        return tuple(new_row(self._mapping, draft, line) for line, draft in drafts if not isinstance(draft, Rejected))

    def _bind(self, order: Pair, row: Row) -> None:
        made = {str(each.values.get(self._mapping.reference or "")): each for each in row.lines}
        links = [
            self._bound(order.link, line, made[line.reference])
            for line in order.unit.lines or ()
            if line.reference in made
        ]
        self._desk.store.add(links)

    def _bound(self, order: Link, line: Unit, row: Row) -> Link:
        draft = self._encoded[line.id]
        return replace(
            self._desk.new_link(line),
            parent_id=order.id,
            status="linked",
            businessnxt_id=row.id,
            businessnxt_shadow=stored(self._mapping, draft if isinstance(draft, dict) else {}, row),
            businessnxt_wrote_at=order.businessnxt_wrote_at,
        )

    # lines of orders that are there

    def carry(self, orders: Sequence[Pair]) -> tuple[list[Pair], list[tuple[Pair, Rejected]]]:
        """Add, change and delete lines so that each order has those of its record.

        Returns:
            The orders that are done, and those of which a line could not be written, with the reason.
        """
        self._desk.problems = {}
        self._maker.parents = {each.unit.id: each.link for each in orders}
        known = self._desk.store.children([each.link.id for each in orders])
        touched: set[str] = set()
        fresh: list[Unit] = []
        unfinished: list[Pair] = []
        changed: list[Pair] = []
        for order in orders:
            links = {each.webshop_id: each for each in known.get(order.link.id, [])}
            for line in order.unit.lines or ():
                if line.id not in links:
                    fresh.append(line)
                elif links[line.id].status == "creating":
                    unfinished.append(Pair(line, links[line.id]))
                else:
                    changed.append(Pair(line, links[line.id]))
            if self._drop(order, links):
                touched.add(order.unit.id)
        adopted = [*self._maker.first_sight(fresh), *self._maker.finish(unfinished)]
        touched |= {each.parent for each in fresh} | {each.unit.parent for each in unfinished}
        done = self._merger.update([*changed, *adopted])
        touched |= {each.unit.parent for each in done if each.touched}
        return self._sorted(orders, touched)

    def _drop(self, order: Pair, links: dict[str | None, Link]) -> bool:
        """Delete the lines that the webshop's order no longer has."""
        kept = {line.id for line in order.unit.lines or ()}
        gone = [link for identity, link in links.items() if identity not in kept]
        if not gone:
            return False
        rows = {link.id: link.businessnxt_id for link in gone} | self._made_unheard(order, gone)
        there = [each for each in gone if rows[each.id]]
        refusals = self._desk.remote.delete(self._table, [rows[each.id] or "" for each in there])
        refused = {link.id for link, refusal in zip(there, refusals, strict=True) if refusal is not None}
        for refusal in refusals:
            if refusal is not None:
                message = getattr(refusal, "message", "the answer was lost")
                kind = getattr(refusal, "kind", "refused")
                self._desk.problems[order.unit.id] = Rejected(f"a line cannot be deleted: {message}", kind=kind)
        self._desk.store.remove([each for each in gone if each.id not in refused])
        return True

    def _made_unheard(self, order: Pair, gone: Sequence[Link]) -> dict[int, str | None]:
        """Rows of lines whose making was interrupted, and which the webshop has taken out since."""
        column = self._mapping.reference or ""
        open_ = {each.webshop_shadow.get(column): each.id for each in gone if each.businessnxt_id is None}
        if not open_:
            return {}
        wanted, parents = [str(each) for each in open_], [order.link.businessnxt_id or ""]
        rows = self._desk.remote.find(self._table, column, wanted, where={}, parents=parents)
        return {open_[row.values[column]]: row.id for row in rows if row.values[column] in open_}

    def _sorted(self, orders: Sequence[Pair], touched: set[str]) -> tuple[list[Pair], list[tuple[Pair, Rejected]]]:
        problems = self._desk.problems
        done = [
            replace(each, touched=each.touched or each.unit.id in touched)
            for each in orders
            if problems.get(each.unit.id) is None
        ]
        return done, [(each, problem) for each in orders if (problem := problems.get(each.unit.id)) is not None]
