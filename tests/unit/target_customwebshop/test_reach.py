"""What a shop has no place for flows to the ERP only."""

from __future__ import annotations

from pathlib import Path

import pytest
from crosswalk.loading import load_mappings
from customwebshop import Connection, Credentials, ForeignShop
from customwebshop.dialect import compiled
from customwebshop.reading import preset
from target_customwebshop.acts import possible
from target_customwebshop.reach import narrow

MAPPING = Path(__file__).parents[3] / "mapping"


def returned(name):
    """The columns that come back to a shop of this make, by entity."""
    mappings = load_mappings(str(MAPPING))
    shop = ForeignShop(
        Connection("http://127.0.0.1:1", Credentials(auth_method="none")),
        compiled(name, preset.load(name)["writes"]),
        None,
    )
    narrow(mappings, shop, name)
    return {
        entity: {each.column for each in found.properties if each.returned}
        for entity, found in mappings.mappings.items()
    }


@pytest.mark.parametrize(
    "name", ["commercetools", "woocommerce/3", "medusa/2", "shopify", "shopify-rest", "magento/2", "shopware/6"]
)
def test_addresses_of_customers_come_back_to_every_make_that_has_them(name):
    assert {"name", "emailAddress", "addressLine1", "postCode", "postalArea"} <= returned(name)["customers"]


def test_a_shop_that_shows_no_address_is_told_none():
    assert returned("django-oscar/3")["customers"] == {"name", "emailAddress"}


def test_what_has_no_place_stays_where_it_is():
    columns = returned("commercetools")

    assert "phone" not in columns["customers"]
    assert "eanItemNo" in columns["products"]
    assert "invoiceNo" not in columns["orders"]
    assert "invoiceNo" in returned("woocommerce/3")["orders"]


@pytest.mark.parametrize("name", sorted(set(preset.available()) - {"blank", preset.DEFAULT}))
def test_each_preset_says_why_its_shop_cannot_be_told_what_it_cannot_and_no_more(name):
    told = preset.load(name)
    there = Connection("http://127.0.0.1:1", Credentials(auth_method="none"))
    can = possible(ForeignShop(there, compiled(name, told.get("writes", {})), None))

    assert told.get("unwritten", {}).keys() == {act for act, is_possible in can.items() if not is_possible}
