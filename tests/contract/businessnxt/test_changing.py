"""Updates: one change for many, many at once, warnings, stamps, and many writers at the same time."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

PAIRS = """
  mutation($f: [FilterExpression_Address], $v: [Address_Input!]) { useCompany(no: %s) {
    address_update(filters: $f, values: $v) { affectedRows }
  } }
"""
INPUT = "query($name: String!) { __type(name: $name) { inputFields { name } } }"


@pytest.fixture
def people(company):
    company.create("address", *({"name": name} for name in ("Ada", "Bo", "Cato")))
    return company


def names(company):
    return [row["name"] for row in company.table("address")]


def result(answer):
    [found] = (answer.get("data") or {"useCompany": {"none": None}})["useCompany"].values()
    return found


def one(number):
    return f"filter: {{addressNo: {{_eq: {number}}}}}"


# -- which rows


@pytest.mark.fact("update_changes_every_row_found")
@pytest.mark.writes
def test_one_change_is_applied_to_every_row_found(erp):
    numbers = [row["addressNo"] for row in erp.make("address", {}, {})]
    change = f'filter: {{addressNo: {{_in: {numbers}}}}}, value: {{phone: "22"}}'
    answer = erp.done(f"address_update({change}) {{ affectedRows items {{ phone }} }}")
    assert answer["address_update"] == {"affectedRows": 2, "items": [{"phone": "22"}] * 2}


@pytest.mark.fact("update_takes_pairs")
@pytest.mark.writes
def test_the_nth_filter_gets_the_nth_value(erp):
    first, second = (row["addressNo"] for row in erp.make("address", {}, {}))
    filters = [{"addressNo": {"_eq": second}}, {"addressNo": {"_eq": first}}]
    answer = erp.run(PAIRS % erp.number, f=filters, v=[{"phone": "2"}, {"phone": "1"}])
    assert result(answer)["affectedRows"] == 2
    rows = erp.ask(f"address(filter: {{addressNo: {{_in: {[first, second]}}}}}) {{ items {{ addressNo phone }} }}")
    assert {row["addressNo"]: row["phone"] for row in rows["address"]["items"]} == {first: "1", second: "2"}


def test_filters_and_values_must_be_as_many(people):
    unequal = people.run(PAIRS % people.number, f=[{"addressNo": {"_eq": 3}}], v=[])
    assert "1 filters for 0 values" in unequal["errors"][0]["message"]


@pytest.mark.fact("update_is_single_or_pairs")
def test_pairs_are_not_mixed_with_one_change(people):
    mixed = people.tell(
        'address_update(filter: {addressNo: {_eq: 1}}, filters: [{addressNo: {_eq: 2}}], values: [{name: "X"}])'
        " { affectedRows }"
    )
    assert "Use either" in mixed.get("errors", [{"message": ""}])[0]["message"]
    assert names(people) == ["Ada", "Bo", "Cato"]


@pytest.mark.fact("update_of_nothing_is_no_error")
@pytest.mark.writes
def test_a_filter_that_finds_nothing_affects_nothing(erp):
    answer = erp.tell(f'address_update({one(2147483640)}, value: {{phone: "1"}}) {{ affectedRows items {{ name }} }}')
    assert "errors" not in answer
    assert result(answer) == {"affectedRows": 0, "items": []}


@pytest.mark.fact("update_without_filter_changes_all")
@pytest.mark.fact("update_without_filter_warns")
def test_without_a_filter_every_row_changes_and_a_warning_says_so(people):
    answer = people.tell('address_update(value: {name: "X"}) { affectedRows }')
    assert names(people) == ["X", "X", "X"]
    assert "no filter" in str(answer["extensions"])


def update_by_nothing(erp):
    """The whole answer of an update without values."""
    [made] = erp.make("address", {}, items="addressNo")
    return erp.tell(f"address_update({one(made['addressNo'])}, value: {{}}) {{ affectedRows }}")


@pytest.mark.fact("empty_update_changes_nothing")
@pytest.mark.writes
def test_an_empty_value_changes_nothing(erp):
    answer = update_by_nothing(erp)
    assert "errors" not in answer
    assert result(answer)["affectedRows"] == 0


@pytest.mark.fact("empty_update_warns")
@pytest.mark.writes
def test_a_warning_says_that_an_empty_value_changes_nothing(erp):
    assert update_by_nothing(erp)["extensions"].keys() - {"vbnxt-trace-id"}


@pytest.mark.fact("warnings_key")
@pytest.mark.writes
def test_warnings_are_a_list_beside_the_trace_id(erp):
    answer = update_by_nothing(erp)
    assert [warning["message"] for warning in answer["extensions"].get("warnings", [])] != []


# -- which columns


@pytest.mark.fact("update_input_has_no_key_of_several")
def test_the_columns_of_a_key_of_several_are_no_part_of_its_update(erp):
    document = """
      query($name: String!) { __type(name: $name) { fields { name args { name type { name } } } } }
    """
    fields = erp.run(document, name="Mutation_UseCompany")["data"]["__type"]["fields"]
    [update] = [field for field in fields if field["name"] == "orderLine_update"]
    [kind] = [argument["type"]["name"] for argument in update["args"] if argument["name"] == "value"]
    known = {field["name"] for field in erp.run(INPUT, name=kind)["data"]["__type"]["inputFields"]}
    assert not {"orderNo", "lineNo"} & known
    assert "quantity" in known


@pytest.mark.writes
def test_a_column_that_is_left_out_is_untouched(erp):
    [made] = erp.make("address", {"phone": "1", "fax": "2"}, items="addressNo")
    answer = erp.done(f'address_update({one(made["addressNo"])}, value: {{phone: "3"}}) {{ items {{ phone fax }} }}')
    assert answer["address_update"]["items"] == [{"phone": "3", "fax": "2"}]


@pytest.mark.fact("product_numbers_are_fixed")
def test_a_product_number_is_not_changed_by_an_edit(company):
    company.create("product", {"productNo": "A"})
    answer = company.tell('product_update(filter: {productNo: {_eq: "A"}}, value: {productNo: "B"}) { affectedRows }')
    assert [error["extensions"]["status_name"] for error in answer.get("errors", [])] == ["keyIsFixed"]
    assert "A" in [row["productNo"] for row in company.table("product")]


@pytest.mark.fact("customer_numbers_are_fixed")
@pytest.mark.writes
def test_a_customer_number_is_not_changed_by_an_edit(erp):
    [made] = erp.make("associate", {"customerNo": None}, items="associateNo customerNo")
    where = f"filter: {{associateNo: {{_eq: {made['associateNo']}}}}}"
    erp.tell(f"associate_update({where}, value: {{customerNo: {made['customerNo'] + 1}}}) {{ affectedRows }}")
    [after] = erp.ask(f"associate({where}) {{ items {{ customerNo }} }}")["associate"]["items"]
    assert after["customerNo"] == made["customerNo"]


def test_a_null_in_an_update_numbers_a_row_that_has_no_number_and_no_other(company):
    company.create("associate", {"name": "Ada"}, {"name": "Bo", "customerNo": 500})
    change = 'filter: {name: {_in: ["Ada", "Bo"]}}, value: {customerNo: null}'
    answer = company.done(f"associate_update({change}) {{ items {{ name customerNo }} }}")
    assert answer["associate_update"]["items"] == [
        {"name": "Ada", "customerNo": 10001},
        {"name": "Bo", "customerNo": 500},
    ]


# -- stamps


@pytest.mark.fact("equal_write_stamps")
def test_an_update_stamps_the_change_but_not_the_creation(people):
    before = people.table("address")[0]
    time.sleep(0.01)
    people.done(f'address_update({one(1)}, value: {{name: "Ada"}}) {{ affectedRows }}')
    after = people.table("address")[0]
    assert after["changedTimestamp"] > before["changedTimestamp"]
    assert after["createdTimestamp"] == before["createdTimestamp"]


def test_the_server_clock_can_fall_back(people):
    before = people.table("address")[0]["changedTimestamp"]
    people.behave(clock_offset_seconds=-3600)
    people.done(f'address_update({one(1)}, value: {{name: "Eva"}}) {{ affectedRows }}')
    assert people.table("address")[0]["changedTimestamp"] < before


@pytest.mark.fact("line_change_leaves_head_stamp")
@pytest.mark.writes
def test_a_line_that_changes_does_not_stamp_its_order(erp):
    [made] = erp.make("order", {"orderLines": [{"description": "A"}]}, items="orderNo changedTimestamp")
    time.sleep(0.01)
    where = f"filter: {{orderNo: {{_eq: {made['orderNo']}}}}}"
    erp.done(f'orderLine_update({where}, value: {{description: "B"}}) {{ affectedRows }}')
    [after] = erp.ask(f"order({where}) {{ items {{ changedTimestamp }} }}")["order"]["items"]
    assert after["changedTimestamp"] == made["changedTimestamp"]


# -- many writers


def all_at_once(acts):
    """Run each in a thread of its own, begun together."""
    gate = threading.Barrier(len(acts))

    def run(act):
        gate.wait()
        return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


@pytest.mark.fact("update_filter_holds_as_it_writes")
@pytest.mark.writes
def test_of_many_writers_who_swap_the_same_old_value_one_does(erp):
    [made] = erp.make("address", {"phone": "old"}, items="addressNo")
    where = f'filter: {{addressNo: {{_eq: {made["addressNo"]}}}, phone: {{_eq: "old"}}}}'

    def swap(value):
        return lambda: erp.done(f'address_update({where}, value: {{phone: "{value}"}}) {{ affectedRows }}')

    answers = all_at_once([swap(f"new {number}") for number in range(8)])
    assert sum(answer["address_update"]["affectedRows"] for answer in answers) == 1


@pytest.mark.writes
def test_many_writers_get_numbers_of_their_own_and_lose_nothing(erp):
    [order] = erp.make("order", {}, items="orderNo")

    def add(description):
        return lambda: erp.create("orderLine", {"orderNo": order["orderNo"], "description": description})

    texts = [f"Line {number}" for number in range(8)]
    assert all("errors" not in answer for answer in all_at_once([add(text) for text in texts]))
    where = f"filter: {{orderNo: {{_eq: {order['orderNo']}}}}}"
    lines = erp.ask(f"orderLine({where}) {{ items {{ lineNo description }} }}")["orderLine"]["items"]
    assert sorted(line["description"] for line in lines) == texts
    assert len({line["lineNo"] for line in lines}) == len(texts)


@pytest.mark.writes
def test_many_writers_draw_customer_numbers_of_their_own(erp):
    erp.sign_in()
    made = all_at_once([lambda: erp.make("associate", {"customerNo": None}, items="customerNo")] * 8)
    assert len({row["customerNo"] for [row] in made}) == 8


def test_counting_up_by_compare_and_swap_counts_every_step(people):
    people.done(f'address_update({one(1)}, value: {{phone: "0"}}) {{ affectedRows }}')

    def count_up():
        while True:
            [row] = people.ask(f"address({one(1)}) {{ items {{ phone }} }}")["address"]["items"]
            where = f'filter: {{addressNo: {{_eq: 1}}, phone: {{_eq: "{row["phone"]}"}}}}'
            change = f'value: {{phone: "{int(row["phone"]) + 1}"}}'
            if people.done(f"address_update({where}, {change}) {{ affectedRows }}")["address_update"]["affectedRows"]:
                return

    all_at_once([count_up] * 6)
    assert people.table("address")[0]["phone"] == "6"
