"""Rows and lines that are gone are found by a sweep, looked up one by one, and told until a STATE says so."""

from __future__ import annotations

import json

from tap_businessnxt.company import Company

EVERY_RUN = {"sweep_hours": 0}


def some(company, table, key, count):
    return sorted(row[key] for row in company.rows(table))[:count]


def test_a_deleted_row_is_told_as_a_tombstone_once(company, tap):
    first, *_, last = some(company, "address", "addressNo", 5)
    tap.run("addresses", **EVERY_RUN)
    company.delete("address", addressNo=first)
    company.delete("address", addressNo=last)
    told, untold = tap.run("addresses", **EVERY_RUN), tap.run("addresses", **EVERY_RUN)

    assert told.gone("addresses") == [first, last]
    assert set(told.records("addresses")[first]) == {"addressNo", "_sdc_deleted_at"}
    assert untold.told("addresses") == []


def test_a_living_row_says_that_it_is_not_deleted(tap):
    records = tap.run("products").records("products").values()

    assert {record["_sdc_deleted_at"] for record in records} == {None}


def test_nothing_is_swept_before_it_is_due(company, tap):
    tap.run("addresses", sweep_hours=1)
    company.delete("address", addressNo=some(company, "address", "addressNo", 1)[0])

    assert tap.run("addresses", sweep_hours=1).gone("addresses") == []
    assert len(tap.run("addresses", **EVERY_RUN).gone("addresses")) == 1


def test_a_tombstone_that_nobody_took_is_told_again(company, tap):
    number = some(company, "address", "addressNo", 1)[0]
    before = tap.run("addresses", **EVERY_RUN).state
    company.delete("address", addressNo=number)
    lost = tap.run("addresses", **EVERY_RUN)
    again = tap.run("addresses", state=before, sweep_hours=24)
    after = tap.run("addresses", sweep_hours=24)

    assert [run.gone("addresses") for run in (lost, again, after)] == [[number], [number], []]


def test_a_tombstone_of_a_full_refresh_that_nobody_took_is_not_taken_for_one_that_was_heard_long_ago(company, tap):
    heard, unheard = some(company, "address", "addressNo", 2)
    tap.run("addresses", **EVERY_RUN)
    company.delete("address", addressNo=heard)
    tap.run("addresses", **EVERY_RUN)
    before = tap.run("addresses", **EVERY_RUN).state
    company.delete("address", addressNo=unheard)
    tap.state = None
    lost, again = tap.run("addresses", **EVERY_RUN), tap.run("addresses", state=before, **EVERY_RUN)

    assert [run.gone("addresses") for run in (lost, again)] == [[unheard], [unheard]]


def test_an_order_that_lost_a_line_is_told_again_where_nobody_took_it(company, tap):
    number = company.order(*some(company, "product", "productNo", 3))
    tap.run("orders", **EVERY_RUN)
    tap.let_time_pass(hours=3)
    before = tap.run("orders", **EVERY_RUN).state
    company.delete("orderLine", orderNo=number, lineNo=2)
    lost, again = tap.run("orders", **EVERY_RUN), tap.run("orders", state=before, **EVERY_RUN)
    after = tap.run("orders", **EVERY_RUN)

    assert [run.told("orders") for run in (lost, again, after)] == [[number], [number], []]


def test_a_row_made_anew_under_its_old_key_is_told_as_living(company, tap):
    company.add("product", {"productNo": "GJENFØDT", "description": "Før"})
    before = tap.run("products", **EVERY_RUN).state
    company.delete("product", productNo="GJENFØDT")
    tap.run("products", **EVERY_RUN)
    company.add("product", {"productNo": "GJENFØDT", "description": "Etter"})
    run = tap.run("products", state=before, **EVERY_RUN)

    assert run.gone("products") == []
    assert run.records("products")["GJENFØDT"]["description"] == "Etter"


def test_a_row_that_came_back_unseen_can_be_missed_again(company, tap):
    settings = {"filters": {"products": {"showOnWeb": {"_eq": 0}}}, **EVERY_RUN}
    product = some(company, "product", "productNo", 1)[0]
    before = tap.run("products", **settings).state
    company.edit("product", {"productNo": product}, showOnWeb=1)
    tap.run("products", **settings)
    company.edit("product", {"productNo": product}, showOnWeb=0)
    back = tap.run("products", state=before, **EVERY_RUN)
    company.delete("product", productNo=product)
    again = tap.run("products", **EVERY_RUN)

    assert (back.gone("products"), again.gone("products")) == ([], [product])


def test_a_row_that_no_longer_belongs_to_the_stream_is_gone_from_it(company, tap):
    product = company.rows("product")[0]["productNo"]
    price = company.add("priceAndDiscountMatrix", {"productNo": product, "salesPrice1InCurrency": 100})[0]["lineNo"]
    tap.run("prices", **EVERY_RUN)
    company.edit("priceAndDiscountMatrix", {"lineNo": price}, customerPriceGroup1=3)

    assert tap.run("prices", **EVERY_RUN).gone("prices") == [price]


