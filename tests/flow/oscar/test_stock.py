"""The stock of an Oscar shop, written by the client of the target alone."""

from __future__ import annotations

from customwebshop import Connection, Credentials, ForeignShop
from customwebshop.dialect import compiled
from customwebshop.reading import preset
from customwebshop.reading.config import with_preset
from customwebshop.reading.shapes import Shapes


def test_a_stock_level_is_set_though_the_shop_finds_none_by_its_sku(shop):
    known = {"api_url": shop.api_url, "username": shop.username, "password": shop.password, "page_size": 100}
    settings = with_preset({"preset": "django-oscar/3", **known})
    connection = Connection(shop.api_url, Credentials.of(settings))
    dialect = compiled("django-oscar/3", preset.load("django-oscar/3")["writes"])
    ForeignShop(connection, dialect, Shapes(connection, settings, {"stock_levels"})).set_level("REGN-L", 3)

    records = (record for row in shop.admin("products") for record in row["stockrecords"])
    (stock,) = (record for record in records if record["partner_sku"] == "REGN-L")
    assert stock["num_in_stock"] - (stock["num_allocated"] or 0) == 3
