"""What must hold when it is quiet again, counted: each figure but the first few must be 0."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from crosswalk import tables
from crosswalk.sides import Side
from sqlalchemy import select
from twoway.people import token
from twoway.systems import BROUGHT, SHAPES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from twoway.world import World

FIGURES = ("histories", "kills", "edits", "conflicts", "lost_edits", "duplicates", "echoes", "disagreements",
           "writes_after_quiet", "left_open", "risen", "broken_off")  # fmt: skip
WRONG = FIGURES[4:]
"""Those that must be 0."""

PAIRS = {"customers": ("customers", "address"), "customer_accounts": ("customers", "associate"),
         "orders": ("orders", "order"), "orders.lines": ("orders.lines", "orderLine")}  # fmt: skip
"""The two tables of an entity."""


NUMBERS = {Side.WEBSHOP: ("customers", "number"), Side.BUSINESSNXT: ("address", "companyNo")}
"""What tells customers apart."""


def quiet(figures: dict[str, int]) -> bool:
    """Whether nothing was lost, came twice or stayed open, and the last two rounds of each history wrote nothing."""
    return not any(figures[name] for name in WRONG)


TOLD = "deleted"
"""Kind of a reject by which an edit of what is gone on the other side stays on record."""


@dataclass
class Verdict:
    """What came of a history.

    Attributes:
        figures: Counts, by `FIGURES`.
        told: What is wrong, in words.
        quarrels: Conflicts between two values that were typed on the same side, as a star of two rows can have them;
            more than usual of them are a sign that our own writes are taken for edits.
    """

    figures: dict[str, int]
    told: list[str] = field(default_factory=list)
    quarrels: int = 0

    @property
    def is_guilty(self) -> bool:
        """Whether anything is wrong."""
        return any(self.figures[name] for name in WRONG)


def judge(world: World, writes: int) -> Verdict:
    """Hold the two systems, the conflict table and all that people typed against each other."""
    read = world.store.rows
    conflicts, links = read(select(tables.conflict)), read(select(tables.link))
    open_ = {table.name: read(select(table)) for table in (tables.pending, tables.hold, tables.owed, tables.reject)}
    undecided = {(each["link_id"], each["name"]) for each in conflicts if each["state"] == "open"}
    differ = list(_differences(world, [each for each in links if each["status"] == "linked"], undecided))
    alone = list(_alone(world, links))
    lost = sorted(world.people.tokens - _present(world) - _told(conflicts) - world.people.replaced - {""})
    strange = sorted(map(str, _echoes(world)))
    doubled = [each for system in world.sides.values() for each in system.doubled] + list(_twice(world))
    risen = list(_risen(world))
    left = [f"{name}: {row}" for name, rows in open_.items() for row in rows if row.get("kind") != TOLD]
    left += [f"not made: {each}" for each in links if each["status"] == "creating"]
    figures = {
        "histories": 1,
        "kills": world.kills,
        "edits": world.people.edits,
        "conflicts": len(conflicts),
        "lost_edits": len(lost),
        "duplicates": len(doubled),
        "echoes": len(strange),
        "disagreements": len(differ) + len(alone),
        "writes_after_quiet": writes,
        "left_open": len(left),
        "risen": len(risen),
        "broken_off": 0,
    }
    told = [*(f"lost: {each}" for each in lost), *(f"double: {each}" for each in doubled),
            *(f"echo: {each}" for each in strange), *differ, *alone, *left, *risen]  # fmt: skip
    return Verdict(figures, told, _quarrels(world, conflicts))


def _twice(world: World) -> Iterator[str]:
    """Customers of which one side has two.

    An old copy of one that was deleted before anybody linked it may come once more, and nothing tells of the deletion.
    """
    ghosts = {number for _, number in world.people.deleted - world.people.deleted_for_good}
    for side, (table, column) in NUMBERS.items():
        numbers = Counter(row[column] for row in world.sides[side].rows[table].values())
        yield from (f"{table} {number}" for number, times in numbers.items() if times > 1 and number not in ghosts)


def _risen(world: World) -> Iterator[str]:
    """Customers that are there again although somebody deleted them, or deactivated although nobody did.

    One that is deleted before the run that made it could say so looks like one that was never made, and is
    made again (docs/decisions/0007, what it cannot show): only those that were linked must stay away.
    """
    deleted, for_good = world.people.deleted, world.people.deleted_for_good
    for side, (table, column) in NUMBERS.items():
        for row in world.sides[side].rows[table].values():
            number = row[column]
            if (side, number) in for_good:
                yield f"risen: {table} {number}"
            if (row.get("status") or row.get("information9")) and (side.other, number) not in deleted:
                yield f"wrongly deactivated: {table} {number}"


def _present(world: World) -> set[str]:
    return {
        token(value)
        for system in world.sides.values()
        for rows in system.rows.values()
        for row in rows.values()
        for value in row.values()
    }


def _quarrels(world: World, conflicts: list[dict]) -> int:
    typed_on = world.people.typed_on
    sides = [[typed_on.get(token(each[f"{side.value}_value"])) for side in Side] for each in conflicts]
    return sum(here is not None and here is there for here, there in sides)


def _told(conflicts: list[dict]) -> set[str]:
    return {token(each[f"{side.value}_value"]) for each in conflicts for side in Side}


def _echoes(world: World) -> set[object]:
    """What the shop shows of what people type, and nobody typed: an echo.

    A line that came from the company, or came back from there, is as the company has it: its title may be shortened.
    """
    shop, typed = world.sides[Side.WEBSHOP], world.people.typed
    shortened = {world.sides[Side.BUSINESSNXT].normal("orderLine", "description", each) for each in typed}
    shown = {
        row[name]
        for table, shape in SHAPES[Side.WEBSHOP].items()
        for key, row in shop.rows[table].items()
        for name in shape.columns
        if name not in ("number", "customer_id", "status") and not (_is_from_company(key) and row[name] in shortened)
    }
    return {each for each in shown - typed - {"", None, 0} if not str(each).startswith(BROUGHT)}


def _is_from_company(key: str) -> bool:
    return key.rpartition("/")[2].startswith("nxt-")


def _differences(world: World, links: list[dict], undecided: set[tuple[int, str]]) -> list[str]:
    from twoway.world import MAPPINGS  # noqa: PLC0415 - the world judges itself by this

    shop, company = world.sides[Side.WEBSHOP], world.sides[Side.BUSINESSNXT]
    found = []
    for link in links:
        entity, lines = link["entity"].partition(".")[::2]
        mapping = MAPPINGS.mappings[entity].lines if lines else MAPPINGS.mappings[entity]
        here, there = PAIRS[link["entity"]]
        record, row = shop.rows[here].get(link["webshop_id"]), company.rows[there].get(link["businessnxt_id"])
        if record is None or row is None:
            found.append(f"half gone: {link['entity']} {link['webshop_id']} {link['businessnxt_id']}")
            continue
        found += [
            f"differ: {link['entity']} {link['webshop_id']}.{each.path.text}={record[each.path.text]!r} "
            f"{link['businessnxt_id']}.{each.column}={row[each.column]!r}"
            for each in mapping.properties
            if each.path and not each.link and (link["id"], each.name) not in undecided
            and not _agree(company, there, each, record[each.path.text], row[each.column])
        ]  # fmt: skip
    return found


def _agree(company, table: str, each, here: object, there: object) -> bool:
    if (each.sync == "to_webshop" and not there) or (each.sync == "to_businessnxt" and not here):
        return True  # its owner has said nothing yet
    if not here and str(there).startswith(BROUGHT):
        return True  # nobody has said anything of it, and the company fills it in
    if isinstance(there, str):
        plain = company.normal(table, each.column, str(here or ""))
        return plain.strip().casefold() == there.strip().casefold()
    return float(here or 0) == float(there or 0)


def _alone(world: World, links: list[dict]) -> list[str]:
    """Rows without a partner; those whose partner is gone for good are linked to its tombstone."""
    found = []
    for entity, both in PAIRS.items():
        for side, table in zip(Side, both, strict=True):
            known = {each[f"{side.value}_id"] for each in links if each["entity"] == entity}
            if entity == "customer_accounts" and side is Side.WEBSHOP:
                continue
            found += [
                f"alone: {entity} {side.value} {key}" for key in world.sides[side].rows[table] if key not in known
            ]
    return found
