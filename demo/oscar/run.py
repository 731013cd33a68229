"""A shop that we did not make, kept in step: starts django-oscar and a company, syncs, edits the company, syncs back.

Everything it makes but the shop's virtual environment stands in a temporary folder and goes when it ends.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import requests
from customwebshop.reading import preset
from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).resolve().parent
PROGRAMS = Path(sys.executable).parent
JOB = "sync"
SHOWN = 8  # orders in the table
Row = dict[str, Any]

console = Console(highlight=False)


@contextlib.contextmanager
def serving(*command: str | Path) -> Iterator[dict[str, Any]]:
    """A server, from the line in which it says where it is until we are done with it."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            ready = process.stdout.readline() if process.stdout else ""
            if not ready:
                sys.exit(f"{' '.join(map(str, command))} ended before it was ready")
            yield next(iter(json.loads(ready).values()))
        finally:
            process.terminate()


def settings(shop: Row, company: Row, folder: Path) -> dict[str, str]:
    """Where the two are, in the variables that tap and target read; state and links go into the folder."""
    erp = ("api_url", "token_url", "client_id", "client_secret", "company_no")
    inherited = {
        name: value for name, value in os.environ.items() if not name.startswith(("TAP_", "TARGET_", "MELTANO_"))
    }
    return {
        **inherited,
        "PATH": f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}",
        "MELTANO_SYS_DIR_ROOT": str(folder / "meltano"),
        **_told("CUSTOMWEBSHOP", {name: shop[name] for name in ("api_url", "username", "password")}),
        **_told("BUSINESSNXT", {name: company[name] for name in erp}),
        "TAP_CUSTOMWEBSHOP_KEY_FILE": str(folder / "keys.db"),
        "TARGET_CUSTOMWEBSHOP_COMPANY_NO": str(company["company_no"]),
        "TARGET_CUSTOMWEBSHOP_LINK_STORE": f"sqlite:///{folder / 'links.db'}",
        "TARGET_BUSINESSNXT_LINK_STORE": f"sqlite:///{folder / 'links.db'}",
    }


def _told(system: str, settings: Row) -> dict[str, str]:
    """The variables that tell both plugins of one system the same."""
    return {
        f"{plugin}_{system}_{name.upper()}": str(value)
        for plugin in ("TAP", "TARGET")
        for name, value in settings.items()
    }


def sync(env: dict[str, str], company: Row) -> dict[str, int]:
    """Run the job once; returns what the company counted meanwhile."""
    requests.post(f"{company['control_url']}/stats/reset", timeout=10).raise_for_status()
    with console.status(f"meltano run {JOB}"):
        command = [str(PROGRAMS / "meltano"), f"--cwd={HERE}", "run", JOB]
        ended = subprocess.run(command, env=env, check=False, capture_output=True, text=True)
    if ended.returncode:
        sys.exit(f"{ended.stdout}{ended.stderr}\nmeltano run ended with exit code {ended.returncode}")
    stats = requests.get(f"{company['control_url']}/stats", timeout=10).json()
    created, updated = (sum(stats[kind].values()) for kind in ("rows_created", "rows_updated"))
    return {"created": created, "updated": updated, "writes": stats["writes"]}


def rows(company: Row, table: str) -> list[Row]:
    """What the company holds, without what it held before the shop came."""
    found = requests.get(f"{company['control_url']}/tables/{table}", timeout=10).json()
    return [row for row in found if row["createdByUser"] == company["client_id"]]


def orders_of(shop: Row) -> dict[str, Row]:
    """The shop's orders by number, as its API lists them."""
    orders, page = [], f"{shop['api_url']}/admin/orders/"
    while page:
        answer = requests.get(page, auth=(shop["username"], shop["password"]), timeout=10).json()
        orders, page = orders + answer["results"], answer["next"]
    return {order["number"]: order for order in orders}


