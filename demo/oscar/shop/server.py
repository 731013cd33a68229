"""Runs the shop inside its own virtual environment: tables, content, web server, ready line."""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import signal
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

import django
from django.core.management import call_command
from django.db import connection
from waitress.server import create_server

HOST = "127.0.0.1"


def main() -> None:
    """Prepare the shop's data, then serve it until SIGTERM."""
    parser = argparse.ArgumentParser(prog="serve.py", description=__doc__)
    parser.add_argument("--port", type=int, default=8703, help="0 takes a free one")
    parser.add_argument("--data", type=Path, help="folder of the shop's database; by default one that is thrown away")
    options = parser.parse_args()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: sys.exit(0))
    with ExitStack() as cleanup:
        data = options.data or Path(cleanup.enter_context(tempfile.TemporaryDirectory(prefix="oscar-")))
        data.mkdir(parents=True, exist_ok=True)
        os.environ.update(OSCAR_DATA=str(data.resolve()), DJANGO_SETTINGS_MODULE="shop.settings")
        _open_shop(data / "oscar.sqlite3")
        _serve(options.port)


def _open_shop(database: Path) -> None:
    """Have a shop with content: as it was left, or copied from the filled one that the first start made."""
    filled = Path(sys.prefix) / f"shop-{_edition()}.sqlite3"
    if filled.exists() and not database.exists():
        shutil.copyfile(filled, database)
    django.setup()
    if not database.exists():
        _make_filled_shop(database, filled)
    call_command("migrate", run_syncdb=True, verbosity=0)


def _edition() -> str:
    """Return a mark that changes with the shop's code and content."""
    sources = sorted(Path(__file__).parent.rglob("*.py"))
    return hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()[:12]


def _make_filled_shop(database: Path, filled: Path) -> None:
    """Make tables and content; a shop that is only half filled does not stay."""
    from shop.seed.fill import fill  # noqa: PLC0415 - Oscar's models can be imported after setup only

    try:
        call_command("migrate", run_syncdb=True, verbosity=0)
        fill()
        connection.close()
    except BaseException:
        database.unlink(missing_ok=True)
        raise
    half = filled.with_suffix(f".{os.getpid()}")
    shutil.copyfile(database, half)
    half.replace(filled)


def _serve(port: int) -> None:
    """Serve until SIGTERM or SIGINT; the ready line is written when the socket listens."""
    from shop.wsgi import application  # noqa: PLC0415 - as above

    server = create_server(application, host=HOST, port=port)
    print(json.dumps({"oscar": _introduction(server.effective_port)}), flush=True)
    server.run()


def _introduction(port: int) -> dict[str, str | int]:
    """Return what a client needs to know about this shop."""
    from django.conf import settings  # noqa: PLC0415 - as above

    username, password = settings.ADMINISTRATOR
    return {
        "api_url": f"http://{HOST}:{port}/api",
        "shop_url": f"http://{HOST}:{port}/",
        "username": username,
        "password": password,
        "pid": os.getpid(),
    }


if __name__ == "__main__":
    main()
