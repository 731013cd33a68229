"""Fills an empty shop: goods and customers as a shop owner enters them, orders as buyers place them at checkout."""

from __future__ import annotations

from datetime import datetime, timezone
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.sites.models import Site
from django.test import Client
from oscar.apps.address.models import Country, UserAddress
from oscar.apps.catalogue.models import Category, Product, ProductAttribute, ProductClass
from oscar.apps.offer.models import Benefit, Condition, ConditionalOffer, Range
from oscar.apps.order.models import Order
from oscar.apps.voucher.models import Voucher
from oscar.core.loading import get_model

from shop.seed import goods, people, sales

ALWAYS = (datetime(2020, 1, 1, tzinfo=timezone.utc), datetime(2040, 1, 1, tzinfo=timezone.utc))
User = get_user_model()


def fill() -> None:
    """Fill an empty shop; the same content, numbers and times every time."""
    Site.objects.update(domain="127.0.0.1", name=settings.OSCAR_SHOP_NAME)
    _administrator()
    _goods()
    _offers()
    _customers()
    for sale in sales.SALES:
        _sell(sale)


def _administrator() -> None:
    name, password = settings.ADMINISTRATOR
    User.objects.create_superuser(name, "admin@example.test", password)


def _goods() -> None:
    partner = get_model("partner", "Partner").objects.create(name="Eget lager", code="lager")
    for name, (ships, counted) in goods.CLASSES.items():
        kind = ProductClass.objects.create(name=name, requires_shipping=ships, track_stock=counted)
        ProductAttribute.objects.create(product_class=kind, name="Størrelse", code="size", type="text", required=False)
        shelf = Category.add_root(name=name)
        for product in goods.PRODUCTS[name]:
            _put_on_sale(product, partner, product_class=kind).categories.add(shelf)
        for family in goods.FAMILIES.get(name, ()):
            parent = Product.objects.create(
                title=family.title, description=family.description, structure=Product.PARENT, product_class=kind
            )
            parent.categories.add(shelf)
            for variant in family.variants:
                _put_on_sale(variant, partner, structure=Product.CHILD, parent=parent)


def _put_on_sale(product: goods.Product, partner: Any, **fields: Any) -> Product:  # noqa: ANN401 - Oscar has no types
    row = Product(title=product.title, upc=product.ean or None, **fields)
    if product.size:
        row.attr.size = product.size
    row.save()
    row.stockrecords.create(
        partner=partner, partner_sku=product.sku, price=Decimal(product.price), num_in_stock=product.stock
    )
    return row


def _offers() -> None:
    everything = Range.objects.create(name="Alle varer", includes_all_products=True)
    code, name, percent = goods.VOUCHER
    starts, ends = ALWAYS
    voucher = Voucher.objects.create(
        name=name, code=code, usage=Voucher.MULTI_USE, start_datetime=starts, end_datetime=ends
    )
    voucher.offers.add(
        ConditionalOffer.objects.create(
            name=name,
            offer_type=ConditionalOffer.VOUCHER,
            condition=Condition.objects.create(range=everything, type=Condition.COUNT, value=1),
            benefit=Benefit.objects.create(range=everything, type=Benefit.PERCENTAGE, value=percent),
        )
    )
    name, count, skus = goods.MULTIBUY
    coffee = Range.objects.create(name=name)
    for product in Product.objects.filter(stockrecords__partner_sku__in=skus):
        coffee.add_product(product)
    ConditionalOffer.objects.create(
        name=name,
        priority=1,
        condition=Condition.objects.create(range=coffee, type=Condition.COUNT, value=count),
        benefit=Benefit.objects.create(range=coffee, type=Benefit.MULTIBUY),
    )


def _customers() -> None:
    for code, name in people.COUNTRIES.items():
        Country.objects.create(
            iso_3166_1_a2=code, printable_name=name, name=name, is_shipping_country=True, display_order=0
        )
    for customer in people.CUSTOMERS:
        first = customer.addresses[0]
        user = User.objects.create_user(
            customer.email.partition("@")[0],
            customer.email,
            "passord",
            first_name=first.first_name,
            last_name=first.last_name,
        )
        User.objects.filter(pk=user.pk).update(date_joined=ALWAYS[0])
        for address in customer.addresses:
            fields = address.fields() | {"country": Country.objects.get(pk=address.country)}
            UserAddress.objects.create(user=user, is_default_for_billing=address is first, **fields)


def _sell(sale: sales.Sale) -> None:
    """Place one order the way a buyer's browser does: basket, voucher, checkout."""
    shopper = Shopper(User.objects.filter(email=sale.buyer).first())
    for sku, quantity in sale.lines:
        product = Product.objects.get(stockrecords__partner_sku=sku)
        shopper.post("basket/add-product/", url=shopper.url(f"products/{product.pk}/"), quantity=quantity)
    if sale.voucher:
        shopper.post("basket/add-voucher/", vouchercode=goods.VOUCHER[0])
    placed = shopper.post("checkout/", **_checkout(sale, shopper))
    order = Order.objects.get(number=placed["number"])
    if sale.status != order.status:
        order.set_status(sale.status)
    Order.objects.filter(pk=order.pk).update(date_placed=datetime.fromisoformat(sale.placed_at))


def _checkout(sale: sales.Sale, shopper: Shopper) -> dict[str, Any]:
    billing, shipping = _addresses(sale)
    form = {
        "basket": shopper.get("basket/")["url"],
        "guest_email": sale.buyer,
        "shipping_method_code": sale.delivery,
        "shipping_address": shopper.address(shipping),
    }
    if sale.billing_address:
        form["billing_address"] = shopper.address(billing)
    return form


def _addresses(sale: sales.Sale) -> tuple[people.Address, people.Address]:
    """Return where the bill and the parcel of a sale go."""
    if sale.buyer in people.GUESTS:
        return (people.GUESTS[sale.buyer],) * 2
    book = next(customer.addresses for customer in people.CUSTOMERS if customer.email == sale.buyer)
    return book[0], book[1 if sale.ship_to_second_address else 0]


class Shopper:
    """A buyer's browser session with the shop's API; without a user it is a guest's."""

    def __init__(self, user: Any) -> None:  # noqa: ANN401 - whichever user model the shop has
        self._client = Client(SERVER_NAME="127.0.0.1")
        if user:
            self._client.force_login(user, "oscar.apps.customer.auth_backends.EmailBackend")

    def url(self, path: str) -> str:
        """Return the address of a resource as the API writes it."""
        return f"http://127.0.0.1/api/{path}"

    def address(self, address: people.Address) -> dict[str, str]:
        """Return an address as checkout wants it, its country as a link."""
        return address.fields() | {"country": self.url(f"countries/{address.country}/")}

    def get(self, path: str) -> dict[str, Any]:
        """Read a resource."""
        return self._client.get(f"/api/{path}").json()

    def post(self, path: str, **form: Any) -> dict[str, Any]:  # noqa: ANN401 - any form
        """Send a form and return the answer; a refusal stops the seeding."""
        answer = self._client.post(f"/api/{path}", form, content_type="application/json")
        if answer.status_code >= 400:  # noqa: PLR2004
            raise ValueError(f"the shop refused {path} {form}: {answer.status_code} {answer.content.decode()}")
        return answer.json()
