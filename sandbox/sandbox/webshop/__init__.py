"""An imitation of a bespoke webshop: the CustomWebshop contract over one SQLite file."""

from __future__ import annotations

from typing import Any

from sandbox.webshop.access import AUTH_TOKEN, CLIENT_ID, CLIENT_SECRET
from sandbox.webshop.app import application

__all__ = ["application", "connection_info"]


def connection_info(port: int) -> dict[str, Any]:
    """What a client needs to know of the shop on this port."""
    base = f"http://127.0.0.1:{port}"
    return {
        "api_url": f"{base}/api/v1",
        "control_url": f"{base}/_sandbox",
        "auth_token": AUTH_TOKEN,
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
        "token_url": f"{base}/oauth/token",
    }
