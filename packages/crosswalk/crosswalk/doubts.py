"""What no program can know: which of several it is, and what to make of the dead. Each says what a person types."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crosswalk.errors import Rejected
from crosswalk.sides import Side

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from crosswalk.entries import Link
    from crosswalk.properties import Property
    from crosswalk.remote import Row
    from crosswalk.units import Unit
    from crosswalk.ways import Way


def ambiguous(way: Way, place: str, value: str, unit: Unit, rows: Iterable[Row]) -> Rejected:
    """Several rows could be this record; a person has to say which."""
    keys = [each.id for each in rows]
    return Rejected(
        f"{place} '{value}' stands on several of {_whose(way.target)} records ({', '.join(keys)}). Say which it is "
        f"with '{_relink(way, unit.id, keys[0])}', or correct the wrong ones",
        kind="ambiguous",
        column=place,
    )


def illegible(row: Row) -> Rejected:
    """The row is there, or may be, and what it holds cannot be read."""
    return Rejected(row.problem, kind="illegible")


def one_of_several(way: Way, place: str, value: str, unit: Unit, row: Row) -> Rejected:
    """The row could be this record, and others could be it too."""
    return Rejected(
        f"{place} '{value}' stands on {row.id} of {_whose(way.target)} records, which could be others too. Say which "
        f"it is with '{_relink(way, unit.id, row.id)}', or correct the wrong ones",
        kind="ambiguous",
        column=place,
    )


def quarantined(way: Way, reference: str, keys: Sequence[str]) -> Rejected:
    """Several rows carry the reference of one record: none is taken for it by itself.

    Args:
        way: The direction in which the reference is read: its target holds the rows.
        reference: What they carry.
        keys: The rows.
    """
    return Rejected(
        f"{way.reference} '{reference}' stands on several of {_whose(way.target)} records ({', '.join(keys)}), as if "
        "they were one. Keep it on the right one and empty it on the others: each of those is then a record of its own",
        kind="quarantined",
        column=way.reference or "",
    )


def rivals(way: Way, partner: str, keys: Sequence[str]) -> Rejected:
    """Several rows stand for one thing, of which there can be one only, such as the price that everybody pays.

    Args:
        way: The direction towards the rows.
        partner: What they stand for.
        keys: The rows.
    """
    return Rejected(
        f"several rows of {way.mapping.table} ({', '.join(keys)}) stand for '{partner}' of the webshop, which has room "
        "for one. Leave the right one, and end or delete the others",
        kind="quarantined",
        column=way.reference or "",
    )


def _whose(side: Side) -> str:
    return "Business NXT's" if side is Side.BUSINESSNXT else "the webshop's"


def _relink(way: Way, mine: str, theirs: str) -> str:
    webshop, businessnxt = (mine, theirs) if way.into_businessnxt else (theirs, mine)
    return f"crosswalk links relink {way.entity} {webshop} {businessnxt}"


def needed(way: Way, each: Property, unit: Unit) -> Rejected:
    """A property is empty without which the target takes no record."""
    table, path = way.mapping.table, each.path.text if each.path else each.name
    if way.into_businessnxt:
        message = (
            f"'{path}' of '{unit.id}' is empty, and Business NXT makes no {table} without a {each.column}: fill it in "
            "in the webshop"
        )
    else:
        message = (
            f"{each.column} of {table} {unit.id} is empty, and the webshop takes none without its '{path}': fill it "
            "in in Business NXT"
        )
    return Rejected(message, column=path if way.into_businessnxt else each.column)


def already_taken(column: str, value: str, owner: str) -> Rejected:
    """What stands for the record belongs to another one."""
    return Rejected(
        f"{column} '{value}' already belongs to record '{owner}'; give one of the two another",
        kind="duplicate",
        column=column,
    )


def orphaned(way: Way, link: Link) -> Rejected:
    """The record was edited after its partner had been deleted."""
    where = "Business NXT" if way.into_businessnxt else "the webshop"
    return Rejected(
        f"its partner {link.id_on(way.target)} was deleted in {where}: this edit goes nowhere. To have it made anew, "
        f"'{_unlink(way, link)}'; to leave it so, delete the record too, or take the edit back",
        kind="deleted",
    )


def returned(way: Way, link: Link) -> Rejected:
    """The record is there again although it had been deleted."""
    where = "the webshop" if way.into_businessnxt else "Business NXT"
    return Rejected(
        f"it was deleted in {where} and is there again; nothing is made of it by itself. To join it with what its "
        f"partner was, 'crosswalk links relink --force {way.entity} {link.webshop_id} {link.businessnxt_id}'; "
        f"to have it met as if for the first time, '{_unlink(way, link)}'",
        kind="deleted",
    )


def _unlink(way: Way, link: Link) -> str:
    side = "" if way.into_businessnxt else " --side businessnxt"
    return f"crosswalk links unlink {way.entity} {link.id_on(way.source)}{side}"


def contended(what: str) -> Rejected:
    """Somebody was faster each time we looked."""
    return Rejected(f"somebody else keeps changing {what}; it is tried again by itself", kind="contended")
