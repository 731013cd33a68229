"""The sandbox's command line: a webshop, a company, or both, until they are told to stop."""

from __future__ import annotations

import ctypes
import json
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import uvicorn

from sandbox import businessnxt as erp
from sandbox import seed as seeds
from sandbox import webshop as shop

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.applications import Starlette

DATA = click.option("--data", type=click.Path(path_type=Path, file_okay=False), help="Folder of the SQLite files.")
SEED = click.option("--seed", default="demo", show_default=True, help="demo, empty or bulk:customers=1000.")
_PR_SET_PDEATHSIG = 1


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """A webshop and a Business NXT company on this machine."""


@main.command()
@click.option("--port", default=8701, show_default=True, help="0 takes a free one.")
@click.option("--max-limit", default=250, show_default=True, help="The largest page that may be asked for.")
@DATA
@SEED
def webshop(port: int, max_limit: int, data: Path | None, seed: str) -> None:
    """Serve a webshop."""
    _serve("webshop", shop.application(_folder(data), seed=seed, max_limit=max_limit), port, shop.connection_info)


@main.command()
@click.option("--port", default=8702, show_default=True, help="0 takes a free one.")
@DATA
@SEED
def businessnxt(port: int, data: Path | None, seed: str) -> None:
    """Serve a Business NXT company."""
    known = "demo" if seed.startswith("bulk:") else seed
    _serve("businessnxt", erp.app(_folder(data), seed=known), port, erp.connection_info)


@main.command()
@click.option("--shop-port", default=8701, show_default=True)
@click.option("--erp-port", default=8702, show_default=True)
@DATA
@SEED
def serve(shop_port: int, erp_port: int, data: Path | None, seed: str) -> None:
    """Serve both, and end both."""
    folder = str(_folder(data))
    servers = [_child(name, port, folder, seed) for name, port in (("webshop", shop_port), ("businessnxt", erp_port))]
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        ready: dict[str, Any] = {}
        for server in servers:
            ready |= json.loads(_ready_line(server))
        click.echo(json.dumps(ready))
        servers[0].wait()
    except KeyboardInterrupt:
        pass
    finally:
        for server in servers:
            server.terminate()
        for server in servers:
            server.wait()


@main.command()
@click.argument("collection", type=click.Choice(["customers", "products", "orders", "inventory-levels"]))
def seed(collection: str) -> None:
    """Print the demo's records as JSON lines."""
    for record in seeds.shop()[collection]:
        click.echo(json.dumps(record, ensure_ascii=False))


def _serve(name: str, application: Starlette, port: int, info: Callable[[int], dict[str, Any]]) -> None:
    listener = socket.create_server(("127.0.0.1", port), backlog=128)
    config = uvicorn.Config(application, log_level="warning", timeout_graceful_shutdown=1)
    click.echo(json.dumps({name: info(listener.getsockname()[1])}))  # it queues what comes before it accepts
    uvicorn.Server(config).run(sockets=[listener])


def _child(name: str, port: int, folder: str, seed_name: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "sandbox", name, "--port", str(port), "--data", folder, "--seed", seed_name]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, preexec_fn=_end_with_parent)  # noqa: S603, PLW1509 - our own program, before any thread


def _end_with_parent() -> None:
    """A child must not outlive a parent that was killed; Linux can see to that."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _ready_line(server: subprocess.Popen[str]) -> str:
    line = server.stdout.readline() if server.stdout else ""
    if not line:
        raise click.ClickException("a server did not start; its own words are above")
    return line


def _folder(data: Path | None) -> Path:
    return data or Path(tempfile.mkdtemp(prefix="sandbox-"))
