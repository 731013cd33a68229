"""How a shop that does not keep to the contract is written to: the `writes` of its preset, checked and compiled.

A collection says how one of its records is read, how records are looked up, and which requests an edit, a new record
or a command comes to. Texts in bodies are JMESPath over the record as it shall be, in the contract's words; beside
its own names stand `_raw` (the shop's own record), `_record` (around an item), `_command` and what `look_up` names.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from customwebshop import expressions, graph
from customwebshop.reading.misfits import misfits

if TYPE_CHECKING:
    from collections.abc import Mapping

    from customwebshop.expressions import Filled

Tree = dict[str, Any]


class DialectError(ValueError):
    """What a preset says of writing cannot be understood."""


@dataclass(frozen=True)
class Reading:
    """A question to the shop.

    Attributes:
        path: Its path, with its query.
        record: What is wanted of the answer.
        listed: Whether the path names something of the record as its stream lists it.
        graphql: The GraphQL document with its variables, which is sent there; None asks by GET.
    """

    path: Filled
    record: Filled
    listed: bool = False
    graphql: Filled | None = None


@dataclass(frozen=True)
class Piece:
    """A part of a body, there when something of it has changed.

    Attributes:
        tree: The part.
        each: The list whose items it speaks of; empty: of the record itself.
        happens: Whether it speaks of items that were `changed`, `added` or `removed`.
        when: A condition over the same.
        partial: Whether only the leaves that changed are sent.
    """

    tree: Mapping[str, Any]
    each: str = ""
    happens: str = "changed"
    when: Filled | None = None
    partial: bool = False


@dataclass(frozen=True)
class Write:
    """A request that changes something.

    Attributes:
        method: The HTTP method.
        path: Where to.
        each: The list whose items have a request each; empty: one for the record.
        happens: As in `Piece`.
        when: A condition.
        body: What is sent in any case.
        graphql: Whether that is a GraphQL document with its variables.
        set: What is sent of what changed.
        actions: Parts that are sent when they changed, in a list.
        actions_at: The name of that list.
        look_up: What is asked before, by name.
        answer: What of the answer is the record as it is now; None: it is read again.
        made: What of the answer is the id of what was made, where the answer is not the record.
        without: Properties of a new record that the shop has no place for and does without.
        again: Whether it may be sent again when no answer came.
        done: What of the answer says that it was done, for shops that say no with HTTP 200; None: any answer does.
        changed: What of the answer says that somebody was faster, for shops that say that with HTTP 200.
        once: Where a key stands by which the shop does it once, however often it is sent; empty: nowhere.
    """

    method: str
    path: Filled
    each: str = ""
    happens: str = "changed"
    when: Filled | None = None
    body: Filled | None = None
    graphql: bool = False
    set: Piece | None = None
    actions: tuple[Piece, ...] = ()
    actions_at: str = "actions"
    look_up: Mapping[str, Reading] = field(default_factory=dict)
    answer: Filled | None = None
    made: Filled | None = None
    without: frozenset[str] = frozenset()
    again: bool = True
    done: Filled | None = None
    changed: Filled | None = None
    once: str = ""


@dataclass(frozen=True)
class Collection:
    """How the records of one collection are found and written.

    Attributes:
        stream: The stream of the preset that lists and shapes them.
        one: How one of them is read, before it is written and after.
        find: How they are looked up, by property.
        headers: What goes with every request beyond the usual.
        changed: HTTP statuses that mean that somebody was faster.
        versioned: Whether each write names the version it is for; else the record is read again before.
        change: The requests that an edit comes to.
        create: The request that makes a record.
        delete: The request that deletes one.
        commands: The requests of `cancel`, `fulfillments` and `refunds`.
    """

    stream: str
    one: Reading
    find: Mapping[str, Reading] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    changed: frozenset[int] = frozenset({412})
    versioned: bool = False
    change: tuple[Write, ...] = ()
    create: Write | None = None
    delete: Write | None = None
    commands: Mapping[str, tuple[Write, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Dialect:
    """A shop's own way of being written to.

    Attributes:
        name: The preset's name.
        collections: By the contract's name, such as `inventory-levels`.
    """

    name: str
    collections: Mapping[str, Collection]


STREAMS = {"inventory-levels": "stock_levels"}
"""What a collection's stream is called, where it is called something else."""


@cache
def schema() -> Tree:
    """The JSON Schema of `writes`."""
    text = resources.files(__package__).joinpath("writes.schema.json").read_text(encoding="utf-8")
    loaded: Tree = json.loads(text)
    return loaded


