"""Finds what already stands for a record in the target: by the ids that either carries, then by the match rules."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from crosswalk.desk import Desk, Pair
from crosswalk.doubts import already_taken, ambiguous, illegible, one_of_several, quarantined, rivals
from crosswalk.entries import GONE, Link
from crosswalk.remote import Row

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from collections.abc import Mapping as Dict

    from crosswalk.far import Rule
    from crosswalk.units import Unit
    from crosswalk.values import Value

Place = tuple[str, str]
"""Where a record's partner must be: the key of its parent's partner (or nothing), and the reference it carries."""

Found = tuple[Pair, Row, str]
"""A record, the row that stands for it, and how it was found."""

Hits = dict[Place, list[Row]]

GIVEN_AGAIN = "{}#{}"
"""The key of a row that is gone while another one has its number: the number, and that of its link."""


class Finder:
    """Finds the partners of one entity's records.

    Args:
        desk: The entity's notes.

    Attributes:
        parents: For lines: the links of their orders, by the order's id.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk, self._table = desk, desk.way.table
        self._way, self._store, self._remote = desk.way, desk.store, desk.remote
        self.parents: Dict[str, Link] = {}

    def wanted(self, pairs: Sequence[Pair]) -> list[Pair]:
        """Those that get a partner at all; the others are over and done with until they change."""
        self._desk.done([each.unit for each in pairs if not each.unit.wanted])
        return [each for each in pairs if each.unit.wanted]

    def place(self, unit: Unit) -> Place:
        """Where the partner of a record must be."""
        return self.parent(unit), unit.reference

    def parent(self, unit: Unit) -> str:
        """The key of the row that the partner of a record belongs to; empty where it belongs to none."""
        return (self.parents[unit.parent].id_on(self._way.target) or "") if unit.parent else ""

    def by_name(self, pairs: Sequence[Pair]) -> tuple[list[tuple[Pair, Link]], list[Found], list[Pair]]:
        """Records that carry their partner's id, as they do when the other direction made one of the two.

        Returns:
            Those that have a link, with it; those of which there is a row; the others.
        """
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
                told = rivals if self._way.placed_by_twin else quarantined
                self._desk.reject(pair.unit, told(self._way.back, name, contested[name]))
            elif link and link.status == "creating" and self._way.sleeps:  # of which row, only that making can tell
                self._desk.hold([pair], until=self._desk.run.clock() + self._desk.run.grace)
            elif link:
                bound.append((pair, link))
            elif name in rows and not self._is_hidden(pair, [rows[name]]):
                found.append((pair, rows[name], "reference"))
            elif name not in rows:
                rest.append(pair)
        return bound, found, rest

    def _contested(self, names: Dict[str, str], links: Dict[str, Link], rows: Dict[str, Row]) -> dict[str, list[str]]:
        """Names that several records carry, with these records: whose partner it is, none of them may say."""
        carriers: dict[str, list[str]] = {}
        for identity, name in names.items():
            if name in links or name in rows:
                alive = name in links and not self._is_dead(links[name])
                holder = links[name].id_on(self._way.source) if alive else None
                known = carriers.setdefault(name, [holder] if holder else [])
                known += [identity] if identity not in known else []
        return {name: ids for name, ids in carriers.items() if len(ids) > 1}

    def _is_hidden(self, pair: Pair, rows: Sequence[Row]) -> bool:
        """Whether its partner may be a row that cannot be read, and none that can: then the record is rejected."""
        hidden = bool(rows) and all(each.problem for each in rows)
        if hidden:
            self._desk.reject(pair.unit, illegible(rows[0]))
        return hidden

    def _name(self, unit: Unit) -> str:
        return f"{self.parent(unit)}/{unit.named}" if unit.parent else unit.named

    def by_reference(self, pairs: Sequence[Pair]) -> tuple[list[Found], list[Pair]]:
        """Records whose id a row carries, and the others; several rows with one id are set aside."""
        hits = self._referred([each.unit for each in pairs])
        found: list[Found] = []
        rest: list[Pair] = []
        for pair in pairs:
            told = hits.get(self.place(pair.unit), [])
            if self._is_hidden(pair, told):
                continue
            rows = [each for each in told if not each.problem]
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

    def by_rules(self, pairs: list[Pair], claimed: set[str]) -> tuple[list[Found], list[Pair]]:
        """Apply the match rules in order; the first one with exactly one free hit counts."""
        matched: list[Found] = []
        for rule in self._way.rules:
            hits = self._candidates(rule, pairs)
            taken = self._taken(hits, rule)
            disputed = self._disputed(hits)
            left = []
            for pair in pairs:
                key = rule.key(pair.unit.values)
                told = hits.get(rule.fold(key), []) if key is not None else []
                if self._is_hidden(pair, told):
                    continue
                rows = [each for each in told if not each.problem]
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
        return found | self._spelled_otherwise(rule, {rule.fold(key) for key in keys} - found.keys())

    def _spelled_otherwise(self, rule: Rule, folded: set[str]) -> dict[str, list[Row]]:
        """Records of the webshop that hold these values in a spelling of their own, which no look-up there would find.

        We know what they held when they were read; what they hold now is read anew.
        """
        found: dict[str, list[Row]] = defaultdict(list)
        if not folded or rule.same is None or self._way.into_businessnxt:
            return found

        def is_meant(value: Value) -> bool:
            return value not in (None, "") and rule.fold(value) in folded

        known = self._store.remembered(self._way.entity, self._way.target, rule.name, is_meant)
        for row in self._remote.read(self._table, known).values() if known else ():
            value = row.values.get(rule.place, "")
            if is_meant(value):
                found[rule.fold(value)].append(row)
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

    def vacate(self, taken: Sequence[tuple[Link, Row]]) -> None:
        """Take the number of a row that was made just now from whoever else has it: it was given again."""
        known = self._known([row.id for _, row in taken])
        self._rename([known[row.id] for link, row in taken if row.id in known and known[row.id].id != link.id])

    def _rename(self, links: Iterable[Link]) -> None:
        """The rows of these links are gone, and their numbers others'.

        The other direction will miss the old row under the number that stays with its link, which no row can have.
        """
        target = self._way.target
        self._store.save([each.on(target, id=GIVEN_AGAIN.format(each.id_on(target), each.id)) for each in links])

    def _known(self, keys: Iterable[str]) -> dict[str, Link]:
        """What is linked with these rows of the target already."""
        return self._store.links(self._way.entity, keys, by=f"{self._way.target.value}_id")

    def _is_dead(self, link: Link) -> bool:
        """Whether the record of a link was deleted, so that a key of the target may be somebody else's now."""
        return link.status == "tombstone" and link.fingerprint(self._way.source) == GONE

    def _is_asleep(self, link: Link) -> bool:
        """Whether a row of the target is only remembered, and has no partner yet."""
        return link.status == "dormant" and link.id_on(self._way.source) is None

    def free(self, found: Sequence[Found]) -> list[Found]:
        """Those whose row belongs to nobody else."""
        holders = self._holders({row.id: row for _, row, _ in found})
        owners = {key: each.id_on(self._way.source) or "" for key, each in holders.items()}
        free: list[Found] = []
        for pair, row, rule in found:
            holder, owner = holders.get(row.id), owners.setdefault(row.id, pair.unit.id)
            if owner == pair.unit.id or (holder is not None and holder.id == pair.link.id):
                free.append((pair, row, rule))
            else:
                self._desk.reject(pair.unit, already_taken(self._way.named_in or rule, row.id, owner))
        return free

    def _holders(self, rows: Dict[str, Row]) -> dict[str, Link]:
        """Who has these rows already; whoever only remembers one, is dead, or has no more than its number gives way."""
        known = self._known(rows)
        asleep = [key for key, each in known.items() if self._is_asleep(each)]
        self._store.remove([known.pop(key) for key in asleep])
        dead = [key for key, each in known.items() if self._is_dead(each)]
        emptied = (known.pop(key).on(self._way.target, id=None) for key in dead)
        self._store.save([replace(each, alias=None, businessnxt_alias=None) for each in emptied])
        others = [key for key, each in known.items() if self._way.is_another_row(each, rows[key].values)]
        self._rename([known.pop(key) for key in others])
        return known


def _holder(link: Link | None) -> str:
    return (link.webshop_id or "") if link else "another of this batch"
