"""What a GraphQL server says with HTTP 200 is heard: it decides whether a record, or the run, is stopped by it."""

from __future__ import annotations

import pytest
from customwebshop import CredentialsError, RefusedError, UnreachableError
from customwebshop.graph import accept, words


def errors(code, message="no"):
    return {"errors": [{"message": message, "extensions": {"code": code}}], "data": None}


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (errors("THROTTLED"), UnreachableError),
        (errors("FORBIDDEN"), CredentialsError),
        (errors("USER_INPUT_ERROR"), RefusedError),
        ({"errors": [{"message": "Field is unknown"}]}, RefusedError),
    ],
)
def test_errors_are_told_by_what_is_to_be_done_about_them(body, kind):
    with pytest.raises(kind, match="/admin-api: ") as told:
        accept("/admin-api", body)
    assert type(told.value) is kind


@pytest.mark.parametrize("body", [{"data": {"x": {"id": "1"}}}, {"errors": []}, [], None, "html"])
def test_an_answer_without_errors_passes(body):
    accept("/admin-api", body)


def test_a_result_that_is_an_error_says_why():
    assert words({"data": {"cancelOrder": {"errorCode": "E", "message": "It was delivered"}, "other": None}}) == (
        "It was delivered"
    )