def show(shop: Row, company: Row) -> None:
    """Print what stands in the company now, and the newest orders beside what the shop says of them."""
    console.print("\n[bold]In Business NXT, from Oscar[/bold]")
    counts = Table("table", "rows")
    for name in ("address", "associate", "product", "order", "orderLine"):
        counts.add_row(name, str(len(rows(company, name))))
    console.print(counts)
    console.print("[bold]The newest orders[/bold], and their net sums on both sides")
    charged = orders_of(shop)
    table = Table("order", "customer", "delivered to")
    table.add_column("Oscar", justify="right")
    table.add_column("Business NXT", justify="right")
    newest = sorted(rows(company, "order"), key=lambda row: row["orderDate"], reverse=True)
    for order in newest[:SHOWN]:
        number = order["customerOrSupplierOrderNo"]
        place = f"{order['deliveryPostCode']} {order['deliveryPostalArea']}"
        sums = (charged[number]["total_excl_tax"], f"{order['orderSumNetInCurrency']:.2f}")
        table.add_row(number, order["name"], place, *sums)
    console.print(table)


def edit(company: Row) -> tuple[Row, Row]:
    """A name, a price and an EAN are edited in the company, as a person does; gives the rows as they were."""
    customer = next(row for row in rows(company, "address") if row["information1"].isdigit())
    product = next(row for row in rows(company, "product") if row["eanItemNo"])
    _set(company, "address", {"addressNo": customer["addressNo"]}, name="Ny Navnesen")
    _set(company, "product", {"productNo": product["productNo"]}, free1=1234.5, eanItemNo="7035540099999")
    return customer, product


def _set(company: Row, table: str, where: Row, **values: Any) -> None:  # noqa: ANN401 - any value of a column
    place, body = f"{company['control_url']}/tables/{table}", {"where": where, "set": values, "user": "kari"}
    requests.patch(place, json=body, timeout=10).raise_for_status()


def show_way_back(shop: Row, customer: Row, product: Row) -> None:
    """Print what was edited in the company, and what the shop says now; then what its API cannot be told."""
    known = (shop["username"], shop["password"])
    place = f"{shop['api_url']}/admin"
    user = requests.get(f"{place}/users/{customer['information1']}/", auth=known, timeout=10).json()
    *_, number = product["information1"].split("/")
    goods = requests.get(f"{place}/products/{number}/", auth=known, timeout=10).json()
    console.print("\n[bold]Edited in Business NXT, and in Oscar after the next run[/bold]")
    table = Table("what", "before", "Oscar now")
    table.add_row("name of a customer", customer["name"], f"{user['first_name']} {user['last_name']}")
    table.add_row("EAN of a product", product["eanItemNo"], goods["upc"])
    table.add_row("price of a product", str(product["free1"]), goods["stockrecords"][0]["price"])
    console.print(table)
    console.print("[bold]What Oscar's API cannot[/bold]")
    for sentence in preset.load("django-oscar/3")["cannot"]:
        console.print(f"  · {sentence}")


def main() -> None:
    """Start both, run the job twice, edit the company, run it once more, report, stop both."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    signal.signal(signal.SIGINT, signal.default_int_handler)  # what a shell starts in its background is born deaf to it
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="demo-oscar-")))
        shop = stack.enter_context(serving(sys.executable, HERE / "serve.py", "--port", "0"))
        console.print(f"[green]✓[/green] django-oscar, with its own API, at {shop['shop_url']}")
        company = stack.enter_context(
            serving(PROGRAMS / "sandbox", "businessnxt", "--port", "0", "--data", folder / "company")
        )
        console.print("[green]✓[/green] a Business NXT company of the sandbox")
        env = settings(shop, company, folder)
        for run in ("first", "second"):
            figures = sync(env, company)
            console.print(
                f"[green]✓[/green] {run} run: {figures['created']} rows created, {figures['updated']} updated, "
                f"in {figures['writes']} write requests"
            )
        show(shop, company)
        edited = edit(company)
        sync(env, company)
        show_way_back(shop, *edited)
    console.print("How it is told where things are: demo/oscar/meltano.yml and demo/oscar/mapping/")


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
