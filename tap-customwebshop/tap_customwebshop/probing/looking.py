"""The order in which a stream is looked at; what the one thing rests on comes before it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from customwebshop.reading.misfits import nearest

from tap_customwebshop import words

from .moments import filtered, zoned
from .pages import empty, keyed, turned
from .records import by_key, mapped
from .sight import Sight

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .findings import Finding


class Look(Sight):
    """One stream, looked at from all sides."""

    def findings(self) -> Iterator[Finding]:
        """Everything about it, as it is found."""
        yield from self._worded()
        started = time.monotonic()
        first = self.ask_first()
        if first is None or not first.raw:
            yield empty(first, self)
            return
        took = time.monotonic() - started
        yield self.found("page", "ok", f"{len(first.raw)} records in {took:.2f} s, keys and times readable")
        yield from keyed(first, self)
        yield from turned(first, self)
        if self.stream.incremental.field:
            of_zones = list(zoned(first, self))
            yield from of_zones
            if all(each.status != "fail" for each in of_zones):  # else what is asked for is not what the shop hears
                yield from filtered(first, self)
        yield from mapped(first, self)
        yield from by_key(first, self)

    def _worded(self) -> Iterator[Finding]:
        """Whether our words are the contract's."""
        strange = [(f"enums.{place}", word, known) for place, word, known in words.strangers(self.stream)]
        strange += [("revisit.when", word, known) for _, word, known in words.compared(self.stream)]
        for key, word, known in strange:
            near = nearest(word, known, offer=False)
            remedy = f"the mapping files may not know it; there are {', '.join(known)}"
            if key == "revisit.when":
                remedy = f"it looks at the mapped record, where there are {', '.join(known)}"
            yield self.found("words", "warn", f"{word!r} is no word of the contract{near}", key, remedy)
