"""What costs each program a moment at its start, and a thousand programs in one process many minutes."""

from __future__ import annotations

import contextlib
import copy
import dataclasses
import functools
import marshal
import os
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from unittest import mock
from urllib.parse import urlsplit

from crosswalk import database
from requests import sessions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Engine

PROXIES = [each for name in ("http", "https", "all", "no") for each in (f"{name}_proxy", f"{name}_proxy".upper())]


@contextlib.contextmanager
def compiling_statements_once() -> Iterator[None]:
    """Lets every link store speak the SQL that an earlier one compiled, by means of SQLAlchemy's own cache.

    Each engine has a dialect and a cache of its own, and a test opens a link store a dozen times. What was compiled is
    kept by statement and dialect, so the dialect is that of the first engine that got through to its database.
    """
    plain, compiled, spoken = database.create_engine, {}, {}

    def known(url: Any, **options: Any) -> Engine:
        engine = plain(url, **options)
        name = engine.dialect.name
        if name in spoken and spoken[name].server_version_info:  # the first one knows its database by now
            engine.dialect = spoken[name]
        else:
            spoken[name] = engine.dialect
        engine.update_execution_options(compiled_cache=compiled)
        return engine

    with mock.patch.object(database, "create_engine", known):
        yield


@contextlib.contextmanager
def trusting_the_disk() -> Iterator[None]:
    """Lets no link store in a file wait until the disk has each commit.

    Only who cuts the power could tell the difference: what was committed is the system's, though we are killed.
    """
    plain = database._prepare_sqlite

    def prepared(connection: Any, record: Any) -> None:
        plain(connection, record)
        connection.execute("PRAGMA synchronous=OFF")

    with mock.patch.object(database, "_prepare_sqlite", prepared):
        yield


def _copied(tree: Any) -> Any:
    """A deep copy of what JSON can hold, twenty times as fast."""
    return marshal.loads(marshal.dumps(tree))


def _spread(message: Any, *, dict_factory: Callable[[list[tuple[str, Any]]], Any]) -> Any:
    """The fields of a message as they are: it is written at once, so nobody can change them meanwhile."""
    return dict_factory([(each.name, getattr(message, each.name)) for each in dataclasses.fields(message)])


@contextlib.contextmanager
def copying_schemas_fast() -> Iterator[None]:
    """Lets the SDK copy schemas without looking at every value of them: a plugin does it some fifty times a start."""
    copying = SimpleNamespace(copy=copy.copy, deepcopy=_copied)
    with (
        mock.patch("singer_sdk.mapper.copy", copying),
        mock.patch("singer_sdk.sinks.core.copy", copying),
        mock.patch("singer_sdk.helpers._catalog.deepcopy", _copied),
        mock.patch("singer_sdk.singerlib.encoding.simple.asdict", _spread),
    ):
        yield


@contextlib.contextmanager
def looking_for_proxies_once() -> Iterator[None]:
    """Lets requests look for proxies once for each server and environment, and not, name by name, at each request."""
    known = functools.cache(lambda url, no_proxy, _: plain(url, no_proxy))
    plain = sessions.get_environ_proxies

    def found(url: str, no_proxy: str | None = None) -> dict[str, str]:
        server, said = urlsplit(url), tuple(map(os.environ.get, PROXIES))
        return dict(known(f"{server.scheme}://{server.netloc}", no_proxy, said))

    with mock.patch.object(sessions, "get_environ_proxies", found):
        yield
