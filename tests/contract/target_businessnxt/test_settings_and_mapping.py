"""Settings and mapping files that cannot be used stop the start, with what to change; nothing is written."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from rounds import call
from target_businessnxt.target import TargetBusinessNxt

MAPPING = Path(__file__).parents[3] / "mapping"


@pytest.fixture
def desk(target):
    """The mapping files, to be spoilt."""
    return Path(shutil.copytree(MAPPING, target.folder / "mapping"))


def spoil(file: Path, right: str, wrong: str) -> None:
    text = file.read_text()
    assert right in text
    file.write_text(text.replace(right, wrong, 1))


SPOILT = [
    ("customers", "nxt: addressLine1", "nxt: adressLine1", ("row 3:", "'adressLine1'", "did you mean 'addressLine1'?")),
    ("customers", "businessnxt: address\n", "businessnxt: adress\n", ("'adress'", "did you mean address")),
    ("customers", "reference: information1", "reference: informasjon1", ("reference:", "'information1'?")),
    ("customers", "businessnxt: companyNo, same", "businessnxt: companiNo, same", ("match", "'companyNo'?")),
    ("customers", "{webshop: phone", "{webshp: phone", ("row 10", "'webshop'?")),
    ("customers", "via: country", "via: contry", ("row 7", "'country'?")),
    ("customers", "type: Int, via: country", "type: Integer, via: country", ("row 7", "Integer")),
    ("customers", "webshop: billing_address.city", "webshop: billing_address..city", ("row 6", "not a JMESPath")),
    ("customers", "entity: customers", "entity customers", ("line 4", "no YAML")),
    ("orders", "discountPercent1", "discountPercent9", ("lines, row 7:", "'orderLine'", "'discountPercent")),
    ("values", "key: countryNo", "kee: countryNo", ("country", "'key'?")),
    ("values", "by: isoCode", "by: isoKode", ("lookups, country:", "'isoCode'?")),
    ("values", "{table: country,", "{table: contry,", ("lookups, country:", "did you mean country")),
]


@pytest.mark.parametrize("spoilt", SPOILT, ids=lambda spoilt: spoilt[2].strip())
def test_a_wrong_word_is_named_with_its_file_its_place_and_the_nearest_right_one(target, company, desk, spoilt):
    name, right, wrong, words = spoilt
    spoil(desk / f"{name}.yml", right, wrong)

    run = target.play("customers_person", "products_one", "orders_one", mapping=str(desk))

    assert run.code == 1, run.log
    last = run.log.splitlines()[-1]
    for each in (f"{name}.yml", *words):
        assert each in last
    assert "Traceback" not in run.log
    assert (run.states, company.stats()["writes"]) == ([], 0)


@pytest.mark.parametrize("name", ["client_id", "client_secret", "company_no", "mapping", "link_store"])
def test_a_required_setting_that_is_missing_is_named(target, company, name):
    place = target.config()
    settings = json.loads(place.read_text())
    del settings[name]

    place.write_text(json.dumps(settings))
    run = call(TargetBusinessNxt, [f"--config={place}"], target.scene("customers_person"))

    assert run.code == 1
    assert f"'{name}' is a required property" in run.log
    assert "sandbox-secret" not in run.log
    assert company.stats()["requests"] == 0


@pytest.mark.parametrize(
    ("setting", "value"),
    [("company_no", "the big one"), ("customer_accounts", "sometimes"), ("unmapped_streams", "maybe"),
     ("batch_size_rows", 0), ("page_size", 0), ("grace_seconds", -1)],
)  # fmt: skip
def test_a_setting_with_a_value_it_cannot_have_is_named(target, company, setting, value):
    run = target.play("customers_person", **{setting: value})

    assert run.code == 1, run.log
    assert setting in run.log or str(value) in run.log
    assert "Traceback" not in run.log
    assert company.stats()["writes"] == 0
