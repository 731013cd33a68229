"""The first sight of a record: its partner is found, or made so that no crash can make it twice.

A link is committed as `creating`, with the values that are about to be sent, before the request goes out; what is made
carries the source's id in a place of its own. After a crash it is looked up by that id; that it is not there counts
only once nothing can still land.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from crosswalk.desk import Desk, Pair
from crosswalk.doubts import already_taken, ambiguous, one_of_several, quarantined
from crosswalk.entries import GONE, Link, Pending
from crosswalk.errors import Rejected
from crosswalk.remote import Draft, Outcome, Row, Unclear, Unwelcome, Written

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from collections.abc import Mapping as Dict

    from crosswalk.drafts import Drafts
    from crosswalk.far import Rule
    from crosswalk.units import Unit
    from crosswalk.values import Values
    from crosswalk.ways import Way

Place = tuple[str, str]
"""Where a record's partner must be: the key of its parent's partner (or nothing), and the reference it carries."""

Found = tuple[Pair, Row, str]
"""A record, the row that stands for it, and how it was found."""

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
    """Finds or makes the partners of one entity's records.

    Args:
        desk: The entity's notes.
        drafts: Encodes its records.
        family: Its lines.
    """

    def __init__(self, desk: Desk, drafts: Drafts, family: Family | None = None) -> None:
        self._desk, self._drafts, self._table = desk, drafts, desk.way.table
        self._way, self._store, self._remote = desk.way, desk.store, desk.remote
        self._family = family or Family()
        self.parents: Dict[str, Link] = {}

    def first_sight(self, units: Sequence[Unit], links: Dict[str, Link] | None = None) -> list[Pair]:
        """Find what already stands for these records in the target, and make the others.

        Args:
            units: Records without a partner.
            links: Links they have already (dormant ones), by id in the source.

        Returns:
            The matched records; they are still to be merged.
        """
        if not units:
            return []
        known = links or {}
        pairs = [Pair(each, known.get(each.id) or self._desk.new_link(each)) for each in units]
        bound, named, rest = self._by_name(pairs)
        if self._way.placed_by_twin:
            return [*bound, *self._adopt(named)]
        referred, rest = self._by_reference(self._wanted(rest))
        adopted = [*named, *referred]
        matched, fresh = self._by_rules(rest, claimed={row.id for _, row, _ in adopted})
        if self._way.create == "match":
            self._desk.done([each.unit for each in fresh])  # nothing is made of them, whatever they waited for before
        else:
            self._make(fresh)
        return [*bound, *self._adopt([*adopted, *matched])]

    def finish(self, pairs: Sequence[Pair], *, gone: bool = False) -> list[Pair]:
        """Find out what became of partners whose making was interrupted; make again what certainly never was.

        Args:
            pairs: Their records.
            gone: Whether these are gone meanwhile: then nothing is made again, and what never was is forgotten.

        Returns:
            The records whose partners are there; they are still to be merged.
        """
        if not pairs:
            return []
        asked_at, grace = self._desk.run.clock(), self._desk.run.grace
        sent = self._store.pendings([each.link.id for each in pairs], self._way.target)
        found, rest = self._by_reference(pairs)
        lost = []
        for pair in rest:
            sent_at = sent[pair.link.id].sent_at if pair.link.id in sent else 0.0
            if asked_at - sent_at < grace:
                self._desk.hold([pair], until=sent_at + grace)
            elif gone or not pair.unit.wanted:
                self._store.remove([pair.link])
                self._desk.done([pair.unit])
            else:
                lost.append(pair)
        self._make(lost)
        return self._recover(found)

    # looking

    def _wanted(self, pairs: Sequence[Pair]) -> list[Pair]:
        """Those that get a partner at all; the others are over and done with until they change."""
        self._desk.done([each.unit for each in pairs if not each.unit.wanted])
        return [each for each in pairs if each.unit.wanted]

    def place(self, unit: Unit) -> Place:
        """Where the partner of a record must be."""
        return self._parent(unit), unit.reference

    def _parent(self, unit: Unit) -> str:
        return (self.parents[unit.parent].id_on(self._way.target) or "") if unit.parent else ""

    def _by_name(self, pairs: Sequence[Pair]) -> tuple[list[Pair], list[Found], list[Pair]]:
        """Records that carry their partner's id, as they do when the other direction made one of the two."""
        names = {each.unit.id: self._name(each.unit) for each in pairs if each.unit.named}
        if not names:
            return [], [], list(pairs)
        links = {key: each for key, each in self._known(names.values()).items() if not self._is_asleep(each)}
        rows = self._remote.read(self._table, [each for each in names.values() if each not in links])
        contested = self._contested(names, links, rows)
        bound: list[tuple[Pair, Link]] = []
        found: list[Found] = []
        rest: list[Pair] = []
        for pair in pairs:
            name = names.get(pair.unit.id, "")
            link = links.get(name)
            if name in contested:
                self._desk.reject(pair.unit, quarantined(self._way.back, name, contested[name]))
            elif link and link.status == "creating" and self._way.sleeps:  # of which row, only that making can tell
                self._desk.hold([pair], until=self._desk.run.clock() + self._desk.run.grace)
            elif link:
                bound.append((pair, link))
            elif name in rows:
                found.append((pair, rows[name], "reference"))
            else:
                rest.append(pair)
        return self._join(bound), found, rest

    def _contested(self, names: Dict[str, str], links: Dict[str, Link], rows: Dict[str, Row]) -> dict[str, list[str]]:
        """Names that several records carry, with these records: whose partner it is, none of them may say."""
        carriers: dict[str, list[str]] = {}
        for identity, name in names.items():
            if name in links or name in rows:
                holder = links[name].id_on(self._way.source) if name in links else None
                known = carriers.setdefault(name, [holder] if holder else [])
                known += [identity] if identity not in known else []
        return {name: ids for name, ids in carriers.items() if len(ids) > 1}

    def _name(self, unit: Unit) -> str:
        return f"{self._parent(unit)}/{unit.named}" if unit.parent else unit.named

    def _join(self, bound: Sequence[tuple[Pair, Link]]) -> list[Pair]:
        """These were made by a run of the other direction that was killed before it heard so."""
        source = self._way.source
        joined = [replace(link.on(source, id=pair.unit.id), status="linked") for pair, link in bound]
        with self._store.transaction():
            self._store.remove([pair.link for pair, link in bound if pair.link.id not in (0, link.id)])
            links = self._saved(joined)
            self._store.settled([each.id for each in links.values()], source)
        self._desk.count["created"] += len(bound)
        self._desk.row(pair.unit for pair, _ in bound)
        return [replace(pair, link=links[pair.unit.id], counted=True) for pair, _ in bound]

    def _by_reference(self, pairs: Sequence[Pair]) -> tuple[list[Found], list[Pair]]:
        hits = self._referred([each.unit for each in pairs])
        found: list[Found] = []
        rest: list[Pair] = []
        for pair in pairs:
            rows = hits.get(self.place(pair.unit), [])
            if len(rows) > 1:
                self._desk.reject(pair.unit, quarantined(self._way, pair.unit.reference, [each.id for each in rows]))
            elif rows:
                found.append((pair, rows[0], "reference"))
            else:
                rest.append(pair)
        return found, rest

    def _referred(self, units: Sequence[Unit]) -> Hits:
        column = self._way.reference
        found: Hits = defaultdict(list)
        if column is not None and units:
            parents = [each.id_on(self._way.target) or "" for each in self.parents.values()]
            wanted = [each.reference for each in units]
            where = dict(self._way.reference_where)
            for row in self._remote.find(self._table, column, wanted, where=where, parents=parents):
                parent = row.id.rpartition("/")[0] if self._way.mapping.is_lines else ""
                found[parent, str(row.values[column])].append(row)
        return found

    def _by_rules(self, pairs: list[Pair], claimed: set[str]) -> tuple[list[Found], list[Pair]]:
        """Apply the match rules in order; the first one with exactly one free hit counts."""
        matched: list[Found] = []
        for rule in self._way.rules:
            hits = self._candidates(rule, pairs)
            taken = self._taken(hits, rule)
            disputed = self._disputed(hits)
            left = []
            for pair in pairs:
                key = rule.key(pair.unit.values)
                rows = hits.get(rule.fold(key), []) if key is not None else []
                free = [each for each in rows if each.id not in taken and each.id not in claimed]
                if len(free) > 1:
                    self._desk.reject(pair.unit, ambiguous(self._way, rule.place, key or "", pair.unit, free))
                elif free and free[0].id in disputed:
                    self._desk.reject(pair.unit, one_of_several(self._way, rule.place, key or "", pair.unit, free[0]))
                elif free:
                    claimed.add(free[0].id)
                    matched.append((pair, free[0], rule.place))
                elif rows and rule.is_key:
                    self._desk.reject(pair.unit, already_taken(rule.place, key or "", _holder(taken.get(rows[0].id))))
                else:
                    left.append(pair)
            pairs = left
        return matched, pairs

    def _candidates(self, rule: Rule, pairs: Sequence[Pair]) -> dict[str, list[Row]]:
        keys = [key for pair in pairs if (key := rule.key(pair.unit.values)) is not None]
        spellings = list(dict.fromkeys(spelling for key in keys for spelling in rule.spellings(key)))
        found: dict[str, list[Row]] = defaultdict(list)
        if spellings:
            where = dict(self._way.match_where)
            for row in self._remote.find(self._table, rule.place, spellings, where=where, parents=()):
                found[rule.fold(row.values[rule.place])].append(row)
        return found

    def _disputed(self, hits: Dict[str, list[Row]]) -> set[str]:
        """Hits that several of our records could be: no run of either direction may choose among them."""
        keys = [row.id for rows in hits.values() for row in rows]
        return self._store.disputed(self._way.entity, self._way.target, keys) if keys else set()

    def _taken(self, hits: Dict[str, list[Row]], rule: Rule) -> dict[str, Link]:
        """The hits that belong to somebody; a key, of which there can be one only, is inherited from the dead."""
        if self._way.mapping.shared:
            return {}
        known = self._known([row.id for rows in hits.values() for row in rows])
        return {
            key: link
            for key, link in known.items()
            if not self._is_asleep(link) and not (rule.is_key and self._is_dead(link))
        }

    def _known(self, keys: Iterable[str]) -> dict[str, Link]:
        """What is linked with these rows of the target already."""
        return self._store.links(self._way.entity, keys, by=f"{self._way.target.value}_id")

    def _is_dead(self, link: Link) -> bool:
        """Whether the record of a link was deleted, so that a key of the target may be somebody else's now."""
        return link.status == "tombstone" and link.fingerprint(self._way.source) == GONE

    def _is_asleep(self, link: Link) -> bool:
        """Whether a row of the target is only remembered, and has no partner yet."""
        return link.status == "dormant" and link.id_on(self._way.source) is None

    def _gives_way(self, link: Link) -> bool:
        return self._is_asleep(link) or self._is_dead(link)

    def _free(self, found: Sequence[Found]) -> list[Found]:
        """Those whose row belongs to nobody else; what was only remembered of it gives way to the new link."""
        known = self._known([row.id for _, row, _ in found])
        self._store.remove([each for each in known.values() if self._is_asleep(each)])
        dead = (each.on(self._way.target, id=None) for each in known.values() if self._is_dead(each))
        self._store.save([replace(each, alias=None, businessnxt_alias=None) for each in dead])
        free: list[Found] = []
        owners = {key: each.id_on(self._way.source) or "" for key, each in known.items() if not self._gives_way(each)}
        for pair, row, rule in found:
            holder, owner = known.get(row.id), owners.setdefault(row.id, pair.unit.id)
            if owner == pair.unit.id or (holder is not None and holder.id == pair.link.id):
                free.append((pair, row, rule))
            else:
                self._desk.reject(pair.unit, already_taken(self._way.named_in or rule, row.id, owner))
        return free

    def _adopt(self, matched: Sequence[Found]) -> list[Pair]:
        """Link records with rows that were there before; they have no past in common, and are not finished yet."""
        with self._store.transaction():
            found = self._free(matched)
            adopted = [
                replace(
                    self._met(pair.link.on(self._way.target, id=row.id).on(self._way.source, fingerprint=""), row),
                    status="linked",
                    match_rule=rule,
                    parent_id=self._parent_id(pair.unit),
                )
                for pair, row, rule in found
            ]
            links = self._saved(adopted)
        self._desk.count["adopted"] += len(found)
        self._desk.row(pair.unit for pair, _, _ in found)
        return [replace(pair, link=links[pair.unit.id], counted=True) for pair, _, _ in found]

    def _recover(self, made: Sequence[Found]) -> list[Pair]:
        """These were made although we never heard so: what we meant to write is the common past."""
        with self._store.transaction():
            found = self._free(made)
            recovered = [
                replace(self._met(pair.link.on(self._way.target, id=row.id), row), status="linked")
                for pair, row, _ in found
            ]
            links = self._saved(recovered)
            self._store.settled([each.id for each in links.values()], self._way.target)
        self._desk.count["created"] += len(found)
        self._desk.row(pair.unit for pair, _, _ in found)
        return [replace(pair, link=links[pair.unit.id], counted=True) for pair, _, _ in found]

    def _met(self, link: Link, row: Row) -> Link:
        return self._way.met(link, row.values)

    def _saved(self, links: Sequence[Link]) -> dict[str, Link]:
        """Save new and known links alike; by id in the source."""
        with self._store.transaction():
            known = self._store.save([each for each in links if each.id])
            added = self._store.add([each for each in links if not each.id])
        return {each.id_on(self._way.source) or "": each for each in [*known, *added]}

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
        drafts = self._drafts.encode([(each.unit, self._way.mapping.properties) for each in pairs])
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
        own_key = self._way.mapping.key[-1]
        if self._way.into_businessnxt and own_key in draft:
            key = str(draft[own_key])
            owner = owners.setdefault(key, unit.id)
            if owner != unit.id:
                return already_taken(own_key, key, owner)
        return self._family.problem(unit)

    def _announced(self, ready: Sequence[tuple[Pair, Values]]) -> list[tuple[Pair, Values]]:
        now = self._desk.run.clock()
        source, target = self._way.source, self._way.target
        intended = [
            replace(
                pair.link.on(source, shadow=self._way.told(pair.unit.values)).on(target, shadow=draft),
                status="creating",
                parent_id=self._parent_id(pair.unit),
            )
            for pair, draft in ready
        ]
        with self._store.transaction():
            links = self._saved(intended)
            self._store.announce([Pending(each.id, self._way.target, "create", now, {}) for each in links.values()])
        return [(replace(pair, link=links[pair.unit.id]), draft) for pair, draft in ready]

    def _draft(self, pair: Pair, draft: Values) -> Draft:
        return Draft(
            values=new_row(self._way, draft, pair.unit),
            parent=self._parent(pair.unit),
            lines=self._family.inputs(pair.unit),
        )

    def _bind(self, made: Sequence[tuple[Pair, Values, Outcome]]) -> None:
        """Link what was made, forget what certainly was not, and hold what is unclear."""
        now = self._desk.run.clock()
        written = [(pair, draft, outcome.row) for pair, draft, outcome in made if isinstance(outcome, Written)]
        with self._store.transaction():
            links = self._saved([self._bound(pair, draft, row, now) for pair, draft, row in written])
            target = self._way.target
            self._store.settled([each.id for each in links.values()], target)
            self._store.log(
                self._desk.run.id, [(each.id, target, "create", {}, each.shadow(target)) for each in links.values()]
            )
            self._desk.touch(list(links.values()))
            for pair, _, row in written:
                self._family.bind(replace(pair, link=links[pair.unit.id]), row)
            self._desk.done([pair.unit for pair, _, _ in written])
            self._forget([(pair, outcome) for pair, _, outcome in made if isinstance(outcome, Unwelcome)])
            unclear = [pair for pair, _, outcome in made if isinstance(outcome, Unclear)]
            self._desk.hold(unclear, until=now + self._desk.run.grace)
        self._desk.count["created"] += len(written)
        self._desk.row(pair.unit for pair, _, _ in written)

    def _bound(self, pair: Pair, draft: Values, row: Row, now: float) -> Link:
        shadow = stored(self._way, draft, row)
        link = self._desk.finished(pair).on(self._way.target, id=row.id, shadow=shadow, wrote_at=now)
        return replace(self._met(link, row), status="linked")

    def _forget(self, refused: Sequence[tuple[Pair, Unwelcome]]) -> None:
        links = [pair.link for pair, _ in refused]
        if self._way.create == "on_demand" or self._way.sleeps:  # no tap delivers these again: they go on sleeping
            asleep = (each.on(self._way.target, shadow={}) for each in links)  # nothing of it was ever agreed on
            self._store.save([replace(each, status="dormant") for each in asleep])
            self._store.settled([each.id for each in links], self._way.target)
        else:
            self._store.remove(links)
        for pair, outcome in refused:
            self._desk.reject(pair.unit, Rejected(outcome.message, kind=outcome.kind, column=outcome.column))


