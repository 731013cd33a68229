"""Edit caches: work over several requests that others see when it is saved."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

NAMES = "address(filter: {name: {_eq: $name}}) { totalCount }"
RENAME = 'address_update(filter: {addressNo: {_eq: %s}}, value: {phone: "%s"}) { affectedRows }'


def work(erp, fields, cache=None, *, keep=True, operation="mutation", **variables):
    """One request inside an edit cache; the whole answer."""
    arguments = f"no: {erp.number}" + (f', partialRequestId: "{cache}"' if cache else "")
    arguments += ", persistEditCache: true" if keep else ""
    declared = f"({', '.join(f'${name}: String' for name in variables)})" if variables else ""
    return erp.run(f"{operation}{declared} {{ useCompany({arguments}) {{ {fields} }} }}", **variables)


def begin(erp, **address):
    """Begin an edit cache with a new address in it; its number and the address's."""
    values = ", ".join(f'{name}: "{value}"' for name, value in address.items())
    made = f"partialRequestId address_create(values: [{{{values}}}]) {{ items {{ addressNo }} }}"
    answer = work(erp, made)
    assert "errors" not in answer, answer
    found = answer["data"]["useCompany"]
    return found["partialRequestId"], found["address_create"]["items"][0]["addressNo"]


def seen(erp, name, cache=None):
    """How many addresses of that name one sees, from inside or outside."""
    if cache is None:
        return erp.ask(NAMES, name=name)["address"]["totalCount"]
    answer = work(erp, NAMES, cache, operation="query", name=name)
    assert "errors" not in answer, answer
    return answer["data"]["useCompany"]["address"]["totalCount"]


@pytest.fixture
def begun(erp):
    """A marked address in an edit cache, which is saved in the end so that it can be removed."""
    cache, number = begin(erp, name=erp.mark)
    erp.made.append(("address", number))
    yield cache, number
    work(erp, NAMES, cache, keep=False, operation="query", name=erp.mark)


@pytest.mark.fact("edit_cache")
@pytest.mark.writes
def test_an_edit_cache_has_a_number_by_which_work_goes_on(erp):
    cache, number = begin(erp, name=erp.mark)
    erp.made.append(("address", number))
    assert len(cache) == 36
    answer = work(erp, RENAME % (number, "22"), cache, keep=False)
    assert answer["data"]["useCompany"]["address_update"]["affectedRows"] == 1


@pytest.mark.fact("edit_cache_is_seen_from_inside")
@pytest.mark.writes
def test_what_is_written_is_seen_inside(erp, begun):
    assert seen(erp, erp.mark, begun[0]) == 1


@pytest.mark.fact("edit_cache_is_hidden_from_others")
@pytest.mark.writes
def test_what_is_written_is_not_seen_by_others(erp, begun):
    assert begun
    assert seen(erp, erp.mark) == 0


@pytest.mark.fact("edit_cache_is_saved_by_the_last_request")
@pytest.mark.writes
def test_what_is_written_is_seen_by_others_once_it_is_saved(erp):
    cache, number = begin(erp, name=erp.mark)
    erp.made.append(("address", number))
    work(erp, RENAME % (number, "22"), cache, keep=False)
    assert seen(erp, erp.mark) == 1


def test_one_document_writes_an_order_and_its_lines_unseen(company):
    document = """
      mutation($ono: Int = 0) { useCompany(no: 1234567, persistEditCache: true) {
        partialRequestId
        order_create(values: [{orderLines: [{productNo: "DIV", quantity: 1}]}]) {
          items { orderNo @export(as: "ono") }
        }
        orderLine_create(values: [{orderNo: $ono, productNo: "FRAKT", quantity: 1}]) { items { orderNo lineNo } }
      } }
    """
    answer = company.run(document)
    assert "errors" not in answer
    assert answer["data"]["useCompany"]["orderLine_create"]["items"] == [{"orderNo": 1, "lineNo": 2}]
    assert company.table("order") == []
    cache = answer["data"]["useCompany"]["partialRequestId"]
    work(company, "order { totalCount }", cache, keep=False, operation="query")
    assert [line["productNo"] for line in company.table("orderLine")] == ["DIV", "FRAKT"]


def test_a_failing_mutation_leaves_what_the_cache_held_before(company):
    cache, _ = begin(company, name="Ada")
    create = 'address_create(values: [{name: "Bo"}, {countryNo: 999}], onError: FAIL_TABLE) { affectedRows }'
    assert work(company, create, cache)["errors"]
    work(company, 'address_create(values: [{name: "Cato"}]) { affectedRows }', cache, keep=False)
    assert [row["name"] for row in company.table("address")] == ["Ada", "Cato"]


def test_numbers_drawn_inside_are_given_to_nobody_else(company):
    cache, number = begin(company, name="Ada")
    made = company.create("address", {"name": "Bo"}, items="addressNo")
    assert made["data"]["useCompany"]["address_create"]["items"] == [{"addressNo": number + 1}]
    work(company, "address { totalCount }", cache, keep=False, operation="query")
    assert [(row["addressNo"], row["name"]) for row in company.table("address")] == [(1, "Ada"), (2, "Bo")]


