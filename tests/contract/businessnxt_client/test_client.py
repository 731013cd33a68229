"""What the client promises, against a company that also misbehaves."""

from __future__ import annotations

from decimal import Decimal

import businessnxt
import pytest
from businessnxt import (
    AccessError,
    AuthenticationError,
    Change,
    Done,
    Failed,
    NotSent,
    Refused,
    RowError,
    SchemaError,
    Unclear,
)

NAMES = ["addressNo", "name", "information1"]


def addresses(number, **more):
    return [{"name": f"Kunde {index} Åsen", "information1": f"C{index}", **more} for index in range(number)]


def make(client, rows):
    return client.create("address", rows, returning=NAMES, echo="information1")


def test_many_rows_are_made_in_few_requests_and_each_gets_its_answer(client, company):
    outcomes = make(client, addresses(1200))

    assert [each.row["information1"] for each in outcomes] == [f"C{index}" for index in range(1200)]
    assert company.ask("GET", "stats").json()["writes"] <= 5
    assert len(company.rows("address")) == 1200


def test_pages_bring_every_row_once(company):
    make(company.client(), addresses(37))

    rows = list(company.client(page_size=10).rows("address", ["name"], key=["addressNo"]))

    assert [each["addressNo"] for each in rows] == sorted({each["addressNo"] for each in rows})
    assert len(rows) == 37


def test_rows_are_found_by_a_column_with_ties_over_many_pages(company):
    client = company.client(page_size=5)
    make(client, addresses(23, shortName="SAME"))

    found = client.find("address", NAMES, "shortName", ["SAME", "SAME", "OTHER"], key=["addressNo"])

    assert len({each["addressNo"] for each in found}) == len(found) == 23
    assert client.find("address", NAMES, "shortName", [], key=["addressNo"]) == []


def test_one_bad_row_among_many_fails_alone_and_names_its_column(client, company):
    rows = addresses(300)
    rows[123]["countryNo"] = 99999

    outcomes = make(client, rows)

    assert isinstance(outcomes[123], Failed)
    assert outcomes[123].error.fields == ("countryNo",)
    assert sum(isinstance(each, Done) for each in outcomes) == 299
    assert len(company.rows("address")) == 299


def test_an_error_says_where_it_arose_which_record_it_means_and_what_to_ask_the_support_for(client):
    rows = addresses(5)
    rows[3]["countryNo"] = 99999

    error = make(client, rows)[3].error

    assert (error.trace.company_no, error.trace.operation) == (1234567, "address_create")
    assert (error.index, error.fields) == (3, ("countryNo",))
    assert len(error.trace.trace_id) == 32
    assert f"[company 1234567, address_create, trace id {error.trace.trace_id}]" in str(error)


@pytest.mark.parametrize(
    ("error", "recovery"),
    [
        ("AuthenticationError", "FatalError"),
        ("AccessError", "FatalError"),
        ("SchemaError", "FatalError"),
        ("TooLarge", "FatalError"),
        ("RateLimited", "RetriableError"),
        ("TooManyInProgress", "RetriableError"),
        ("NotSent", "RetriableError"),
        ("TimedOut", "RetriableError"),
        ("RowLocked", "RowError"),
    ],
)
def test_the_family_of_an_error_says_what_to_do_about_it(error, recovery):
    families = {"FatalError", "RetriableError", "RowError"}
    assert {each.__name__ for each in getattr(businessnxt, error).__mro__} & families == {recovery}


def test_an_order_is_made_with_its_lines_and_they_come_back(client):
    (customer,) = client.create("associate", [{"name": "Åse"}], returning=["associateNo", "customerNo"],
                                suggest={"customerNo": {"from": 500, "to": 600}})  # fmt: skip
    lines = [{"productNo": "DIV", "quantity": Decimal("1.5"), "transactionInformation1": "L1"}]
    order = {"customerNo": customer.row["customerNo"], "orderDate": 20261123, "orderLines": lines}
    children = {"orderLines": ("joindown_OrderLine_via_Order", ["lineNo", "quantity", "transactionInformation1"])}

    (made,) = client.create("order", [order], returning=["orderNo"], children=children)

    assert customer.row["customerNo"] == 500
    assert made.row["orderLines"] == [{"lineNo": 1, "quantity": Decimal("1.5"), "transactionInformation1": "L1"}]


def test_a_change_happens_only_while_the_old_values_stand(client, company):
    first, second = (each.row["addressNo"] for each in make(client, addresses(2)))

    def change(number, old):
        where = {"_and": [{"addressNo": {"_eq": number}}, {"name": {"_eq": old}}]}
        return Change(where=where, values={"name": "Ny"}, key={"addressNo": number})

    outcomes = client.update("address", [change(first, "Kunde 0 Åsen"), change(second, "noe annet")], returning=NAMES)

    assert isinstance(outcomes[0], Done)
    assert isinstance(outcomes[1], Refused)
    assert {each["name"] for each in company.rows("address")} == {"Ny", "Kunde 1 Åsen"}