def new_row(way: Way, draft: Values, unit: Unit) -> Values:
    """What a new row of the target is made with, in the order of assignment, its reference included.

    What is blank in the source is left out, so that what the ERP fills in by itself (from an order's customer, say)
    is not wiped again.
    """
    row = as_columns(way, {name: draft[name] for name in draft if unit.values[name] not in (None, "")}, {})
    if way.reference is not None and not way.into_businessnxt:
        row[way.reference] = unit.reference
    return row


def as_columns(way: Way, draft: Values, current: Dict[str, object]) -> Values:
    """Property values by their places; the bits of one column come together, the others keep their state."""
    columns: Values = {}
    for name, value in draft.items():
        each = way.mapping.by_name[name]
        if each.type.name == "Flag" and way.into_businessnxt:
            held = columns.get(each.column, int(str(current.get(each.column) or 0)))
            columns[each.column] = held & ~(each.type.size or 0) | value
        else:
            columns[way.place(each)] = value
    return columns


def stored(way: Way, draft: Values, row: Row) -> Values:
    """What a new row really holds of what was sent; what was sent, where somebody has edited the row already."""
    rows = {name: way.mapping.by_name[name] for name in draft}
    return {
        name: way.held(each, row.values) if row.ours and way.shows(each, row.values) else draft[name]
        for name, each in rows.items()
    }


def _holder(link: Link | None) -> str:
    return (link.webshop_id or "") if link else "another of this batch"
