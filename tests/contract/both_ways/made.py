"""What people make in the company first, and what becomes there of orders that came from the shop."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from programs import Neighbours

SKU, HIDDEN = "NYVARE-1", "LAGERVARE-1"
MAIL = "ny.konto@example.test"
CUSTOMER, NOBODY = 20001, 20002
SHOWN_ON_WEB, CANCELLED = 1, 536870912
STOCK, PRICE = 7, 249.0


def make_in_company(neighbours: Neighbours) -> dict[str, object]:
    """Rows that appear in the shop, and some that must not; gives their keys and those of the orders they concern."""
    _goods(neighbours)
    _people(neighbours)
    guest = next(each for each in neighbours.rows("associate") if "@" in str(each["information1"]))
    known = [
        each for each in neighbours.rows("order") if each["customerOrSupplierOrderNo"] and each["orderNo"] % 3 == 0
    ]
    return {
        "order": _order(neighbours, CUSTOMER),
        "guest": guest,
        "guest_order": _order(neighbours, guest["customerNo"]),
        "waiting": _order(neighbours, NOBODY),
        "done": _order(neighbours, CUSTOMER, orderStatus1=CANCELLED),
        "invoices": [_invoice(neighbours, each, number) for number, each in enumerate([known[0], *known[:12]])],
    }


def order_for_a_firm(neighbours: Neighbours) -> None:
    """Let a guest of the shop order for a firm, which none of its seed does."""
    guests = [each for each in neighbours.records("orders") if not each["customer_id"]]
    mails = Counter(each["buyer"]["email"] for each in guests)
    order = next(each for each in guests if mails[each["buyer"]["email"]] == 1 and each["status"] != "cancelled")
    neighbours.edit_in_shop("orders", order["id"], buyer={**order["buyer"], "org_number": "313000021"})


def _goods(neighbours: Neighbours) -> None:
    tax = {"taxAndAccountingGroup": 1, "defaultSalesUnits": 1}
    shown = {"productNo": SKU, "description": "Ullteppe", "eanItemNo": "7038010000018", "netWeight": 1.5, **tax}
    shown |= {"processingMethod7": SHOWN_ON_WEB, "information2": "Teppefabrikken"}
    _add(neighbours, "product", shown, {"productNo": HIDDEN, "description": "Emballasje", **tax})
    price = {"productNo": SKU, "salesPrice1InCurrency": PRICE, "grossPrices": 1, "costPriceInCurrency": 90}
    _add(neighbours, "priceAndDiscountMatrix", price, {**price, "customerNo": 10001, "salesPrice1InCurrency": 1.0})
    levels = [{"productNo": each, "warehouseNo": 1, "available": STOCK} for each in (SKU, HIDDEN)]
    _add(neighbours, "stockBalance", *levels)


def _people(neighbours: Neighbours) -> None:
    name = {"name": "Fjell Hotell AS", "companyNo": "313000013", "countryNo": 47, "currencyNo": 47}
    account = {**name, "customerNo": CUSTOMER, "emailAddress": MAIL, "postCode": "5003", "postalArea": "Bergen"}
    _add(neighbours, "associate", account, {"name": "Uten e-post", "customerNo": NOBODY})


def _order(neighbours: Neighbours, customer: int, **columns: object) -> int:
    """An order by telephone, with a product and freight, prices with VAT."""
    head = {"customerNo": customer, "orderDate": 20261120, "currencyNo": 47, "orderPreferences": 256}
    head |= {"name": "Fjell Hotell AS", "addressLine1": "Fjellveien 1", "postCode": "5003", "postalArea": "Bergen"}
    head |= {"deliveryName": "Resepsjonen", "deliveryAddress1": "Fjellveien 1b", "information4": "Ring på"}
    number = _add(neighbours, "order", head)[0]["orderNo"]
    if columns:
        neighbours.tell_company("PATCH", "tables/order", where={"orderNo": number}, set=columns)
    line = {"orderNo": number, "unit": 1}
    goods = {"productNo": SKU, "description": "Ullteppe", "quantity": 2, "priceInCurrency": PRICE}
    freight = {"productNo": "FRAKT", "description": "Hjemlevering", "quantity": 1, "priceInCurrency": 149}
    _add(neighbours, "orderLine", {**line, **goods}, {**line, **freight})
    return number


def _invoice(neighbours: Neighbours, order: dict, place: int) -> dict:
    document = {
        "documentType": 1,
        "orderNo": order["orderNo"],
        "customerNo": order["customerNo"],
        "cid": f"00{place}17",
    }
    document |= {"invoiceNo": str(500100 + place), "invoiceDate": 20261121, "dueDate": 20261205}
    document |= {"amountIncludingVatInCurrency": 100.0 + place, "vatAmountInCurrency": 20.0}
    _add(neighbours, "orderDocument", document)
    return {**document, "order": order["customerOrSupplierOrderNo"]}


def _add(neighbours: Neighbours, table: str, *rows: dict) -> list[dict]:
    made = neighbours.tell_company("POST", f"tables/{table}", rows=list(rows))
    assert (made["affected"], made["errors"]) == (len(rows), []), made
    return made["rows"]
