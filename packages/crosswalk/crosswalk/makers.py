"""The first sight of a record: its row is found, or made so that no crash can make it twice.

A link is committed as `creating`, with the values that are about to be sent, before the request goes out; the row
carries the webshop's id in a column of its own. After a crash the row is looked up by that id; that it is not there
counts only once nothing can still land.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from crosswalk.desk import Desk, Pair
from crosswalk.entries import Link, Pending
from crosswalk.errors import Rejected
from crosswalk.remote import Draft, Outcome, RemoteTable, Row, Unclear, Unwelcome, Written
from crosswalk.sides import Side

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from collections.abc import Mapping as Dict

    from crosswalk.drafts import Drafts
    from crosswalk.mapping import Mapping, MatchRule
    from crosswalk.units import Unit
    from crosswalk.values import Values

Place = tuple[str, str]
"""Where a record's row must be: the key of its parent's row (or nothing), and the reference it carries."""

Hits = dict[Place, list[Row]]


@dataclass(frozen=True)
class Family:
    """How an entity's lines take part in the making of its rows; an entity without lines has none of it.

    Attributes:
        problem: Says why a record's lines cannot be written, or None.
        inputs: The columns of its lines.
        bind: Links its lines to the rows that were made with it.
    """

    problem: Callable[[Unit], Rejected | None] = lambda _: None
    inputs: Callable[[Unit], tuple[Values, ...]] = lambda _: ()
    bind: Callable[[Pair, Row], None] = lambda _, __: None


class Maker:
    """Finds or makes the rows of one entity.

    Args:
        desk: The entity's notes.
        drafts: Encodes its records.
        table: Its table.
        family: Its lines.
    """

    def __init__(self, desk: Desk, drafts: Drafts, table: RemoteTable, family: Family | None = None) -> None:
        self._desk, self._drafts, self._table = desk, drafts, table
        self._mapping, self._store, self._remote = desk.mapping, desk.store, desk.remote
        self._family = family or Family()
        self.parents: Dict[str, Link] = {}

    def first_sight(self, units: Sequence[Unit], links: Dict[str, Link] | None = None) -> list[Pair]:
        """Find rows that already stand for these records, and make the others.

        Args:
            units: Records without a row.
            links: Links they have already (dormant ones), by webshop id.

        Returns:
            The matched records; they are still to be merged.
        """
        if not units:
            return []
        known = links or {}
        pairs = [Pair(each, known.get(each.id) or self._desk.new_link(each)) for each in units]
        adopted, rest = self._by_reference(pairs)
        matched, fresh = self._by_rules(rest, claimed={row.id for _, row, _ in adopted})
        self._make(fresh)
        return self._adopt([*adopted, *matched])

    def finish(self, pairs: Sequence[Pair]) -> list[Pair]:
        """Find out what became of rows whose making was interrupted; make again what certainly never was.

        Returns:
            The records whose rows are there; they are still to be merged.
        """
        if not pairs:
            return []
        asked_at, grace = self._desk.run.clock(), self._desk.run.grace
        sent = self._store.pendings([each.link.id for each in pairs], Side.BUSINESSNXT)
        found, rest = self._by_reference(pairs)
        lost = []
        for pair in rest:
            sent_at = sent[pair.link.id].sent_at if pair.link.id in sent else 0.0
            if asked_at - sent_at < grace:
                self._desk.hold([pair], until=sent_at + grace)
            else:
                lost.append(pair)
        self._make(lost)
        return self._recover([(pair, row) for pair, row, _ in found])

    # looking

    def place(self, unit: Unit) -> Place:
        """Where the row of a record must be."""
        parent = self.parents[unit.parent].businessnxt_id if unit.parent else ""
        return parent or "", unit.reference

    def _by_reference(self, pairs: Sequence[Pair]) -> tuple[list[tuple[Pair, Row, str]], list[Pair]]:
        hits = self._referred([each.unit for each in pairs])
        found: list[tuple[Pair, Row, str]] = []
        rest: list[Pair] = []
        for pair in pairs:
            rows = hits.get(self.place(pair.unit), [])
            if len(rows) > 1:
                self._desk.reject(pair.unit, ambiguous(self._mapping.reference or "", pair.unit.reference, rows))
            elif rows:
                found.append((pair, rows[0], "reference"))
            else:
                rest.append(pair)
        return found, rest

    def _referred(self, units: Sequence[Unit]) -> Hits:
        column = self._mapping.reference
        found: Hits = defaultdict(list)
        if column is not None:
            parents = [each.businessnxt_id or "" for each in self.parents.values()]
            wanted = [each.reference for each in units]
            for row in self._remote.find(self._table, column, wanted, where={}, parents=parents):
                found[row.id.rpartition("/")[0], str(row.values[column])].append(row)
        return found

    def _by_rules(self, pairs: list[Pair], claimed: set[str]) -> tuple[list[tuple[Pair, Row, str]], list[Pair]]:
        """Apply the match rules in order; the first one with exactly one free hit counts."""
        matched: list[tuple[Pair, Row, str]] = []
        for rule in self._mapping.match:
            hits = self._candidates(rule, pairs)
            taken = self._taken(hits)
            left = []
            for pair in pairs:
                key = rule.key(pair.unit.values)
                rows = hits.get(rule.fold(key), []) if key is not None else []
                free = [each for each in rows if each.id not in taken and each.id not in claimed]
                if len(free) > 1:
                    self._desk.reject(pair.unit, ambiguous(rule.column, key or "", free))
                elif free:
                    claimed.add(free[0].id)
                    matched.append((pair, free[0], rule.column))
                elif rows and rule.column in self._mapping.key:
                    self._desk.reject(pair.unit, already_taken(rule.column, key or "", _holder(taken.get(rows[0].id))))
                else:
                    left.append(pair)
            pairs = left
        return matched, pairs

    def _candidates(self, rule: MatchRule, pairs: Sequence[Pair]) -> dict[str, list[Row]]:
        keys = [key for pair in pairs if (key := rule.key(pair.unit.values)) is not None]
        spellings = list(dict.fromkeys(spelling for key in keys for spelling in (key, rule.fold(key))))
        found: dict[str, list[Row]] = defaultdict(list)
        if spellings:
            where = dict(self._mapping.match_where)
            for row in self._remote.find(self._table, rule.column, spellings, where=where, parents=()):
                found[rule.fold(row.values[rule.column])].append(row)
        return found

    def _taken(self, hits: Dict[str, list[Row]]) -> dict[str, Link]:
        if self._mapping.shared:
            return {}
        return self._store.takers([self._mapping.entity], [row.id for rows in hits.values() for row in rows])

    def _adopt(self, found: Sequence[tuple[Pair, Row, str]]) -> list[Pair]:
        """Link records with rows that were there before; they have no past in common, and are not finished yet."""
        adopted = [
            replace(
                pair.link,
                status="linked",
                businessnxt_id=row.id,
                match_rule=rule,
                businessnxt_shadow=drawn(self._mapping, row),
                fingerprint="",
                parent_id=self._parent_id(pair.unit),
            )
            for pair, row, rule in found
        ]
        links = self._saved(adopted)
        self._desk.count["adopted"] += len(found)
        self._desk.row(pair.unit for pair, _, _ in found)
        return [replace(pair, link=links[pair.unit.id], counted=True) for pair, _, _ in found]

    def _recover(self, found: Sequence[tuple[Pair, Row]]) -> list[Pair]:
        """These were made although we never heard so: what we meant to write is the common past."""
        recovered = [
            replace(
                pair.link,
                status="linked",
                businessnxt_id=row.id,
                businessnxt_shadow={**pair.link.businessnxt_shadow, **drawn(self._mapping, row)},
            )
            for pair, row in found
        ]
        with self._store.transaction():
            links = self._saved(recovered)
            self._store.settled([each.id for each in links.values()], Side.BUSINESSNXT)
        self._desk.count["created"] += len(found)
        self._desk.row(pair.unit for pair, _ in found)
        return [replace(pair, link=links[pair.unit.id], counted=True) for pair, _ in found]

    def _saved(self, links: Sequence[Link]) -> dict[str, Link]:
        """Save new and known links alike; by webshop id."""
        with self._store.transaction():
            known = self._store.save([each for each in links if each.id])
            added = self._store.add([each for each in links if not each.id])
        return {each.webshop_id or "": each for each in [*known, *added]}

    def _parent_id(self, unit: Unit) -> int | None:
        return self.parents[unit.parent].id if unit.parent else None

    # making

    def _make(self, pairs: Sequence[Pair]) -> None:
        """Announce the rows, make them, and link them."""
        ready = self._announced(self._drafted(pairs))
        if ready:
            outcomes = self._remote.create(self._table, [self._draft(pair, draft) for pair, draft in ready])
            self._bind([(pair, draft, outcome) for (pair, draft), outcome in zip(ready, outcomes, strict=True)])

    def _drafted(self, pairs: Sequence[Pair]) -> list[tuple[Pair, Values]]:
        """Encode records; one that cannot be written whole, with all its lines, is not written at all."""
        drafts = self._drafts.encode([(each.unit, self._mapping.properties) for each in pairs])
        ready: list[tuple[Pair, Values]] = []
        owners: dict[str, str] = {}
        for pair in pairs:
            draft = drafts[pair.unit.id]
            problem = draft if isinstance(draft, Rejected) else self._problem(pair.unit, draft, owners)
            if problem is not None:
                self._desk.reject(pair.unit, problem)
            elif not isinstance(draft, Rejected):
                ready.append((pair, draft))
        return ready

    def _problem(self, unit: Unit, draft: Values, owners: dict[str, str]) -> Rejected | None:
        """Why a record must not be made: a line of it, or a key that another record of this batch has."""
        own_key = self._mapping.key[-1]
        if own_key in draft:
            key = str(draft[own_key])
            owner = owners.setdefault(key, unit.id)
            if owner != unit.id:
                return already_taken(own_key, key, owner)
        return self._family.problem(unit)

    def _announced(self, ready: Sequence[tuple[Pair, Values]]) -> list[tuple[Pair, Values]]:
        now = self._desk.run.clock()
        intended = [
            replace(pair.link, status="creating", webshop_shadow=pair.unit.values, businessnxt_shadow=draft,
                    parent_id=self._parent_id(pair.unit))
            for pair, draft in ready
        ]  # fmt: skip
        with self._store.transaction():
            links = self._saved(intended)
            self._store.announce([Pending(each.id, Side.BUSINESSNXT, "create", now, {}) for each in links.values()])
        return [(replace(pair, link=links[pair.unit.id]), draft) for pair, draft in ready]

    def _draft(self, pair: Pair, draft: Values) -> Draft:
        return Draft(
            values=new_row(self._mapping, draft, pair.unit),
            parent=self.place(pair.unit)[0],
            lines=self._family.inputs(pair.unit),
        )

    def _bind(self, made: Sequence[tuple[Pair, Values, Outcome]]) -> None:
        """Link what was made, forget what certainly was not, and hold what is unclear."""
        now = self._desk.run.clock()
        written = [(pair, draft, outcome.row) for pair, draft, outcome in made if isinstance(outcome, Written)]
        with self._store.transaction():
            links = self._saved([self._bound(pair, draft, row, now) for pair, draft, row in written])
            self._store.settled([each.id for each in links.values()], Side.BUSINESSNXT)
            self._store.log(
                self._desk.run.id,
                [(each.id, Side.BUSINESSNXT, "create", {}, each.businessnxt_shadow) for each in links.values()],
            )
            for pair, _, row in written:
                self._family.bind(replace(pair, link=links[pair.unit.id]), row)
            self._desk.done([pair.unit for pair, _, _ in written])
            self._forget([(pair, outcome) for pair, _, outcome in made if isinstance(outcome, Unwelcome)])
            unclear = [pair for pair, _, outcome in made if isinstance(outcome, Unclear)]
            self._desk.hold(unclear, until=now + self._desk.run.grace)
        self._desk.count["created"] += len(written)
        self._desk.row(pair.unit for pair, _, _ in written)

    def _bound(self, pair: Pair, draft: Values, row: Row, now: float) -> Link:
        return replace(
            self._desk.finished(pair),
            status="linked",
            businessnxt_id=row.id,
            businessnxt_shadow=stored(self._mapping, draft, row),
            businessnxt_wrote_at=now,
        )

    def _forget(self, refused: Sequence[tuple[Pair, Unwelcome]]) -> None:
        links = [pair.link for pair, _ in refused]
        if self._mapping.create == "on_demand":  # no tap delivers these again: they sleep until they are asked for
            self._store.save([replace(each, status="dormant") for each in links])
            self._store.settled([each.id for each in links], Side.BUSINESSNXT)
        else:
            self._store.remove(links)
        for pair, outcome in refused:
            self._desk.reject(pair.unit, Rejected(outcome.message, kind=outcome.kind, column=outcome.column))


def new_row(mapping: Mapping, draft: Values, unit: Unit) -> Values:
    """The columns of a new row in the order of assignment.

    What is blank in the webshop is left out, so that what the ERP fills in by itself (from an order's customer, say)
    is not wiped again.
    """
    return as_columns(mapping, {name: draft[name] for name in draft if unit.values[name] not in (None, "")}, {})


def as_columns(mapping: Mapping, draft: Values, current: Dict[str, object]) -> Values:
    """Column values from property values; the bits of one column come together, the others keep their state."""
    columns: Values = {}
    for name, value in draft.items():
        each = mapping.by_name[name]
        if each.type.name == "Flag":
            held = columns.get(each.column, int(str(current.get(each.column) or 0)))
            columns[each.column] = held & ~(each.type.size or 0) | value
        else:
            columns[each.column] = value
    return columns


def stored(mapping: Mapping, draft: Values, row: Row) -> Values:
    """What a new row really holds of what was sent, and the numbers that the server drew for it."""
    sent = {name: row.values.get(mapping.by_name[name].column, value) for name, value in draft.items()}
    return {**sent, **drawn(mapping, row)}


def drawn(mapping: Mapping, row: Row) -> Values:
    """The numbers of a row that no webshop knows: other records refer to it by them."""
    return {
        each.name: row.values[each.column] for each in mapping.properties if each.drawn and each.column in row.values
    }


def ambiguous(column: str, value: str, rows: Iterable[Row]) -> Rejected:
    """Several rows could be this record; a person has to say which."""
    keys = ", ".join(each.id for each in rows)
    return Rejected(
        f"{column} '{value}' stands on several rows ({keys}); correct the wrong ones in Business NXT",
        kind="ambiguous",
        column=column,
    )


def already_taken(column: str, value: str, owner: str) -> Rejected:
    """The row belongs to another record of the webshop."""
    return Rejected(
        f"{column} '{value}' already belongs to record '{owner}' of the webshop; give one of the two another there",
        kind="duplicate",
        column=column,
    )


def _holder(link: Link | None) -> str:
    return (link.webshop_id or "") if link else "another of this batch"
