"""A real Oscar shop and an empty company, both on loopback, and the shop's own Meltano project between them."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests
from crosswalk import Store
from programs import PROGRAMS, server, serving_company

OSCAR = Path(__file__).parents[3] / "demo" / "oscar"


@dataclass(frozen=True)
class Shop:
    """Oscar at work, asked the way any client asks it."""

    api_url: str
    username: str
    password: str

    def admin(self, path: str) -> list[dict]:
        """All pages of a list that administrators may read."""
        rows, page = [], f"{self.api_url}/admin/{path}/"
        while page:
            answer = requests.get(page, auth=(self.username, self.password), timeout=30).json()
            rows, page = rows + answer["results"], answer["next"]
        return rows

    def change(self, path: str, **values: object) -> None:
        """Edit a record as an administrator."""
        place = f"{self.api_url}/admin/{path}/"
        answer = requests.patch(place, json=values, auth=(self.username, self.password), timeout=30)
        answer.raise_for_status()

    def buy(self, product: int, quantity: int, *, email: str, **address: str) -> str:
        """Place an order as a guest, through basket and checkout; returns its number."""
        browser = requests.Session()
        goods = {"url": f"{self.api_url}/products/{product}/", "quantity": quantity}
        browser.post(f"{self.api_url}/basket/add-product/", json=goods, timeout=30).raise_for_status()
        address["country"] = f"{self.api_url}/countries/{address['country']}/"
        form = {
            "basket": browser.get(f"{self.api_url}/basket/", timeout=30).json()["url"],
            "guest_email": email,
            "shipping_method_code": "hentested",
            "shipping_address": address,
            "billing_address": address,
        }
        placed = browser.post(f"{self.api_url}/checkout/", json=form, timeout=30)
        placed.raise_for_status()
        return placed.json()["number"]


@dataclass(frozen=True)
class Company:
    """The ERP at work, seen through its control end points."""

    access: dict

    def rows(self, table: str) -> list[dict]:
        """What the company holds."""
        return requests.get(f"{self.access['control_url']}/tables/{table}", timeout=30).json()

    def by(self, table: str, column: str) -> dict[str, dict]:
        """The rows by one of their columns, without those that have nothing in it."""
        return {row[column]: row for row in self.rows(table) if row[column]}

    def lines(self, order: dict) -> list[dict]:
        """The lines of an order from top to bottom."""
        own = [row for row in self.rows("orderLine") if row["orderNo"] == order["orderNo"]]
        return sorted(own, key=lambda row: row["lineNo"])

    def stats(self) -> dict:
        """What was asked of it since the figures were last set to nought."""
        return requests.get(f"{self.access['control_url']}/stats", timeout=30).json()

    def edit(self, table: str, where: dict, **values: object) -> None:
        """Change a row as a person does."""
        body = {"where": where, "set": values, "user": "kari"}
        place = f"{self.access['control_url']}/tables/{table}"
        requests.patch(place, json=body, timeout=30).raise_for_status()

    def forget_figures(self) -> None:
        """Count from nought."""
        requests.post(f"{self.access['control_url']}/stats/reset", timeout=30).raise_for_status()


@dataclass(frozen=True)
class Job:
    """`meltano run` on the shop's project; its state and links stand in a folder of their own."""

    folder: Path
    shop: Shop
    company: Company

    @property
    def _env(self) -> dict[str, str]:
        inherited = {
            name: value for name, value in os.environ.items() if not name.startswith(("TAP_", "TARGET_", "MELTANO_"))
        }
        erp = ("api_url", "token_url", "client_id", "client_secret", "company_no")
        return {
            **inherited,
            "PATH": f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}",
            "NO_COLOR": "1",
            "MELTANO_SYS_DIR_ROOT": str(self.folder / "meltano"),
            **{f"{plugin}_CUSTOMWEBSHOP_API_URL": self.shop.api_url for plugin in ("TAP", "TARGET")},
            **{f"{plugin}_CUSTOMWEBSHOP_USERNAME": self.shop.username for plugin in ("TAP", "TARGET")},
            **{f"{plugin}_CUSTOMWEBSHOP_PASSWORD": self.shop.password for plugin in ("TAP", "TARGET")},
            **{
                f"{plugin}_BUSINESSNXT_{name.upper()}": str(self.company.access[name])
                for plugin in ("TAP", "TARGET")
                for name in erp
            },
            "TAP_CUSTOMWEBSHOP_KEY_FILE": str(self.folder / "keys.db"),
            "TARGET_CUSTOMWEBSHOP_COMPANY_NO": str(self.company.access["company_no"]),
            "TARGET_CUSTOMWEBSHOP_LINK_STORE": f"sqlite:///{self.folder / 'links.db'}",
            "TARGET_BUSINESSNXT_LINK_STORE": f"sqlite:///{self.folder / 'links.db'}",
        }

    def rejects(self) -> list:
        """The records that are on record as unread or refused."""
        store = Store(f"sqlite:///{self.folder / 'links.db'}")
        try:
            return store.rejects()
        finally:
            store.close()

    def run(self, job: str = "oscar-to-businessnxt") -> None:
        """Run it once; anything but success fails the test with what it said."""
        command = [PROGRAMS / "meltano", f"--cwd={OSCAR}", "run", job]
        self.company.forget_figures()
        ended = subprocess.run(command, env=self._env, capture_output=True, text=True, check=False)
        assert ended.returncode == 0, f"{ended.stdout}\n{ended.stderr[-6000:]}"


@pytest.fixture(scope="session")
def shop():
    with server(sys.executable, OSCAR / "serve.py", "--port", 0) as ready:
        access = ready["oscar"]
        yield Shop(access["api_url"], access["username"], access["password"])


@pytest.fixture(scope="module")
def company(tmp_path_factory):
    with serving_company(tmp_path_factory.mktemp("company"), seed="empty") as info:
        yield Company(info)


@pytest.fixture(scope="module")
def job(tmp_path_factory, shop, company):
    """The job, run once."""
    once = Job(tmp_path_factory.mktemp("oscar"), shop, company)
    once.run()
    return once
