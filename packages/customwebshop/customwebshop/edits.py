"""What an edit of a record comes to at a shop with its own words: bodies with what changed, and no more. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from customwebshop.expressions import NoWordError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from customwebshop.dialect import Piece, Write
    from customwebshop.expressions import Context

Record = dict[str, Any]
_NOTHING: Record = {}


@dataclass(frozen=True)
class Edit:
    """A record before and after, both in the contract's words.

    Attributes:
        before: As it was read; empty for a new record.
        after: As it shall be.
        raw: The shop's own record.
        beside: What else expressions may look at, by name.
    """

    before: Record
    after: Record
    raw: Any = None
    beside: Mapping[str, Any] = field(default_factory=dict)

    def views(self, each: str, happens: str) -> Iterator[tuple[Context, Context]]:
        """What expressions look into, after and before: the record, or each item of a list that it happened to."""
        for after, before, record in self._pairs(each, happens):
            around = {"_raw": self.raw, "_record": record, **self.beside}
            yield {**after, **around}, {**before, **around}

    def _pairs(self, each: str, happens: str) -> Iterator[tuple[Record, Record, Record]]:
        if not each:
            yield self.after, self.before, self.after
            return
        old, new = items(self.before, each), items(self.after, each)
        if happens == "removed":
            yield from ((gone, _NOTHING, self.after) for key, gone in old.items() if key not in new)
            return
        for key, item in new.items():
            if (key in old) == (happens == "changed"):
                yield item, old.get(key, _NOTHING), self.after


def items(record: Record, name: str) -> dict[str, Record]:
    """The items of a list by id; one without an id is new, and known by its place."""
    listed = enumerate(record.get(name) or ())
    return {str(each["id"]) if each.get("id") is not None else f"new {at}": each for at, each in listed}


@dataclass(frozen=True)
class Body:
    """One request to send.

    Attributes:
        path: Where to.
        content: What; None sends nothing.
    """

    path: str
    content: Any


def bodies(write: Write, edit: Edit, *, always: bool = False) -> Iterator[Body]:
    """The requests that a write comes to; none where nothing has changed, unless they are sent always."""
    always = always or write.happens != "changed"
    for after, before in edit.views(write.each, write.happens):
        if write.when and not write.when(after):
            continue
        content = _content(write, edit, after, before, always=always)
        if always or _tells(write, content, after, before):
            yield Body(write.path(after), content)


def _content(write: Write, edit: Edit, after: Context, before: Context, *, always: bool) -> Any:  # noqa: ANN401
    """What is sent: what goes with every request, what changed, and the actions that this comes to."""
    content = write.body(after) if write.body else None
    if write.set:
        content = merged(content or {}, _changed(write.set.tree, after, before))
    if write.actions:
        actions = [action for piece in write.actions for action in _actions(piece, edit, always=always)]
        content = {**(content or {}), write.actions_at: actions}
    return content


def _tells(write: Write, content: Any, after: Context, before: Context) -> bool:  # noqa: ANN401 - any JSON value
    """Whether there is any news in it; some shops are told by the path alone."""
    if write.set or write.actions:
        news = write.set is not None and bool(_changed(write.set.tree, after, before))
        return news or bool(write.actions and content[write.actions_at])
    told = write.body or write.path
    return not same(told(after), told(before))


def _changed(tree: Mapping[str, Any], after: Context, before: Context) -> Record:
    """The leaves whose value is another than before."""
    found = {}
    for name, fill in tree.items():
        if isinstance(fill, Mapping):
            if inside := _changed(fill, after, before):
                found[name] = inside
        elif not same(value := fill(after), fill(before)):
            found[name] = value
    return found


def _actions(piece: Piece, edit: Edit, *, always: bool) -> Iterator[Any]:
    for after, before in edit.views(piece.each, piece.happens):
        if piece.when and not piece.when(after):
            continue
        if always or piece.happens != "changed" or _changed(piece.tree, after, before):
            yield _filled(piece.tree, after)


def _filled(tree: Mapping[str, Any], view: Context) -> Record:
    """The whole tree; what the record does not have is left out, as shops mostly want it."""
    filled = {name: _filled(each, view) if isinstance(each, Mapping) else each(view) for name, each in tree.items()}
    return {name: value for name, value in filled.items() if value is not None}


def merged(below: Any, above: Any) -> Any:  # noqa: ANN401 - any JSON value
    """A value with a merge patch on top; unlike RFC 7396, null is a value."""
    if not isinstance(below, dict) or not isinstance(above, dict):
        return above
    return {**below, **{name: merged(below.get(name), each) for name, each in above.items()}}


# what has no place in the shop


def homeless(writes: Iterable[Write], edit: Edit) -> str:
    """The first property of an edit that none of the writes carries over; empty when all are carried."""
    writes = tuple(writes)
    for path, alone in differences(edit.before, edit.after):
        if not any(True for write in writes for _ in bodies(write, replace(edit, after=alone))):
            return path
    return ""


def carries(write: Write, edit: Edit) -> bool:
    """Whether a write tells of an edit; where the shop has no word for the value, it has a place for it."""
    try:
        if any(True for _ in bodies(write, Edit(edit.before, edit.before, edit.raw))):
            return False  # it says something in any case
    except NoWordError:
        return False
    try:
        return any(True for _ in bodies(write, edit))
    except NoWordError:
        return True


def given(create: Write, name: str, value: Any) -> bool:  # noqa: ANN401 - any JSON value
    """Whether a property is given with a new record; one that has no word is, for the shop to be told of."""
    try:
        return not homeless((create,), Edit({}, {name: value}))
    except NoWordError:
        return True


def differences(before: Record, after: Record) -> Iterator[tuple[str, Record]]:
    """Each property that differs, with the record as it would be if only that had changed."""
    for name in dict.fromkeys([*after, *before]):
        old, new = before.get(name), after.get(name)
        if name in after and not same(old, new):
            for path, value in _inside(name, old, new):
                yield path, {**before, name: value}


def _inside(name: str, old: Any, new: Any) -> Iterator[tuple[str, Any]]:  # noqa: ANN401 - any JSON value
    if isinstance(new, dict):
        for path, value in differences(old or {}, new):
            yield f"{name}.{path}", value
    elif _has_items(old) and _has_items(new):
        yield from _among(name, old, new)
    else:
        yield name, new


def _among(name: str, old: list[Record], new: list[Record]) -> Iterator[tuple[str, Any]]:
    """Items that came, went, or changed in one property."""
    known, wanted = items({"": old}, ""), items({"": new}, "")
    for key, item in wanted.items():
        if key not in known:
            yield f"{name}[+]", [*old, item]
            continue
        for path, value in differences(known[key], item):
            yield f"{name}.{path}", [value if each is known[key] else each for each in old]
    for key, item in known.items():
        if key not in wanted:
            yield f"{name}[-]", [each for each in old if each is not item]


def same(one: Any, other: Any) -> bool:  # noqa: ANN401 - any JSON value
    """Whether two values say the same; an amount may be a text here and a number there."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(each, other[name]) for name, each in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, Decimal) or isinstance(other, Decimal):
        return one == other or (_number(one) is not None and _number(one) == _number(other))
    return bool(one == other)


def _number(value: Any) -> Decimal | None:  # noqa: ANN401
    try:
        return Decimal(str(value))
    except ArithmeticError:
        return None


def _has_items(value: Any) -> bool:  # noqa: ANN401
    return isinstance(value, list) and all(isinstance(each, dict) for each in value)
