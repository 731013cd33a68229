"""The sandbox's command line: a webshop, a company, or both, until they are told to stop."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import uvicorn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from starlette.applications import Starlette

DATA = click.option("--data", type=click.Path(path_type=Path, file_okay=False), help="Folder of the SQLite files.")
SEED = click.option("--seed", default="demo", show_default=True, help="demo, empty or bulk:customers=1000.")
LARGEST = click.option("--max-limit", default=250, show_default=True, help="The largest page that may be asked for.")
SCHEMA = click.Path(path_type=Path, exists=True, dir_okay=False)
CHILD = click.option("--with-parent", is_flag=True, hidden=True, help="End when the parent's end of stdin closes.")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """A webshop and a Business NXT company on this machine."""


@main.command()
@click.option("--port", default=8701, show_default=True, help="0 takes a free one.")
@click.option("--settle", default=0.0, show_default=True, help="Seconds until a change is seen in lists.")
@LARGEST
@DATA
@SEED
@CHILD
def webshop(*, port: int, settle: float, max_limit: int, data: Path | None, seed: str, with_parent: bool) -> None:
    """Serve a webshop."""
    from sandbox import webshop as shop  # noqa: PLC0415 - neither server waits for the other's libraries

    with _refusals():
        application = shop.application(_folder(data), seed=seed, max_limit=max_limit, settle=settle)
        _serve("webshop", application, port, shop.connection_info, with_parent=with_parent)


@main.command()
@click.option("--port", default=8702, show_default=True, help="0 takes a free one.")
@DATA
@SEED
@click.option("--schema", type=SCHEMA, help="A real company's introspection result, whose schema is served.")
@CHILD
def businessnxt(*, port: int, data: Path | None, seed: str, schema: Path | None, with_parent: bool) -> None:
    """Serve a Business NXT company."""
    from sandbox import businessnxt as erp  # noqa: PLC0415 - as above

    known = "demo" if seed.startswith(("bulk:", "first:")) else seed
    with _refusals():
        application = erp.app(_folder(data), seed=known, schema=schema)
        _serve("businessnxt", application, port, erp.connection_info, with_parent=with_parent)


@main.command()
@click.option("--shop-port", default=8701, show_default=True)
@click.option("--erp-port", default=8702, show_default=True)
@LARGEST
@DATA
@SEED
@click.option("--erp-schema", type=SCHEMA, help="As --schema of businessnxt.")
def serve(
    *, shop_port: int, erp_port: int, max_limit: int, data: Path | None, seed: str, erp_schema: Path | None
) -> None:
    """Serve both, and end both."""
    _exit_on_signals()
    of_company = ["--schema", str(erp_schema)] if erp_schema else []
    common = ["--data", str(_folder(data)), "--seed", seed, "--with-parent"]
    with (
        _child("webshop", f"--port={shop_port}", f"--max-limit={max_limit}", *common) as shop,
        _child("businessnxt", f"--port={erp_port}", *of_company, *common) as erp,
    ):
        click.echo(json.dumps(_ready(shop) | _ready(erp)))
        while shop.poll() is None and erp.poll() is None:
            time.sleep(0.1)
    raise click.ClickException("one of the two servers has ended, so the other was ended too")


@main.command()
@click.argument("collection", type=click.Choice(["customers", "products", "orders", "inventory-levels"]))
def seed(collection: str) -> None:
    """Print the demo's records as JSON lines."""
    from sandbox import seed as seeds  # noqa: PLC0415 - as above

    for record in seeds.shop()[collection]:
        click.echo(json.dumps(record, ensure_ascii=False))


def _serve(
    name: str, application: Starlette, port: int, info: Callable[[int], dict[str, Any]], *, with_parent: bool
) -> None:
    _exit_on_signals()  # the server hands a signal on to these when it has closed its connections
    if with_parent:
        threading.Thread(target=_end_with_parent, daemon=True).start()
    listener = _listener(port)
    dated = name == "webshop"  # its clock can be put wrong, so it tells the time itself
    config = uvicorn.Config(application, log_level="warning", timeout_graceful_shutdown=1, date_header=not dated)
    click.echo(json.dumps({name: info(listener.getsockname()[1])}))  # it queues what comes before it accepts
    uvicorn.Server(config).run(sockets=[listener])


def _listener(port: int) -> socket.socket:
    """A socket that says it is TCP: asyncio sends small answers at once (TCP_NODELAY) only on such."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    listener.listen(128)
    return listener


@contextlib.contextmanager
def _child(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    """A server of our own, ended on leaving; it also ends when this process is gone, however it went."""
    command = [sys.executable, "-m", "sandbox", *arguments]
    child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own program
    try:
        yield child
    finally:
        child.terminate()
        child.wait()


def _end_with_parent() -> None:
    """Wait until stdin closes, which the system does for a parent that was killed."""
    while os.read(0, 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


def _exit_on_signals() -> None:
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda *_: sys.exit(0))


def _ready(server: subprocess.Popen[str]) -> dict[str, Any]:
    line = server.stdout.readline() if server.stdout else ""
    if not line:
        raise click.ClickException("a server did not start; its own words are above")
    ready: dict[str, Any] = json.loads(line)
    return ready


@contextlib.contextmanager
def _refusals() -> Iterator[None]:
    """Say what was wrong with a seed or a port, without a traceback."""
    try:
        yield
    except (ValueError, OSError) as error:
        raise click.ClickException(str(error)) from error


def _folder(data: Path | None) -> Path:
    """The folder that was named, or one that is gone afterwards."""
    if data:
        return data
    context = click.get_current_context()
    return Path(context.with_resource(tempfile.TemporaryDirectory(prefix="sandbox-", ignore_cleanup_errors=True)))
