"""What an entry of `errors` means: named by what to do about it, with all that it says."""

from __future__ import annotations

import pytest
from businessnxt import (
    AccessError,
    Place,
    RowError,
    RowLocked,
    SchemaError,
    TimedOut,
    TooManyInProgress,
)
from businessnxt.answers import classify
from businessnxt.errors import Trace

TRACE = Trace(1234567, "address_create", "t-1")
INSIDE = [{"line": 1, "column": 2}]


@pytest.mark.parametrize(
    ("entry", "kind"),
    [
        ({"message": "no", "path": ["useCompany", "address_create", 3, "name"]}, RowError),
        ({"message": "locked by kari", "path": ["useCompany", "order_update", 0]}, RowLocked),
        ({"message": "no", "path": ["useCompany", "x", 0], "extensions": {"status_name": "rowLocked"}}, RowLocked),
        ({"message": "The row is locked or has been deleted.", "path": ["useCompany", "x", 0]}, RowLocked),
        ({"message": "The period is locked.", "path": ["useCompany", "x", 0]}, RowError),
        ({"message": "The customer is blocked by credit control.", "path": ["useCompany", "x", 0]}, RowError),
        ({"message": "Cannot query field", "locations": INSIDE, "extensions": {"code": "X"}}, SchemaError),
        ({"message": "Error: Could not get authorize user using VismaNetCompanyId: 1."}, AccessError),
        ({"message": "Could not get authorize user", "path": ["useCompany", "address"]}, AccessError),
        ({"message": "no access to this column", "path": ["useCompany", "address_create", 0, "name"]}, RowError),
        ({"message": "The operation has timed out.", "extensions": {"code": "TIMEOUT"}}, TimedOut),
        ({"message": "Time-out.", "path": ["useCompany"]}, TimedOut),
        ({"message": "deliveryTimeout is too long", "path": ["useCompany", "x", 1, "deliveryTimeout"]}, RowError),
        ({"message": "60 in progress", "extensions": {"code": "OUTSTANDING_LIMIT_EXCEEDED"}}, TooManyInProgress),
        ({"message": "something else"}, RowError),
        ({}, RowError),
        ({"message": None, "path": None, "extensions": None}, RowError),
        ({"message": "x", "extensions": "odd", "path": ["useCompany"]}, RowError),
    ],
    ids=str,
)
def test_an_entry_is_named_by_what_to_do_about_it(entry, kind):
    assert type(classify(entry, TRACE)) is kind


@pytest.mark.parametrize(
    "message",
    [
        "Variable '$values[3].quantity' is invalid. Unable to convert 'x' to 'Decimal'",
        "Variable '$values' has invalid value at [3]: .quantity: Decimal cannot represent 'x'",
    ],
)
def test_a_value_that_does_not_fit_is_its_rows_fault(message):
    error = classify({"message": message, "locations": INSIDE, "extensions": {"code": "INVALID_VALUE"}}, TRACE)

    assert isinstance(error, RowError)
    assert (error.index, error.fields) == (3, ("quantity",))


def test_an_error_says_where_what_and_for_whom():
    extensions = {"fields": ["name", "shortName"], "status": 5, "status_name": "valueTooLong"}
    error = classify({"message": "too long", "path": ["useCompany", "x", 3], "extensions": extensions}, TRACE)

    assert error.place == Place(3, ("name", "shortName"), 5, "valueTooLong")
    assert str(error) == "too long [company 1234567, address_create, trace id t-1]"
