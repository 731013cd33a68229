"""Three ways to deliver, with fixed prices including 25 % VAT."""

from __future__ import annotations

from decimal import Decimal

from oscar.apps.shipping import methods, repository


class HomeDelivery(methods.FixedPrice):
    """To the door."""

    code, name = "hjemlevering", "Hjemlevering på døra"
    charge_excl_tax, charge_incl_tax = Decimal("103.20"), Decimal("129.00")


class PickupPoint(methods.FixedPrice):
    """To a pick-up point."""

    code, name = "hentested", "Hentested i nærheten"
    charge_excl_tax, charge_incl_tax = Decimal("63.20"), Decimal("79.00")


class InStore(methods.Free):
    """Collected by the customer."""

    code, name = "hent-i-butikk", "Hent i butikk"


class Repository(repository.Repository):
    """The delivery methods offered at checkout."""

    methods = (PickupPoint(), HomeDelivery(), InStore())