def test_an_order_that_lost_a_line_is_told_with_the_lines_that_remain(company, tap):
    products = some(company, "product", "productNo", 3)
    number, other = company.order(*products), company.order(*products)
    tap.run("orders")
    tap.let_time_pass(hours=3)
    quiet = tap.run("orders", sweep_hours=24)
    company.delete("orderLine", orderNo=number, lineNo=2)
    unswept, swept = tap.run("orders", sweep_hours=24), tap.run("orders", **EVERY_RUN)

    assert quiet.told("orders") == [number, other]  # the overlap, for the last time
    assert unswept.told("orders") == []
    assert swept.told("orders") == [number]
    assert [line["lineNo"] for line in swept.records("orders")[number]["orderLines"]] == [1, 3]
    assert swept.gone("orders") == []
    assert tap.run("orders", **EVERY_RUN).told("orders") == []


def test_a_row_that_is_back_when_it_is_looked_up_is_not_gone(company, tap, monkeypatch):
    company.add("product", {"productNo": "BLINKER"})
    tap.run("products", **EVERY_RUN)
    company.delete("product", productNo="BLINKER")
    look = Company.has

    def back_again(self, *asked):
        company.add("product", {"productNo": "BLINKER"})
        return look(self, *asked)

    monkeypatch.setattr(Company, "has", back_again)

    assert tap.run("products", **EVERY_RUN).gone("products") == []


def test_a_table_that_shrank_too_much_is_taken_for_a_lost_right(company, tap):
    company.add("address", *({"name": f"Kunde {number}", "title": "mange"} for number in range(60)))
    tap.run("addresses", **EVERY_RUN)
    company.delete("address", title="mange")
    refused = tap.run("addresses", **EVERY_RUN)
    meant = tap.run("addresses", sweep_limit_percent=100, **EVERY_RUN)

    assert refused.code == 0
    assert refused.gone("addresses") == []
    assert "60 of 80 known rows of 'address' are missing" in refused.log
    assert len(meant.gone("addresses")) == 60


def test_an_order_that_lost_a_line_is_told_though_too_many_others_are_missing(company, tap):
    numbers = [company.order(*some(company, "product", "productNo", 2)) for _ in range(22)]
    tap.run("orders", **EVERY_RUN)
    tap.let_time_pass(hours=3)
    tap.run("orders", **EVERY_RUN)
    for number in numbers[1:]:
        company.delete("order", orderNo=number)
    company.delete("orderLine", orderNo=numbers[0], lineNo=2)
    run = tap.run("orders", **EVERY_RUN)

    assert run.told("orders") == numbers[:1]
    assert "21 of 22 known rows of 'order' are missing" in run.log


def test_a_line_that_an_answer_lacks_is_looked_up_before_it_is_left_out(company, tap, monkeypatch):
    number = company.order(*some(company, "product", "productNo", 3))
    tap.run("orders", **EVERY_RUN)
    company.delete("orderLine", orderNo=number, lineNo=1)
    company.edit("order", {"orderNo": number}, information4="Ring først")
    find = Company.find
    monkeypatch.setattr(Company, "find", lambda *asked, **how: find(*asked, **how)[:-1])
    run = tap.run("orders", **EVERY_RUN)

    assert [line["lineNo"] for line in run.records("orders")[number]["orderLines"]] == [2, 3]


def test_without_a_key_file_nothing_is_remembered_and_nothing_swept(company, tap):
    tap.run("addresses", key_file="", **EVERY_RUN)
    company.delete("address", addressNo=some(company, "address", "addressNo", 1)[0])

    assert tap.run("addresses", key_file="", **EVERY_RUN).gone("addresses") == []


def test_rows_that_were_there_before_the_key_file_are_missed_too(company, tap):
    number = some(company, "address", "addressNo", 1)[0]
    tap.run("addresses", key_file="")
    tap.run("addresses", **EVERY_RUN)
    tap.run("addresses", **EVERY_RUN)
    company.delete("address", addressNo=number)

    assert tap.run("addresses", **EVERY_RUN).gone("addresses") == [number]


def without_lines(tap, tmp_path):
    """A catalog in which nobody selects the lines of orders."""
    catalog = tap.discover()
    for stream in catalog["streams"]:
        for each in stream["metadata"]:
            if each["breadcrumb"] == ["properties", "orderLines"]:
                each["metadata"]["selected"] = False
    (tmp_path / "catalog.json").write_text(json.dumps(catalog))
    return ("--catalog", str(tmp_path / "catalog.json"))


def test_what_became_of_lines_while_nobody_selected_them_is_told_when_somebody_does(company, tap, tmp_path):
    number = company.order(*some(company, "product", "productNo", 3))
    tap.run("orders", **EVERY_RUN)
    unselected = without_lines(tap, tmp_path)
    company.delete("orderLine", orderNo=number, lineNo=2)
    company.edit("order", {"orderNo": number}, information4="Ring først")
    meanwhile = tap.run("orders", extra=unselected, **EVERY_RUN)
    tap.let_time_pass(hours=3)
    tap.run("orders", extra=unselected, **EVERY_RUN)
    run = tap.run("orders", **EVERY_RUN)

    assert "orderLines" not in meanwhile.records("orders")[number]
    assert [line["lineNo"] for line in run.records("orders")[number]["orderLines"]] == [1, 3]