def compiled(name: str, writes: Mapping[str, Any]) -> Dialect:
    """The dialect that a preset describes.

    Raises:
        DialectError: With a line for each thing that is wrong.
    """
    writes = kept(writes)
    if complaints := list(misfits(schema(), writes, "writes")):
        raise DialectError("; ".join(complaints))
    return Dialect(name, {each: _collection(each, said) for each, said in writes.items()})


def kept(writes: Mapping[str, Any]) -> Tree:
    """What is left of `writes`, where null takes away a collection, a part of one, or a command."""
    left = {name: _without_nulls(said) for name, said in writes.items() if said is not None}
    return {
        name: {**said, "commands": _without_nulls(said["commands"])} if isinstance(said, dict) and "commands" in said
        else said
        for name, said in left.items()
    }  # fmt: skip


def _without_nulls(said: Any) -> Any:  # noqa: ANN401 - checked later
    return {name: each for name, each in said.items() if each is not None} if isinstance(said, dict) else said


def _collection(name: str, said: Mapping[str, Any]) -> Collection:
    where = f"writes.{name}"
    return Collection(
        stream=said.get("stream", STREAMS.get(name, name)),
        one=_reading(f"{where}.one", said["one"]),
        find={by: _reading(f"{where}.find.{by}", each) for by, each in said.get("find", {}).items()},
        headers=said.get("headers", {}),
        changed=frozenset(said.get("changed_status", [412])),
        versioned=said.get("versioned", False),
        change=_writes(f"{where}.change", said.get("change", [])),
        create=_write(f"{where}.create", said.get("create")),
        delete=_write(f"{where}.delete", said.get("delete")),
        commands={each: _writes(f"{where}.commands.{each}", has) for each, has in said.get("commands", {}).items()},
    )


def _writes(where: str, said: list[Tree]) -> tuple[Write, ...]:
    return tuple(made for at, each in enumerate(said) if (made := _write(f"{where}[{at}]", each)))


def _write(where: str, said: Tree | None) -> Write | None:
    if said is None:
        return None
    with _naming(where):
        return Write(
            method=said["method"],
            path=expressions.path(said["path"]),
            each=said.get("each", ""),
            happens=said.get("happens", "changed"),
            when=_optional(said.get("when")),
            body=_body(said),
            graphql="graphql" in said,
            set=_piece(said["set"], partial=True) if "set" in said else None,
            actions=tuple(
                _piece(each["do"], each.get("each", ""), each.get("happens", "changed"), each.get("when"))
                for each in said.get("actions", [])
            ),
            actions_at=said.get("actions_at", "actions"),
            look_up={name: _reading(f"{where}.look_up.{name}", each) for name, each in said.get("look_up", {}).items()},
            answer=_optional(said.get("answer")),
            made=_optional(said.get("made")),
            without=frozenset(said.get("without", [])),
            again=said.get("again", True),
            done=_optional(said.get("done")),
            changed=_optional(said.get("changed")),
            once=said.get("once", ""),
        )


def _piece(
    tree: Tree, each: str = "", happens: str = "changed", when: str | None = None, *, partial: bool = False
) -> Piece:
    return Piece(_leaves(tree), each, happens, _optional(when), partial)


def _leaves(tree: Tree) -> dict[str, Any]:
    """The tree with its texts compiled, still a tree: leaves are compared one by one."""
    return {name: _leaves(each) if isinstance(each, dict) else expressions.tree(each) for name, each in tree.items()}


def _reading(where: str, said: Tree) -> Reading:
    with _naming(where):
        path, record = expressions.path(said["path"]), expressions.expression(said.get("record", "@"))
        document = _document(said["graphql"]) if "graphql" in said else None
    return Reading(path, record, "_listed" in str(said), document)


def _body(said: Tree) -> Filled | None:
    if "graphql" in said:
        return _document(said["graphql"])
    return expressions.tree(said["body"]) if "body" in said else None


def _document(said: Tree) -> Filled:
    """A GraphQL document as it stands, with its variables."""
    query, variables = graph.document(said), expressions.tree(said.get("variables", {}))
    return lambda view: {"query": query, "variables": variables(view)}


def _optional(text: str | None) -> Filled | None:
    return None if text is None else expressions.expression(text)


class _naming:  # noqa: N801 - used as a word
    """Says where in the preset the trouble stands."""

    def __init__(self, where: str) -> None:
        self._where = where

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type[BaseException] | None, problem: BaseException | None, trace: object) -> None:
        if isinstance(problem, ValueError) and not isinstance(problem, DialectError):
            raise DialectError(f"{self._where}: {problem}") from problem
