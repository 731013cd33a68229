"""Who is whom, put right by a person: wrong pairs are parted, right ones joined.

No record is changed here: the next run merges what was joined, with the same care as ever.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import delete, update

from crosswalk import tables
from crosswalk.entries import Link
from crosswalk.errors import StoreError
from crosswalk.sides import Side

if TYPE_CHECKING:
    from crosswalk.links import Store
    from crosswalk.mapping import Mapping


def not_linked(entity: str, side: Side, identity: str) -> str:
    """What to say where a record has no link."""
    return (
        f"no link of {entity} has the {side.value} id '{identity}'; 'crosswalk links find {identity}' looks in all "
        "entities and on both sides"
    )


def unlink(store: Store, entity: str, side: Side, identity: str) -> list[Link]:
    """Part a record and its row; an order's lines with it.

    Returns:
        The links that were parted, the record's own first.

    Raises:
        StoreError: There is no such link, or a write under it is not certain yet.
    """
    link = store.links(entity, [identity], by=f"{side.value}_id").get(identity)
    if link is None:
        raise StoreError(not_linked(entity, side, identity))
    return _part(store, link)


def _part(store: Store, link: Link) -> list[Link]:
    family = [link, *(each for each in store.children([link.id]).get(link.id, []) if each.status != "unlinked")]
    ids = [each.id for each in family]
    if any(store.pendings(ids, side) for side in Side) or link.status == "creating":
        raise StoreError(
            f"a write to {link.entity} '{link.webshop_id}' ({link.businessnxt_id or 'not made yet'}) is not certain "
            "yet; let a sync look first, then say it again"
        )
    with store.transaction() as connection:
        parted = store.save([replace(each, status="unlinked") for each in family])
        connection.execute(delete(tables.owed).where(tables.owed.c.link_id.in_(ids)))
        still_open = (tables.conflict.c.link_id.in_(ids)) & (tables.conflict.c.state == "open")
        connection.execute(update(tables.conflict).where(still_open).values(state="resolved"))
        for side in Side:  # what was refused of either may be taken now
            if identity := link.id_on(side):
                store.retry_now(link.entity, identity, side)
    return parted


def unheard_of(store: Store, entity: str, webshop_id: str, businessnxt_id: str) -> list[str]:
    """The two in words, each only if no run has ever read it: who mistyped an id wants to hear so."""
    told = {Side.WEBSHOP: f"webshop id '{webshop_id}'", Side.BUSINESSNXT: f"row '{businessnxt_id}'"}
    ids = {Side.WEBSHOP: webshop_id, Side.BUSINESSNXT: businessnxt_id}
    kept, link = tables.reject.c, tables.link.c
    return [
        f"{told[side]} of {entity}"
        for side, each in ids.items()
        if not store.rejects(kept.entity == entity, kept.side == side.value, kept.source_id == each)
        and not store.rows(tables.link.select().where(link.entity == entity, link[f"{side.value}_id"] == each))
    ]


def _misshapen(mapping: Mapping, webshop_id: str, businessnxt_id: str) -> str:
    """Why these two cannot be ids of the entity, whatever there is; empty where they can."""
    item = mapping.id.read({"id": "ID", "parent": {"id": webshop_id}}) if mapping.each else ""
    if "/" in str(item) and "/" not in webshop_id:
        within = mapping.shop_table.rpartition(".")[2]
        return f"'{webshop_id}' is no webshop id of {mapping.entity}: say which of its {within}, as in '{item}'"
    parts = businessnxt_id.split("/") if len(mapping.key) > 1 else [businessnxt_id]
    if len(parts) != len(mapping.key):
        return f"'{businessnxt_id}' is no key of {mapping.table}: that is {'/'.join(mapping.key)}"
    given = any(each.column == mapping.key[-1] and each.sent for each in mapping.properties)
    if not given and not parts[-1].isdecimal():
        return f"'{businessnxt_id}' is no key of {mapping.table}: {mapping.key[-1]} is a number"
    return ""


def relink(
    store: Store,
    entity: str,
    webshop_id: str,
    businessnxt_id: str,
    *,
    mapping: Mapping | None = None,
    force: bool = False,
) -> Link:
    """Join a record and a row without a past in common; the links they are in now are parted.

    Args:
        store: The link store.
        entity: Under which mapping they belong together.
        webshop_id: The record.
        businessnxt_id: The row.
        mapping: The mapping file; without it nobody can tell what ids look like.
        force: Take them out of the links they are in now.

    Raises:
        StoreError: Nothing of that entity was ever read; these cannot be ids of it; one of them is linked to another
            partner, and `force` is not given; or they are joined already.
    """
    known = store.entities()
    if entity not in known:
        raise StoreError(f"nothing of '{entity}' was ever read; what was: {', '.join(sorted(known)) or 'nothing'}")
    ids = {Side.WEBSHOP: webshop_id, Side.BUSINESSNXT: businessnxt_id}
    links = {side: store.links(entity, [each], by=f"{side.value}_id").get(each) for side, each in ids.items()}
    misshapen = _misshapen(mapping, webshop_id, businessnxt_id) if mapping else ""
    problem = misshapen or _in_the_way(links, force=force)
    if problem:
        raise StoreError(problem)
    with store.transaction():
        for each in {link.id: link for link in links.values() if link}.values():
            _part(store, each)
        of_shop, of_company = links[Side.WEBSHOP], links[Side.BUSINESSNXT]
        joined = Link(
            entity,
            webshop_id,
            businessnxt_id,
            status="linked",
            match_rule="relink",
            alias=of_shop.alias if of_shop else None,
            businessnxt_alias=of_company.businessnxt_alias if of_company else None,
        )
        for side, identity in ids.items():
            store.retry_now(entity, identity, side)  # what was refused while nobody knew who is whom
        return store.add([joined])[0]


def _in_the_way(links: dict[Side, Link | None], *, force: bool) -> str:
    """Why two cannot be joined; empty where they can."""
    one, other = links[Side.WEBSHOP], links[Side.BUSINESSNXT]
    if one is not None and other is not None and one.id == other.id:
        return "they belong together already"
    if any(each is not None and each.parent_id for each in (one, other)):
        return "lines follow their order: relink the order"
    partnered = [each for each in (one, other) if each is not None and each.webshop_id and each.businessnxt_id]
    if partnered and not force:
        pairs = " and ".join(f"'{each.webshop_id}' with {each.businessnxt_id}" for each in partnered)
        return f"linked now: {pairs}; --force parts them first"
    return ""
