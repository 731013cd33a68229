"""What the emulated project is filled with, through its own API: a Norwegian shop with prices that include VAT."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from commercetools.emulator import Emulator

Record = dict[str, Any]

# key -> (title, VAT class, [(sku, size, price in øre, stock, EAN)])
GOODS: dict[str, tuple[str, str, list[tuple[str, str, int, int, str]]]] = {
    "lue": ("Skjærgårdslue", "standard", [("LUE-BLA", "", 34900, 40, "7090000000012")]),
    "genser": (
        "Islender i ull",
        "standard",
        [("GENSER-S", "S", 129900, 5, "7090000000029"), ("GENSER-M", "M", 129900, 0, "7090000000036"),
         ("GENSER-L", "L", 139900, 8, "7090000000043")],
    ),
    "kaffe": ("Kaffe fra Tromsø, 250 g", "reduced", [("KAFFE-250", "", 8950, 120, "7090000000050")]),
    "bok": ("Båtføring for blåøyde", "zero", [("BOK-BAT", "", 39900, 14, "7090000000067")]),
    "tau": ("Fortøyningstau, metervare", "standard", [("TAU-12", "", 2490, 900, "7090000000074")]),
}  # fmt: skip
RATES = {"standard": 0.25, "reduced": 0.15, "zero": 0.0}

# first name, last name, company, organisation number, street, number, postal code, city, country, phone
PEOPLE = [
    ("Åse", "Ødegård", None, None, "Ærfuglveien", "4", "8003", "Bodø", "NO", "+4775500001"),
    ("Bjørn", "Sæther", "Sæther Båtbyggeri AS", "987654325", "Nordre Kai", "11", "5003", "Bergen", "NO", "+4755500002"),
    ("Kari", "Nordmann", None, None, "Storgata", "1", "0155", "Oslo", "NO", "+4722334455"),
    ("Siv", "Åkerström", None, None, "Östra Hamngatan", "16", "411 09", "Göteborg", "SE", "+46701740605"),
    ("Ola", "Hansen", None, None, "Fjordgløttvegen", "77", "6411", "Molde", "NO", "+4771200003"),
]
# order number, customer (None is a guest), [(sku, quantity)], with freight, paid
SALES: list[tuple[str, int | None, list[tuple[str, int]], bool, bool]] = [
    ("CT-1001", 0, [("LUE-BLA", 2)], True, True),
    ("CT-1002", 1, [("GENSER-M", 1), ("TAU-12", 25)], True, False),
    ("CT-1003", 2, [("KAFFE-250", 4), ("BOK-BAT", 1)], False, True),
    ("CT-1004", None, [("BOK-BAT", 2)], True, True),
    ("CT-1005", 3, [("GENSER-L", 1)], True, True),
]
FREIGHT = 9900
GUEST = {
    "firstName": "Liv", "lastName": "Tømte", "streetName": "Skogbrynet", "streetNumber": "8",
    "postalCode": "2406", "city": "Elverum", "country": "NO", "email": "liv.tomte@example.test",
}  # fmt: skip


def money(cents: int) -> Record:
    """An amount in the smallest coin, as commercetools has it."""
    return {"currencyCode": "NOK", "centAmount": cents}


def fill(shop: Emulator, more: int = 0) -> None:
    """Goods with prices and stock, customers, and orders of both accounts and guests."""
    classes = {name: _tax_class(shop, name, rate) for name, rate in RATES.items()}
    ean = {"name": "ean", "label": {"nb-NO": "EAN"}, "type": {"name": "text"}, "isRequired": False}
    kind = shop.make("product-types", key="vare", name="Vare", description="Vare", attributes=[ean])
    for key, goods in GOODS.items():
        _product(shop, key, goods, kind, classes)
    freight = _freight(shop, classes["standard"])
    customers = [_customer(shop, person) for person in PEOPLE]
    for sale in SALES:
        _order(shop, sale, customers, freight)
    for at in range(more):
        shop.make("customers", email=f"kunde{at}@example.test", password="hemmelig", lastName=f"Kunde {at}")


def _tax_class(shop: Emulator, name: str, rate: float) -> Record:
    rates = [{"name": f"MVA {name}", "amount": rate, "includedInPrice": True, "country": c} for c in ("NO", "SE")]
    made = shop.make("tax-categories", key=name, name=name, rates=rates)
    return {"typeId": "tax-category", "id": made["id"]}


def _product(shop: Emulator, key: str, goods: Any, kind: Record, classes: dict[str, Record]) -> None:
    title, tax, variants = goods
    drafts = [
        {
            "sku": sku,
            "prices": [{"value": money(price)}],
            "attributes": [{"name": "ean", "value": ean}],
        }
        for sku, _, price, _, ean in variants
    ]
    shop.make(
        "products",
        key=key,
        name={"nb-NO": title},
        slug={"nb-NO": key},
        productType={"typeId": "product-type", "id": kind["id"]},
        taxCategory=classes[tax],
        masterVariant=drafts[0],
        variants=drafts[1:],
        publish=True,
    )
    for sku, _, _, stock, _ in variants:
        shop.make("inventory", sku=sku, quantityOnStock=stock)


def _freight(shop: Emulator, tax: Record) -> Record:
    zone = shop.make("zones", name="Norden", locations=[{"country": "NO"}, {"country": "SE"}])
    method = shop.make(
        "shipping-methods",
        key="post",
        name="Hentepunkt",
        taxCategory=tax,
        isDefault=True,
        zoneRates=[{"zone": {"typeId": "zone", "id": zone["id"]}, "shippingRates": [{"price": money(FREIGHT)}]}],
    )
    return {"typeId": "shipping-method", "id": method["id"]}


def _customer(shop: Emulator, person: tuple[str | None, ...]) -> Record:
    """A customer whose one address is where it is billed and where it wants its goods."""
    first, last, company, org, street, number, postal_code, city, country, phone = person
    address = {
        "firstName": first, "lastName": last, "streetName": street, "streetNumber": number,
        "postalCode": postal_code, "city": city, "country": country, "phone": phone,
        **({"company": company} if company else {}),
    }  # fmt: skip
    plain = str.maketrans("åæøÅÆØöÖ", "aaoaaooo")
    made = shop.make(
        "customers",
        email=f"{first}.{last}@example.test".translate(plain).lower(),
        password="hemmelig",
        firstName=first,
        lastName=last,
        addresses=[address],
        defaultBillingAddress=0,
        defaultShippingAddress=0,
        **({"companyName": company} if company else {}),
    )
    further = [{"action": "setLocale", "locale": "sv-SE" if country == "SE" else "nb-NO"}]
    if company:
        further.append({"action": "setVatId", "vatId": f"NO{org}MVA"})
    return {**shop.edit("customers", made["customer"]["id"], *further), "address": address}


def _order(shop: Emulator, sale: Any, customers: list[Record], freight: Record) -> None:
    number, who, items, shipped, paid = sale
    customer = None if who is None else customers[who]
    address = GUEST if customer is None else {**customer["address"], "email": customer["email"]}
    lines = [_line(sku, quantity) for sku, quantity in items]
    total = sum(line["price"]["value"]["centAmount"] * line["quantity"] for line in lines) + FREIGHT * shipped
    shop.make(
        "orders/import",
        orderNumber=number,
        customerEmail=address["email"],
        billingAddress=address,
        shippingAddress=address,
        lineItems=lines,
        totalPrice=money(total),
        paymentState="Paid" if paid else "Pending",
        **({"customerId": customer["id"]} if customer else {}),
        **({"shippingInfo": {"shippingMethod": freight}} if shipped else {}),
    )


def _line(sku: str, quantity: int) -> Record:
    title, tax, price = next(
        (title, tax, price)
        for title, tax, variants in GOODS.values()
        for each, _, price, _, _ in variants
        if each == sku
    )
    rate = {"name": f"MVA {tax}", "amount": RATES[tax], "includedInPrice": True, "country": "NO"}
    return {
        "name": {"nb-NO": title},
        "variant": {"sku": sku},
        "price": {"value": money(price)},
        "quantity": quantity,
        "taxRate": rate,
    }
