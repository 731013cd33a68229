"""Names of entities as people type them: a slip is said at once, with the names that there are."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import click

from crosswalk.cli.printing import fail, open_store
from crosswalk.errors import MappingError
from crosswalk.grammar import nearest
from crosswalk.loading import load_mappings

if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Mapping as Dict

    from crosswalk.mapping import Mapping

Given = TypeVar("Given", str, "str | None", "tuple[str, ...]")


def known(context: click.Context, _: click.Parameter, given: Given) -> Given:
    """Refuse the name of an entity that neither the link store nor the mapping files know."""
    names = (given,) if isinstance(given, str) else given or ()
    if names and not context.resilient_parsing:
        _refuse_unknown(names, lambda: _of_store(context.obj), lambda: _of_files(context))
    return given


def _refuse_unknown(given: tuple[str, ...], *sources: Callable[[], set[str]]) -> None:
    there: set[str] = set()
    for source in sources:
        if there.issuperset(given):
            return
        there |= source()
    for name in given:
        if name not in there:
            names = ", ".join(sorted(there)) or "none yet"
            fail(f"there is no entity '{name}'{nearest(name, there) or '.'} Known are: {names}")


def _of_store(url: str) -> set[str]:
    store = open_store(url)
    try:
        return store.entities()
    finally:
        store.close()


def _of_files(context: click.Context) -> set[str]:
    return {each.entity for mapping in mappings(context).values() for each in (mapping, mapping.lines) if each}


def mappings(context: click.Context) -> Dict[str, Mapping]:
    """The mapping files by entity; none where nobody says where they are."""
    folder = context.find_root().params.get("mapping")
    try:
        return load_mappings(folder).mappings if folder else {}
    except MappingError as error:
        fail(str(error))


OPTION = click.option("--entity", callback=known, help="Only this entity.")
ARGUMENT = click.argument("entity", callback=known)