def test_rows_are_deleted_and_stamped_unseen(company):
    company.create("address", {"name": "Ada"}, {"name": "Bo"})
    cache, _ = begin(company, name="Cato")
    work(company, "address_delete(filter: {addressNo: {_eq: 1}}) { affectedRows }", cache)
    assert [row["name"] for row in company.table("address")] == ["Ada", "Bo"]
    work(company, RENAME % (2, "1"), cache, keep=False)
    assert [(row["name"], row["phone"]) for row in company.table("address")] == [("Bo", "1"), ("Cato", "")]


@pytest.mark.fact("edit_cache_locks_its_rows")
@pytest.mark.writes
def test_a_row_that_a_cache_changed_is_not_written_by_others(erp, begun):
    [made] = erp.make("address", {"phone": "1"}, items="addressNo")
    work(erp, RENAME % (made["addressNo"], "2"), begun[0])
    assert erp.tell(RENAME % (made["addressNo"], "3")).get("errors")


@pytest.mark.fact("edit_cache_locks_its_rows")
def test_rows_that_a_cache_holds_are_locked_for_others_until_it_is_saved(company):
    company.create("address", {"name": "Ada"})
    cache, _ = begin(company, name="Bo")
    work(company, RENAME % (1, "1"), cache)
    [error] = company.tell(RENAME % (1, "2")).get("errors", [{"extensions": {}}])
    assert error["extensions"].get("status_name") == "rowLocked"
    work(company, RENAME % (1, "3"), cache, keep=False)
    company.done(RENAME % (1, "4"))


@pytest.mark.fact("edit_cache_ends_when_abandoned")
def test_a_cache_that_nobody_comes_back_to_ends(company):
    company.behave(edit_cache_seconds=0.02)
    cache, _ = begin(company, name="Ada")
    time.sleep(0.05)
    answer = work(company, 'address_create(values: [{name: "Bo"}]) { affectedRows }', cache, keep=False)
    assert "no edit cache" in answer.get("errors", [{"message": ""}])[0]["message"]
    assert company.table("address") == []


@pytest.mark.fact("edit_cache_belongs_to_its_user")
def test_a_cache_is_worked_on_by_the_user_who_began_it(company):
    company.behave(changed_by_is_the_client_id=False)
    cache, _ = begin(company, name="Ada")
    company.behave(changed_by_is_the_client_id=True)
    answer = work(company, RENAME % (1, "1"), cache)
    assert "no edit cache" in answer.get("errors", [{"message": ""}])[0]["message"]


@pytest.mark.parametrize("again", [True, False])
def test_a_cache_that_was_saved_is_gone(company, again):
    cache, _ = begin(company, name="Ada")
    work(company, RENAME % (1, "1"), cache, keep=False)
    [error] = work(company, RENAME % (1, "2"), cache, keep=again)["errors"]
    assert f"no edit cache {cache}" in error["message"]


def test_a_key_that_others_saved_meanwhile_ends_the_cache_with_an_error(company):
    create = 'partialRequestId product_create(values: [{productNo: "SKI"}]) { affectedRows }'
    cache = work(company, create)["data"]["useCompany"]["partialRequestId"]
    company.create("product", {"productNo": "SKI", "description": "First"})
    [error] = work(company, "product { totalCount }", cache, keep=False, operation="query")["errors"]
    assert "clashes" in error["message"]
    assert "First" in [row["description"] for row in company.table("product")]


def test_many_writers_with_caches_of_their_own_lose_nothing(company):
    company.create("order", {})

    def add(text):
        line = f'partialRequestId orderLine_create(values: [{{orderNo: 1, description: "{text}"}}]) {{ affectedRows }}'
        while True:
            begun = work(company, line)
            cache = begun["data"]["useCompany"]["partialRequestId"]
            work(company, "orderLine { totalCount }", cache, keep=False, operation="query")
            if "errors" not in begun:
                return

    texts = [f"Line {number}" for number in range(6)]
    with ThreadPoolExecutor(len(texts)) as pool:
        list(pool.map(add, texts))
    lines = company.table("orderLine")
    assert sorted(line["description"] for line in lines) == texts
    assert [line["lineNo"] for line in lines] == [1, 2, 3, 4, 5, 6]


def test_a_document_works_in_one_edit_cache(company):
    cache, _ = begin(company, name="Ada")
    inside = f'useCompany(no: 1234567, partialRequestId: "{cache}", persistEditCache: true)'
    twice = f"{{ a: {inside} {{ address {{ totalCount }} }} b: {inside} {{ address {{ totalCount }} }} }}"
    answer = company.run(twice)
    assert [answer["data"][name]["address"]["totalCount"] for name in "ab"] == [1, 1]
    other = company.run(twice.replace(cache, begin(company, name="Bo")[0], 1))
    assert "one edit cache" in other["errors"][0]["message"]


def test_a_company_that_one_may_not_enter_has_no_edit_cache(company):
    answer = company.run("{ useCompany(no: 7, persistEditCache: true) { partialRequestId } }")
    assert answer["data"]["useCompany"]["partialRequestId"] is None
    assert "authorize" in answer["errors"][0]["message"]
