"""What a GraphQL server says with HTTP 200 is heard: it decides whether a record, or the run, is stopped by it."""

from __future__ import annotations

from datetime import datetime, timezone
from decimal import Decimal

import pytest
from customwebshop import CredentialsError, RefusedError, UnreachableError, graph
from customwebshop.graph import accept, patiently, place, words
from customwebshop.messages import Answer


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


def test_a_result_that_lists_what_is_wrong_names_the_fields():
    listed = [{"field": ["input", "phone"], "message": "Phone is invalid"}, {"field": None, "message": "No name"}]
    body = {"data": {"customerUpdate": {"customer": None, "userErrors": listed}}}

    assert words(body) == "input.phone: Phone is invalid; No name"
    assert place(body) == "input.phone"


def answer(body):
    return Answer(body, "", datetime.now(timezone.utc), None)


def throttled(asked=None, left=None, restored=None):
    bucket = {"currentlyAvailable": left, "restoreRate": restored}
    return {**errors("THROTTLED"), "extensions": {"cost": {"requestedQueryCost": asked, "throttleStatus": bucket}}}


@pytest.mark.parametrize(
    ("bodies", "waits"),
    [
        ([throttled(752, 252, 100)], [5.0]),
        ([throttled(752, Decimal("651.5"), Decimal("100.5"))], [1.0]),
        ([throttled(9000, 0, 1)], [60.0]),
        ([throttled(10, 10, 50), throttled(10, 10, 50)], [0.1, 0.2]),
        ([throttled(), errors("TOO_MANY_REQUESTS")], [2.0, 4.0]),
    ],
)
def test_a_server_that_has_had_enough_is_asked_again_when_it_has_points_again(monkeypatch, bodies, waits):
    slept: list[float] = []
    monkeypatch.setattr(graph.time, "sleep", slept.append)
    good = {"data": {"x": 1}}
    answers = iter([*bodies, good])

    assert patiently("/graphql", lambda: answer(next(answers))).body == good
    assert slept == waits


def test_a_server_that_never_has_enough_again_is_left_alone_in_the_end(monkeypatch):
    monkeypatch.setattr(graph.time, "sleep", lambda _: None)
    asked: list[int] = []

    told = patiently("/graphql", lambda: asked.append(1) or answer(throttled()))

    with pytest.raises(UnreachableError):
        accept("/graphql", told.body)
    assert len(asked) == graph.PATIENCE
