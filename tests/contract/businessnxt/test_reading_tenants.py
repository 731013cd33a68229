"""Companies, customers and the model: what one may enter, and what is said of it."""

from __future__ import annotations

import pytest

OTHER = 999


def asked(erp, document):
    """The data of a document that must have no errors."""
    answer = erp.run(document)
    assert "errors" not in answer, answer
    return answer["data"]


@pytest.mark.fact("available_companies")
@pytest.mark.fact("available_organization_no")
def test_available_companies_name_the_number_that_useCompany_takes(erp):  # noqa: N802 - the API's spelling
    listed = asked(
        erp,
        "{ availableCompanies { totalCount items { name vismaNetCompanyId vismaNetCustomerId organizationNo } } }",
    )["availableCompanies"]
    assert int(erp.number) in {each["vismaNetCompanyId"] for each in listed["items"]}
    assert listed["totalCount"] >= 1


@pytest.mark.fact("available_companies_of_a_customer")
def test_companies_are_listed_by_customer(erp):
    listed = asked(erp, f"{{ availableCompanies(customerNo: {OTHER}) {{ totalCount }} }}")["availableCompanies"]
    assert listed["totalCount"] == 0


@pytest.mark.fact("available_first_wins_over_last")
def test_first_wins_over_last_among_companies(company):
    company.behave(other_companies=2)
    listed = asked(company, "{ availableCompanies(first: 1, last: 2) { totalCount items { vismaNetCompanyId } } }")
    assert [each["vismaNetCompanyId"] for each in listed["availableCompanies"]["items"]] == [1234567]
    last = asked(company, "{ availableCompanies(last: 1) { items { vismaNetCompanyId } } }")
    assert [each["vismaNetCompanyId"] for each in last["availableCompanies"]["items"]] == [1234569]


@pytest.mark.fact("available_lists_lack_page_info")
def test_the_list_of_companies_has_no_page_info(erp):
    answer = erp.run("{ availableCompanies { pageInfo { hasNextPage } } }")
    assert "errors" in answer


@pytest.mark.fact("available_customers")
def test_available_customers_name_the_number_that_useCustomer_takes(erp):  # noqa: N802
    listed = asked(erp, "{ availableCustomers { totalCount items { name vismaNetCustomerId } } }")
    assert listed["availableCustomers"]["totalCount"] >= 1


@pytest.mark.fact("use_customer")
def test_the_customers_table_of_companies_has_their_numbers(erp):
    companies = asked(erp, "{ availableCompanies { items { vismaNetCompanyId vismaNetCustomerId } } }")
    [customer] = {
        each["vismaNetCustomerId"]
        for each in companies["availableCompanies"]["items"]
        if each["vismaNetCompanyId"] == int(erp.number)
    }
    fields = "companyNo name companyBusinessNo vismaNetCompanyId"
    rows = asked(erp, f"{{ useCustomer(no: {customer}) {{ company {{ items {{ {fields} }} }} }} }}")
    assert int(erp.number) in {row["vismaNetCompanyId"] for row in rows["useCustomer"]["company"]["items"]}


def test_another_customer_is_denied(company):
    answer = company.run("{ useCustomer(no: 999) { company { totalCount } } }")
    assert "VismaNetCustomerId: 999" in answer["errors"][0]["message"]
    assert answer["data"] == {"useCustomer": {"company": None}}


@pytest.mark.fact("denied_company_is_named")
def test_a_wrong_company_is_denied_with_its_number(erp):
    [error] = erp.run(f"{{ useCompany(no: {OTHER}) {{ country {{ totalCount }} }} }}")["errors"]
    assert f"Could not get authorize user using VismaNetCompanyId: {OTHER}." in error["message"]
    assert "Status: 18." in error["message"]


@pytest.mark.fact("denied_company_keeps_its_shape")
def test_the_fields_of_a_wrong_company_are_there_and_null(erp):
    answer = erp.run(f"{{ useCompany(no: {OTHER}) {{ a: country {{ totalCount }} b: unit {{ totalCount }} }} }}")
    assert answer["data"] == {"useCompany": {"a": None, "b": None}}
    assert len(answer["errors"]) == 1


def test_a_company_that_is_listed_may_still_be_closed(company):
    company.behave(other_companies=1)
    listed = asked(company, "{ availableCompanies { items { vismaNetCompanyId } } }")["availableCompanies"]["items"]
    answer = company.run(f"{{ useCompany(no: {listed[1]['vismaNetCompanyId']}) {{ country {{ totalCount }} }} }}")
    assert "Status: 18." in answer["errors"][0]["message"]


# -- the model


@pytest.mark.fact("use_model")
@pytest.mark.fact("model_database_type")
def test_useModel_lists_tables_by_number_and_identifier(erp):  # noqa: N802
    model = asked(erp, "{ useModel { tables { tableNo identifier databaseType } } }")["useModel"]
    tables = {table["identifier"]: table for table in model["tables"]}
    assert tables["Associate"] == {"tableNo": 152, "identifier": "Associate", "databaseType": "COMPANY"}
    assert "SYSTEM" in {table["databaseType"] for table in model["tables"]}


@pytest.mark.fact("model_language")
@pytest.mark.fact("model_table_by_number")
def test_the_model_is_told_in_a_language(erp):
    [table] = asked(erp, "{ useModel(lang: NORWEGIAN) { tables(tableNo: 152) { name } } }")["useModel"]["tables"]
    assert table["name"] == "Aktør"
    [table] = asked(erp, "{ useModel { tables(tableNo: 152) { name } } }")["useModel"]["tables"]
    assert table["name"] == "Associate"


@pytest.mark.fact("model_language_of_tables")
def test_its_tables_are_told_in_a_language_too(erp):
    names = asked(erp, "{ useModel { tables(lang: NORWEGIAN) { name } } }")["useModel"]["tables"]
    assert "Aktør" in {each["name"] for each in names}


@pytest.mark.fact("model_columns_tell_lengths")
def test_columns_of_the_model_tell_their_lengths(erp):
    columns = "columns { columnNo identifier name dataType maxLength }"
    tables = asked(erp, f"{{ useModel {{ tables {{ identifier {columns} }} }} }}")["useModel"]["tables"]
    [address] = [table for table in tables if table["identifier"] == "Address"]
    lengths = {column["identifier"]: column["maxLength"] for column in address["columns"]}
    assert lengths["Name"] == 80
    assert lengths["AddressNo"] is None
