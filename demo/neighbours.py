"""The webshop and the company of the demo: two servers, spoken to over HTTP, stopped when the demo ends."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import requests

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SHOP_PORT, ERP_PORT = 8701, 8702


@dataclass(frozen=True)
class Neighbours:
    """Where both are, as they said themselves when they were ready."""

    shop: dict[str, Any]
    erp: dict[str, Any]

    def settings(self) -> dict[str, str]:
        """Their addresses and keys, in the variables that tap and target read."""
        tap = {name: self.shop[name] for name in ("api_url", "auth_token")}
        target = {name: self.erp[name] for name in ("api_url", "token_url", "client_id", "client_secret", "company_no")}
        return {
            **{f"TAP_CUSTOMWEBSHOP_{name.upper()}": str(value) for name, value in tap.items()},
            **{f"TARGET_BUSINESSNXT_{name.upper()}": str(value) for name, value in target.items()},
        }

    def forget_figures(self) -> None:
        """Count from nought."""
        for server in (self.shop, self.erp):
            requests.post(f"{server['control_url']}/stats/reset", timeout=10).raise_for_status()

    def write_requests(self) -> int:
        """How many requests changed something in the company."""
        return _stats(self.erp)["writes"]

    def some_customer(self) -> str:
        """The id of a customer to play with."""
        customers = requests.get(f"{self.shop['control_url']}/records/customers", timeout=10).json()
        return customers[0]["id"]

    def progress(self) -> str:
        """How far the two have come, in half a line."""
        shop, erp = _stats(self.shop), _stats(self.erp)
        created, updated = (sum(erp[kind].values()) for kind in ("rows_created", "rows_updated"))
        return f"{shop['requests']} requests to the shop, {created} rows created and {updated} updated in the company"


def _stats(server: dict[str, Any]) -> dict[str, Any]:
    return requests.get(f"{server['control_url']}/stats", timeout=10).json()


@contextlib.contextmanager
def neighbours(data: Path) -> Iterator[Neighbours]:
    """Both servers over one folder of data, on their usual ports where these are free."""
    shop, erp = (port if _free(port) else 0 for port in (SHOP_PORT, ERP_PORT))
    command = ["sandbox", "serve", "--data", str(data), "--shop-port", str(shop), "--erp-port", str(erp)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True) as process:
        try:
            ready = process.stdout.readline() if process.stdout else ""
            if not ready:
                raise SystemExit("The sandbox did not start; its last words stand above.")
            addresses = json.loads(ready)
            yield Neighbours(addresses["webshop"], addresses["businessnxt"])
        finally:
            _stop(process)


def _stop(process: subprocess.Popen[str]) -> None:
    """Ask, and after ten seconds do not ask any more; both servers are in the group that we made for them."""
    process.terminate()
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)


def _free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
