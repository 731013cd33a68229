"""One contract for the link store, kept by SQLite and by PostgreSQL."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from crosswalk import Store
from sqlalchemy import create_engine, text

if TYPE_CHECKING:
    from collections.abc import Iterator

BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin"))


def as_server(command: list) -> list[str]:
    """PostgreSQL refuses to run as root."""
    prefix = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    return [*prefix, *map(str, command)]


@contextlib.contextmanager
def stopped_by_our_end(command: list, folder: Path) -> Iterator[None]:
    """Has a shell type this and throw the folder away when we are done, or when we are gone: its input ends then."""
    script = 'read -r _; folder=$1; shift; "$@" > /dev/null; rm -rf "$folder"'
    shell = ["/bin/sh", "-c", script, "sh", str(folder), *as_server(command)]
    with subprocess.Popen(shell, stdin=subprocess.PIPE, start_new_session=True):
        yield


@pytest.fixture(scope="session")
def postgresql():
    """A server of our own on loopback, for this session."""
    if not BINARIES:
        pytest.skip("no PostgreSQL server here: on Debian, apt-get install postgresql")
    made = subprocess.run(as_server(["mktemp", "-d"]), capture_output=True, text=True, check=True)
    folder = Path(made.stdout.strip())
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    control = BINARIES[-1] / "pg_ctl"
    subprocess.run(as_server([BINARIES[-1] / "initdb", "-D", folder, "-A", "trust", "-U", "links"]),
                   check=True, capture_output=True)  # fmt: skip
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c fsync=off"
    start = as_server([control, "-D", folder, "-o", options, "-w", "-l", folder / "log", "start"])
    with stopped_by_our_end([control, "-D", folder, "-m", "immediate", "stop"], folder):
        subprocess.run(start, check=True, stdout=subprocess.DEVNULL)
        yield f"postgresql+psycopg://links@127.0.0.1:{port}/postgres"


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path):
    """Where an empty store can be made."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/links.db"
    server = request.getfixturevalue("postgresql")
    with create_engine(server, isolation_level="AUTOCOMMIT").connect() as connection:
        name = f"links_{os.urandom(4).hex()}"
        connection.execute(text(f"CREATE DATABASE {name}"))
    return server.rsplit("/", 1)[0] + f"/{name}"


@pytest.fixture
def store(url):
    opened = Store(url, shop="webshop", company="1")
    yield opened
    opened.close()
