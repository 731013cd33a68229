"""Lines that one side took out although the other one had edited or delivered them: they stay, and come back.

The tap of the side where they stay need not deliver their order again for that: nothing of it has moved. So each is
kept as a link that has lost one end, and is made anew there when the next run begins.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING

from crosswalk.desk import Pair
from crosswalk.entries import KEPT, Conflict, Link
from crosswalk.units import remembered

if TYPE_CHECKING:
    from collections.abc import Mapping as Dict
    from collections.abc import Sequence

    from crosswalk.lines import LineDesk
    from crosswalk.makers import Maker
    from crosswalk.mergers import Merger
    from crosswalk.remote import Row
    from crosswalk.ways import Way

logger = logging.getLogger(__name__)


def stays(way: Way, link: Link, row: Row) -> bool:
    """Whether a row must stay although its line was taken out: somebody has edited it, or it is delivered."""
    closed = way.into_businessnxt and way.frozen(row.values, {})
    return link.status != "creating" and (closed or way.is_edited(link, row.values))


def kept(way: Way, link: Link, row: Row) -> Link:
    """The link of a line that stays: it is made anew in the source, whatever number it still carries.

    The number of the one that was taken out may be another line's by now.
    """
    held = {each.name: way.held(each, row.values) for each in way.mapping.properties if way.shows(each, row.values)}
    alone = link.on(way.source, id=None, shadow={}).on(way.target, shadow=way.back.told(held))
    return replace(alone, status="creating", match_rule=KEPT)


def on_record(way: Way, link: Link, now: float) -> Conflict:
    """That one side took a line out which stays."""
    return Conflict(
        link_id=link.id,
        name="",
        webshop_value=None if way.into_businessnxt else link.webshop_id,
        businessnxt_value=link.businessnxt_id if way.into_businessnxt else None,
        webshop_base=link.webshop_id,
        businessnxt_base=link.businessnxt_id,
        winner=way.target.value,
        rule="deleted",
        state="auto",
        at=now,
    )


def bring_back(desk: LineDesk, maker: Maker, merger: Merger) -> None:
    """Make the lines that stay in the source anew in the target."""
    way, store = desk.way, desk.store
    links = store.kept(way.entity, way.source)
    if not links:
        return
    heads = store.links_by_id({each.parent_id for each in links if each.parent_id})
    orders = {key: each for key, each in heads.items() if each.status == "linked"}
    desk.problems = {}
    maker.finder.parents = {each.id_on(way.source) or "": each for each in orders.values()}
    made = maker.finish(_placed(way, links, orders))
    merger.update(made)
    for order, problem in desk.problems.items():
        logger.warning("%s '%s': a line that stays cannot come back for now: %s", way.entity, order, problem)


def _placed(way: Way, links: Sequence[Link], orders: Dict[int, Link]) -> list[Pair]:
    """The lines as they are remembered, each in its order."""
    found = []
    for link in links:
        if (order := orders.get(link.parent_id or 0)) is not None:
            own = (link.id_on(way.source) or "").rpartition("/")[2]
            known = remembered(way, link)
            named = {each.name: own for each in way.mapping.properties if each.identity and way.into_businessnxt}
            unit = replace(known, reference=way.reference_of(own), values={**known.values, **named})
            found.append(Pair(replace(unit, parent=order.id_on(way.source) or ""), link))
    return found