def test_one_bad_change_fails_alone(client, company):
    first, second = (each.row["addressNo"] for each in make(client, addresses(2)))
    changes = [Change({"addressNo": {"_eq": number}}, values, {"addressNo": number})
               for number, values in ((first, {"countryNo": 99999}), (second, {"name": "Ny"}))]  # fmt: skip

    bad, good = client.update("address", changes, returning=NAMES)

    assert isinstance(bad, Failed)
    assert isinstance(good, Done)
    assert {each["name"] for each in company.rows("address")} == {"Kunde 0 Åsen", "Ny"}


def test_numbers_keep_every_digit(client):
    exact = Decimal("1234567.891")
    (made,) = client.create("product", [{"productNo": "X", "netWeight": exact}], returning=["productNo", "netWeight"])

    assert made.row["netWeight"] == exact


@pytest.mark.parametrize("fault", [{"kind": "timeout_after_commit"}, {"kind": "drop_connection", "when": "after"}])
def test_a_write_whose_answer_is_lost_is_unclear_and_never_repeated(client, company, fault):
    client.columns("address")
    make(client, [])
    company.fault(times=1, **fault)

    outcomes = make(client, addresses(3))

    assert [type(each) for each in outcomes] == [Unclear] * 3
    assert len(company.rows("address")) == 3


def test_a_write_that_was_refused_before_it_was_carried_out_is_repeated(client, company, no_pause):  # noqa: ARG001
    company.fault("outstanding_limit", times=2)
    company.fault("http_429", times=2)

    assert all(isinstance(each, Done) for each in make(client, addresses(3)))
    assert len(company.rows("address")) == 3


def test_a_read_is_repeated_after_a_bad_gateway_and_a_write_is_not(client, company, no_pause):  # noqa: ARG001
    make(client, addresses(1))
    company.fault("html_502", times=1)
    assert len(list(client.rows("address", ["name"], key=["addressNo"]))) == 1

    company.fault("html_502", times=1)
    assert isinstance(make(client, [{"name": "Ny", "information1": "N"}])[0], Unclear)


def test_a_token_that_ends_in_the_middle_is_renewed(client, company):
    make(client, addresses(1))
    company.fault("expired_token", times=1)

    assert isinstance(make(client, [{"name": "Ny", "information1": "N"}])[0], Done)


def test_a_wrong_secret_is_said_without_showing_it(company):
    client = company.client(credentials={"client_secret": "hemmelig+/&="})

    with pytest.raises(AuthenticationError, match="check client_id and client_secret") as error:
        client.columns("address")
    assert "hemmelig" not in f"{error.value!r} {client._transport._token._credentials!r}"


def test_a_company_that_is_not_ours_is_said_with_its_number(company):
    with pytest.raises(AccessError, match="company 7654321"):
        list(company.client(company_no=7654321).rows("address", ["name"], key=["addressNo"]))


def test_a_read_only_scope_cannot_write(company):
    scope = "business-graphql-service-api:access-group-based-readonly"
    client = company.client(credentials={"scope": scope})

    assert list(client.rows("address", ["name"], key=["addressNo"])) == []
    with pytest.raises((AccessError, RowError, SchemaError)):
        raise_first(make(client, addresses(1)))
    assert company.rows("address") == []


def raise_first(outcomes):
    raise outcomes[0].error


def test_a_table_that_is_not_there_names_the_nearest(client):
    with pytest.raises(SchemaError, match="did you mean address"):
        client.columns("adress")


def test_columns_tell_what_can_be_written(client):
    columns = client.columns("address")

    assert (columns["name"].type, columns["name"].writable) == ("String", True)
    assert (columns["addressNo"].type, columns["addressNo"].writable) == ("Int", False)


def test_a_null_is_refused_before_it_is_sent(client):
    with pytest.raises(ValueError, match=r"address\.name is None"):
        make(client, [{"name": None, "information1": "x"}])
    with pytest.raises(ValueError, match=r"orderLines\[0\]\.productNo is None"):
        client.create("order", [{"customerNo": 1, "orderLines": [{"productNo": None}]}], returning=["orderNo"])


def test_nothing_that_could_reach_every_row_is_sent(client):
    with pytest.raises(ValueError, match="without a filter"):
        client.delete("address", {})
    with pytest.raises(ValueError, match="could reach every row"):
        client.update("address", [Change({}, {"name": "x"}, {})], returning=NAMES)


def test_a_server_that_is_not_there_is_said_so(no_pause, company):  # noqa: ARG001
    client = company.client(api_url="http://127.0.0.1:9/api/graphql-service")

    with pytest.raises(NotSent, match="no connection to"):
        client.columns("address")


def test_companies_are_listed(client, company):
    assert company.info["company_no"] in [each["vismaNetCompanyId"] for each in client.companies()]
