"""Named steps (`prepare:`) that add to a record what no single property holds, before its values are read."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from crosswalk.errors import Rejected
from crosswalk.values import Value

if TYPE_CHECKING:
    from collections.abc import Callable

Record = dict[str, Value]
_PLACES = Decimal("0.000001")


def customer_contact(customer: Record) -> Record:
    """Give a customer one `name` (the company's, else the person's) and one `billing_address` out of its addresses.

    The billing address is the default one of kind `billing`, else the first of that kind, else the first of all.
    """
    person = " ".join(str(part) for part in (customer.get("first_name"), customer.get("last_name")) if part)
    addresses = customer.get("addresses") or []
    ranked = sorted(addresses, key=lambda each: (each.get("kind") != "billing", not each.get("is_default")))
    return {
        **customer,
        "name": customer.get("company_name") or person or None,
        "billing_address": ranked[0] if ranked else None,
    }


def order_prices(order: Record) -> Record:
    """Bring every line of an order to one basis: with VAT where any product line's price includes it, else without.

    Adds to the order `gross` (true or false); to each line `price` (per unit, on that basis), `price_net`,
    `price_gross` and `discount_percent` (of the price before the discount). Without product lines the others say on
    which basis it is; without any, the order says nothing of that.
    """
    lines = order.get("lines")
    if not lines:
        return order
    goods = [each for each in lines if each.get("type", "product") == "product"] or lines
    gross = any(each.get("price_includes_tax") for each in goods)
    return {**order, "gross": gross, "lines": [_priced(each, gross=gross) for each in lines]}


def order_contact(order: Record) -> Record:
    """Give an order one `billing_name` and one `delivery_name` (the company's, else the person's).

    Without a name of its own the bill goes to whoever bought; a delivery without an address has none.
    """
    billing, shipping, buyer = (order.get(each) or {} for each in ("billing_address", "shipping_address", "buyer"))
    named = (billing.get("company"), billing.get("name"), buyer.get("company_name"), buyer.get("name"))
    return {
        **order,
        "billing_name": next(filter(None, named), None),
        "delivery_name": shipping.get("company") or shipping.get("name"),
    }


def order_progress(order: Record) -> Record:
    """Say of an order in three yes or no what its status and fulfilment are: `cancelled`, `completed`, `fulfilled`."""
    return {
        **order,
        "cancelled": order.get("status") == "cancelled",
        "completed": order.get("status") == "completed",
        "fulfilled": order.get("fulfillment_status") == "fulfilled",
    }


def product_offer(product: Record) -> Record:
    """Give every variant one `name` (the product's, with its own behind a comma) and say whether it is `for_sale`.

    A variant's own title counts unless it is `Standard`; it is for sale where both it and the product are active. The
    product gets the first of its `categories` as `category`.
    """
    categories = product.get("categories") or [None]
    offered = {**product, "category": categories[0]}
    if isinstance(product.get("variants"), list):
        offered["variants"] = [_offered(product, each) for each in product["variants"]]
    return offered


def _offered(product: Record, variant: Record) -> Record:
    names = [product.get("title"), own_title(variant)]
    active = variant.get("status") == "active" and product.get("status") == "active"
    return {**variant, "name": ", ".join(filter(None, names)) or None, "for_sale": active}


def own_title(variant: Record) -> str | None:
    """A variant's own title, where it has one that says anything."""
    title = variant.get("title")
    return None if title in (None, "", "Standard") else str(title)


def _priced(line: Record, *, gross: bool) -> Record:
    price = _decimal(line, "unit_price")
    if price is None:
        return line
    factor = 1 + (_decimal(line, "tax_rate") or Decimal(0)) / 100
    includes = bool(line.get("price_includes_tax"))
    net = price / factor if includes else price
    with_tax = price if includes else price * factor
    return {
        **line,
        "price_net": _short(net),
        "price_gross": _short(with_tax),
        "price": _short(with_tax if gross else net),
        "discount_percent": _percent(line, price),
    }


def _percent(line: Record, price: Decimal) -> Decimal:
    """The discount's share of price times quantity; the discount stands on the same side of VAT as the price."""
    discount = _decimal(line, "discount_amount") or Decimal(0)
    before = price * (_decimal(line, "quantity") or Decimal(0))
    return _short(discount / before * 100) if before and discount else Decimal(0)


def _decimal(line: Record, name: str) -> Decimal | None:
    value = line.get(name)
    if value is None:
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise Rejected(f"line '{line.get('id')}': {name} '{value}' is not a number", column=name)
    return number


def _short(number: Decimal) -> Decimal:
    number = number.quantize(_PLACES).normalize()
    return number.quantize(Decimal(1)) if number == number.to_integral_value() else number


STEPS: dict[str, Callable[[Record], Record]] = {
    "customer_contact": customer_contact,
    "order_contact": order_contact,
    "order_prices": order_prices,
    "order_progress": order_progress,
    "product_offer": product_offer,
}
