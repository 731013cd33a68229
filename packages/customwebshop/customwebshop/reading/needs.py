"""Holds the first records of a reading to what nobody can do without, before any of them is given."""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING, Any

from customwebshop import MisreadError

from .contents import told
from .nowhere import Source, sources
from .shaping import WHOLE, ValueMisfitError
from .unfollowed import in_its_place, missing

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from .definition import StreamDefinition

logger = logging.getLogger(__name__)

LOOKED_AT = 5  # records at the beginning of a reading
PROOF = 3  # so many must lack a name: of fewer it may be chance, where a shop leaves out what is empty

NEEDED = {
    "customers": ("email",),
    "products": ("variants", "variants[].sku", "variants[].price"),
    "stock_levels": ("available",),
    "orders": (
        "currency", "total_incl_tax", "buyer.email", "lines", "lines[].sku", "lines[].quantity", "lines[].unit_price",
    ),
}  # fmt: skip
"""By stream: what is lost silently where it comes from nowhere; the rest is seen missing, or refused."""
LISTS = {"products": "variants", "orders": "lines"}
"""By stream: the list without which its records are nothing."""
_GONE = "Where records may come without it, say `gone: empty` in expand"
_PART = re.compile(r"\[\d+\]\.(each$|map\.)")


class Needs:
    """What the records of one stream are needed for.

    Args:
        stream: The stream.
    """

    def __init__(self, stream: StreamDefinition) -> None:
        self._name, self._shaping, self._rules = stream.name, stream.shaping, stream.expand
        self._needed = NEEDED.get(stream.name, ()) if stream.shaping.map else ()
        self._list = LISTS.get(stream.name)
        self._unmet = [rule for rule in stream.expand if not rule.holder and in_its_place(rule)]

    def __bool__(self) -> bool:
        return bool(self._needed or self._rules)

    def look(self, records: Sequence[Mapping[str, Any]], read: Sequence[Mapping[str, Any]], *, anew: bool) -> None:
        """Look for what the settings name in the shop's records, whose links were followed.

        Args:
            records: Some of them; those that cannot be read, too.
            read: Those that can.
            anew: Whether all rows are asked for: a person may be there, and one record without its link is enough.

        Raises:
            MisreadError: It is in none of them.
        """
        self._look_for_links(_living(records), 1 if anew else PROOF)
        self.meet(records)
        try:
            found = list(self._sources(_living(read)))
            silent = [source for source in found if _finds_nothing(source)]
        except ValueMisfitError:  # an expression that cannot take what a record has: told of that record
            return
        for source in filter(_is_slip, found):
            raise MisreadError(
                f"{self._name}: {source.path!r} stands in none of {len(source.items)} records; "
                f"{told(source.items[0], source.path, what='a record')}.",
                key=source.where,
                remedy=f"Say in {source.where} where the shop has it, or '`null`' where it has no such thing.",
            )
        for source in silent:
            logger.warning(
                "%s: %r finds nothing in %d records; streams.%s.%s says where the shop has it.",
                self._name, source.path, len(source.items), self._name, source.where,
            )  # fmt: skip

    def slips(self, records: Sequence[Mapping[str, Any]]) -> set[str]:
        """The keys of the map by which a run of these records would be stopped."""
        try:
            return {source.where for source in filter(_is_slip, self._sources(_living(records)))}
        except ValueMisfitError:
            return set()

    def _look_for_links(self, records: Sequence[Mapping[str, Any]], enough: int) -> None:
        for at, rule in enumerate(self._rules):
            found = missing(rule, records)
            if found and len(found.among) >= enough:
                raise MisreadError(
                    f"{self._name}: expand at {rule.at!r}: none of {len(found.among)} records has {found.name!r}; "
                    f"{told(found.among[0], what='a record')}.",
                    key=f"expand[{at}]",
                    remedy="Name in `at` or `from` what holds the link; where only some have it, say `gone: empty`.",
                )

    def _sources(self, records: Sequence[Mapping[str, Any]]) -> Iterator[Source]:
        """Where what is needed comes from; of what is no product, a line may well have no number."""
        told = list(sources(self._shaping.map, records))
        filled = any(_is_list(source) and source.finds_any for source in told if _of_goods(source))
        for source in told:
            place = _PART.sub(lambda part: "" if part[1] == "each" else "[].", source.where).removeprefix("map.")
            if filled and _is_list(source):  # a list of several parts, of which the shop has one or the other
                continue
            if place in self._needed and place not in self._shaping.defaults and _of_goods(source):
                yield source

    def meet(self, records: Sequence[Mapping[str, Any]]) -> None:
        """Some records of the shop: a link that one of them has is no slip, and another may well be without."""
        self._unmet = [rule for rule in self._unmet if missing(rule, records) or not records]

    def check(self, raw: Mapping[str, Any], record: Mapping[str, Any]) -> None:
        """Nothing, unless a record has lost its list for want of a link.

        Raises:
            ValueMisfitError: It has, and would arrive as if there were nothing in it.
        """
        if self._list is None or record.get(self._list) or record.get("deleted_at"):
            return
        for rule in self._unmet:
            if missing(rule, [raw]):
                raise ValueMisfitError(
                    rule.at, f"is not there to be followed, and {self._list} would be empty. {_GONE}"
                )


def _living(records: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return [record for record in records if not record.get("deleted_at")]


def _is_slip(source: Source) -> bool:
    return source.plain and source.lacking >= PROOF


def _is_list(source: Source) -> bool:
    return source.where.endswith("].each")


def _of_goods(source: Source) -> bool:
    """Whether it is of no line that is known to be something else."""
    return source.kind in (None, "'product'") or not str(source.kind).startswith("'")


def _finds_nothing(source: Source) -> bool:
    """Whether an expression gives nothing of so many items that it may be a slip."""
    if source.plain:
        return source.lacking > 0
    if len(source.items) < PROOF or source.path.startswith("`") or WHOLE in source.path:  # or is meant as it stands
        return False
    return not source.finds_any
