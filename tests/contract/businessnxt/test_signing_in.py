"""Tokens and what is refused without a good one."""

from __future__ import annotations

import base64
import json
import time

import pytest

SERVICE = "business-graphql-service-api:access-group-based"
USER = "business-graphql-api:access-group-based"
QUERY = {"query": "{ useCompany(no: 1234567) { country { totalCount } } }"}


def ask_for_token(company, auth=None, **form):
    return company.http.post(company.info["token_url"], data=form, auth=auth)


def good_form(company, **changes):
    credentials = {"client_id": company.info["client_id"], "client_secret": company.info["client_secret"]}
    return {"grant_type": "client_credentials", "scope": SERVICE} | credentials | changes


@pytest.mark.fact("token_by_client_credentials")
@pytest.mark.fact("credentials_in_form")
@pytest.mark.fact("token_says_how_long_it_lives")
def test_a_token_is_given_for_credentials_in_the_form(erp):
    answer = ask_for_token(erp, **good_form(erp))
    assert answer.status_code == 200
    assert answer.json().items() >= {"token_type": "Bearer", "scope": SERVICE}.items()
    assert answer.json().get("expires_in", 0) > 0


@pytest.mark.fact("credentials_in_basic")
def test_a_token_is_given_for_credentials_in_a_basic_header(erp):
    credentials = erp.info["client_id"], erp.info["client_secret"]
    answer = ask_for_token(erp, credentials, grant_type="client_credentials", scope=SERVICE)
    assert answer.status_code == 200
    assert answer.json()["access_token"]


@pytest.mark.fact("tokens_are_jwts")
def test_a_token_says_until_when_it_is_good(erp):
    parts = ask_for_token(erp, **good_form(erp)).json()["access_token"].split(".")
    assert len(parts) == 3
    assert json.loads(base64.urlsafe_b64decode(parts[1] + "=="))["exp"] > time.time()


@pytest.mark.fact("secrets_are_form_encoded_in_basic")
def test_what_stands_in_a_basic_header_is_form_encoded(company):
    secret = company.info["client_secret"].replace("-", "%2D")
    answer = ask_for_token(company, (company.info["client_id"], secret), grant_type="client_credentials", scope=SERVICE)
    assert answer.status_code == 200


@pytest.mark.fact("four_scopes")
@pytest.mark.parametrize("scope", [f"{SERVICE}-readonly", USER, f"{USER}-readonly"])
def test_each_of_the_scopes_is_granted(company, scope):
    answer = ask_for_token(company, **good_form(company, scope=scope))
    assert answer.status_code == 200
    assert answer.json()["scope"] == scope


def test_a_wrong_secret_is_an_invalid_client(company):
    answer = ask_for_token(company, **good_form(company, client_secret="wrong"))
    assert (answer.status_code, answer.json()) == (401, {"error": "invalid_client"})


@pytest.mark.fact("token_refusal_has_a_reason")
def test_an_unknown_scope_is_an_invalid_scope(erp):
    answer = ask_for_token(erp, **good_form(erp, scope="everything"))
    assert (answer.status_code, answer.json()) == (400, {"error": "invalid_scope"})


def test_another_grant_is_unsupported(company):
    answer = ask_for_token(company, **good_form(company, grant_type="password"))
    assert (answer.status_code, answer.json()) == (400, {"error": "unsupported_grant_type"})


@pytest.mark.fact("unauthorised_is_a_page")
@pytest.mark.parametrize("authorization", [None, "Bearer nonsense", "Basic abc"])
def test_without_a_good_token_the_answer_is_a_page_of_nginx(erp, authorization):
    headers = {"Authorization": authorization} if authorization else {}
    answer = erp.http.post(erp.info["api_url"], json={"query": "{ __typename }"}, headers=headers)
    assert answer.status_code == 401
    assert "<center>nginx</center>" in answer.text
    assert answer.headers["content-type"].startswith("text/html")


@pytest.mark.fact("tokens_end")
def test_a_token_ends(company):
    company.sign_in()
    fresh = company.post(QUERY).status_code
    company.behave(token_lifetime_seconds=1)
    company.sign_in()
    time.sleep(1.05)
    old = company.post(QUERY).status_code
    company.behave(token_lifetime_seconds=3600)
    company.sign_in()
    assert (fresh, old) == (200, 401)


@pytest.mark.fact("scope_opens_its_end_point_only")
def test_a_service_token_opens_the_service_end_point_only(company):
    user_url = company.info["api_url"].replace("graphql-service", "graphql")
    company.sign_in(USER)
    opened = company.post(QUERY, url=user_url).status_code
    company.sign_in()
    assert opened == 200
    assert company.post(QUERY, url=user_url).status_code == 401


@pytest.mark.fact("read_only_scope_refuses_mutations")
def test_a_read_only_token_reads_but_does_not_write(company):
    company.sign_in(f"{SERVICE}-readonly")
    assert company.post(QUERY).json()["data"]["useCompany"]["country"]["totalCount"] > 0
    answer = company.create("address", {"name": "Nobody"})
    company.sign_in()
    assert company.table("address") == []
    assert "read-only" in answer["errors"][0]["message"]
    assert "data" not in answer


def test_a_company_without_access_is_an_error_beside_empty_data(company):
    answer = company.run("{ useCompany(no: 7) { generalLedgerAccount { totalCount } } }")
    message = (
        "Error: Could not get authorize user using VismaNetCompanyId: 7. "
        "Description: External integration error. Status: 18."
    )
    assert answer["errors"] == [{"message": message}]
    assert answer["data"] == {"useCompany": {"generalLedgerAccount": None}}
