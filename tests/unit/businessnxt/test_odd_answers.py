"""What the client makes of answers that no well-behaved company gives: it never claims, and never repeats, too much."""

from __future__ import annotations

import contextlib
import logging
import socket
import struct
import threading
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from email.utils import format_datetime

import pytest
from businessnxt import (
    AccessError,
    AuthenticationError,
    BusinessNxtError,
    Change,
    Done,
    Failed,
    FatalError,
    Later,
    NotSent,
    Refused,
    RetriableError,
    RowLocked,
    TimedOut,
    Unavailable,
    Unclear,
)

from .conftest import SECRET, Reply

PAGE_401 = Reply(401, b"<html><head><title>401 Authorization Required</title></head></html>")
PAGE_502 = Reply(502, b"<html><title>502 Bad Gateway</title></html>")
ROW = {"name": "Åse", "information1": "C1"}


def page(*items, more=False):
    return {"data": {"useCompany": {"address": {"pageInfo": {"hasNextPage": more}, "items": list(items)}}}}


def written(*items, affected=None, field="address_create", errors=()):
    result = {"affectedRows": len(items) if affected is None else affected, "items": list(items)}
    return {"data": {"useCompany": {field: result}}, **({"errors": list(errors)} if errors else {})}


def refusing(*errors, field="address_create"):
    return {"data": {"useCompany": {field: None}}, "errors": list(errors)}


def bad_row(index, column="countryNo", field="address_create"):
    return {"message": "no such country", "path": ["useCompany", field, index, column],
            "extensions": {"fields": [column], "status_name": "noSuchRow"}}  # fmt: skip


def read(client):
    return list(client.rows("address", ["name"], key=["addressNo"]))


def make(client, *rows, echo="information1"):
    return client.create("address", rows or [ROW], returning=["addressNo", "information1"], echo=echo)


def numbered(number):
    return [{"name": f"N{index}", "information1": f"C{index}"} for index in range(number)]


def saved(*indexes):
    return [{"addressNo": 100 + index, "information1": f"C{index}"} for index in indexes]


def change(client, *numbers, old="a", new="b"):
    changes = [Change({"_and": [{"addressNo": {"_eq": number}}, {"name": {"_eq": old}}]}, {"name": new},
                      {"addressNo": number}) for number in numbers]  # fmt: skip
    return client.update("address", changes, returning=["name"])


def kinds(outcomes):
    return [type(each) for each in outcomes]


# the token


def test_a_401_page_is_met_with_one_fresh_token(odd):
    odd.will(PAGE_401, page({"addressNo": 1, "name": "Åse"}))

    assert read(odd.client()) == [{"addressNo": 1, "name": "Åse"}]
    assert len(odd.token_requests) == 2
    assert odd.headers[1]["authorization"] == "Bearer token-2"


def test_a_write_met_with_a_401_was_not_carried_out_and_goes_again(odd):
    odd.will(PAGE_401, written({"addressNo": 1, "information1": "C1"}))

    assert kinds(make(odd.client())) == [Done]
    assert odd.bodies[0] == odd.bodies[1]


def test_a_fresh_token_that_is_refused_too_ends_it_with_advice(odd):
    odd.will(PAGE_401, PAGE_401)

    with pytest.raises(AuthenticationError, match="Connect Application Access"):
        read(odd.client())
    assert odd.operations == ["address_page"] * 2


def test_a_write_whose_answer_is_lost_after_a_401_is_unclear(odd):
    odd.will(PAGE_401, PAGE_502)

    assert kinds(make(odd.client())) == [Unclear]
    assert odd.operations == ["address_create"] * 2


# waiting and asking again


def test_a_page_429_is_waited_out_for_as_long_as_it_says(odd, pauses):
    soon = format_datetime(datetime.now(timezone.utc) + timedelta(seconds=40), usegmt=True)
    odd.will(Reply(429, b"<html>", {"Retry-After": "7"}), Reply(429, b"", {"Retry-After": soon}), page())

    assert read(odd.client()) == []
    assert 7 <= pauses[0] < 8
    assert 35 < pauses[1] < 41


def test_a_write_refused_by_429_goes_again(odd, pauses):
    odd.will(Reply(429), Reply(429), written({"addressNo": 1, "information1": "C1"}))

    assert kinds(make(odd.client())) == [Done]
    assert len(pauses) == 2


def test_waiting_without_an_end_has_an_end(odd, pauses):
    odd.will(*[Reply(429)] * 50)

    with pytest.raises(RetriableError):
        read(odd.client())
    assert sum(pauses) > 60, "long enough for the limit of a minute to pass"
    assert len(pauses) < 12


@pytest.mark.parametrize(
    "answer",
    [
        PAGE_502,
        Reply(200, b"<html>maintenance</html>"),
        Reply(200, b""),
        Reply(200, b"[]"),
        Reply(200, b"null"),
        Reply(200, b'{"data": null}'),
        Reply(200, page({"addressNo": 1, "name": "Åse"}), cut=9),
        Reply(500, {"errors": [{"message": "oops"}]}),
        Reply(200, {"errors": "oops"}),
        {"errors": [{"message": "The operation has timed out."}]},
    ],
    ids=str,
)
class TestAnAnswerThatSaysNothing:
    def test_makes_a_read_go_again(self, odd, pauses, answer):
        odd.will(answer, page({"addressNo": 1, "name": "Åse"}))

        assert read(odd.client()) == [{"addressNo": 1, "name": "Åse"}]
        assert len(pauses) == 1

    def test_leaves_a_write_unclear_and_unrepeated(self, odd, pauses, answer):
        odd.will(answer)

        assert kinds(make(odd.client())) == [Unclear]
        assert odd.operations == ["address_create"]
        assert pauses == []


def test_a_silent_server_leaves_a_write_unclear(odd):
    client = odd.client(timeout=2)
    client.columns("address")
    odd.will(Reply(200, written({"addressNo": 1, "information1": "C1"}), wait=3))

    (outcome,) = make(client)

    assert isinstance(outcome, Unclear)
    assert "no answer within 2 seconds" in str(outcome.error)
    assert odd.operations == ["address_create"]


def test_a_place_that_may_stay_taken_at_the_server_is_remembered(odd, pauses):  # noqa: ARG001
    client = odd.client(timeout=2)
    odd.will(Reply(200, page(), wait=3), page())
    assert read(client) == []
    assert len(client._transport._governor._abandoned) == 1

    unreached = odd.client(api_url="http://127.0.0.1:9/api")
    with pytest.raises(NotSent):
        read(unreached)
    assert not unreached._transport._governor._abandoned


def test_a_page_that_timed_out_is_asked_for_again_with_a_quarter_of_its_rows(odd, pauses):  # noqa: ARG001
    slow = {"errors": [{"message": "The operation has timed out."}]}
    odd.will(slow, slow, Reply(504), page({"addressNo": 1, "name": "a"}))

    assert len(read(odd.client(page_size=500))) == 1
    assert [each["variables"]["first"] for each in odd.asked] == [500, 125, 31, 7]


def test_a_page_that_fails_otherwise_keeps_its_size(odd, pauses):  # noqa: ARG001
    odd.will(PAGE_502, Reply(429), page())

    assert read(odd.client(page_size=500)) == []
    assert [each["variables"]["first"] for each in odd.asked] == [500, 500, 500]


def test_a_page_that_never_comes_is_given_up(odd, pauses):
    odd.will(*[{"errors": [{"message": "The operation has timed out."}]}] * 50)

    with pytest.raises(TimedOut):
        read(odd.client(page_size=500))
    assert [each["variables"]["first"] for each in odd.asked] == [500, 125, 31, 7, 1]
    assert len(pauses) == 4


def test_after_a_few_lost_answers_the_rest_is_not_tried(odd):
    odd.will(*[PAGE_502] * 40)

    outcomes = make(odd.client(batch_size=2), *numbered(40))

    assert kinds(outcomes) == [Unclear] * 4 + [Later] * 36, "what was never sent is certain"
    assert len(odd.operations) == 3, "a company that is down is not written to for hours"


@contextlib.contextmanager
def slamming_door():
    """A port where whoever begins to speak is cut off."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def slam():
            with contextlib.suppress(OSError):
                while True:
                    caller, _ = listening.accept()
                    caller.recv(10)
                    caller.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    caller.close()

        thread = threading.Thread(target=slam)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/api"
        listening.shutdown(socket.SHUT_RDWR)
        thread.join()


def test_a_connection_cut_while_a_write_is_sent_leaves_it_unclear(odd):
    client = odd.client()
    client.create("address", [], returning=[])
    with slamming_door() as url:
        cut = odd.client(api_url=url)
        cut._schema.__dict__["_mutations"] = client._schema._mutations
        outcomes = make(cut, *[{"name": "x" * 10_000, "information1": f"C{index}"} for index in range(50)])

    assert kinds(outcomes) == [Unclear] * 50


def test_an_address_that_is_none_is_said_at_once(odd, pauses):
    with pytest.raises(FatalError, match="api_url"):
        read(odd.client(api_url="business.visma.net/api"))
    assert pauses == []


def test_a_wrong_path_is_said_at_once(odd, pauses):
    with pytest.raises(FatalError, match="check the address"):
        read(odd.client(api_url=f"{odd.url}/graphql"))
    assert pauses == []


def test_a_redirect_is_not_followed_and_said_at_once(odd, pauses):
    odd.will(Reply(302, b"", {"Location": "https://login.example/"}))

    with pytest.raises(FatalError, match="check the address"):
        read(odd.client())
    assert pauses == []


def test_a_request_too_large_goes_again_in_parts(odd):
    odd.will(Reply(413, b"<html>"), written(*saved(0, 1)), written(*saved(2, 3)))

    assert kinds(make(odd.client(), *numbered(4))) == [Done] * 4
    assert [len(each["variables"]["values"]) for each in odd.asked[-3:]] == [4, 2, 2]


def test_one_row_too_large_fails_alone(odd):
    odd.will(Reply(413, b"<html>"))

    (outcome,) = make(odd.client())

    assert isinstance(outcome, Failed)
    assert "too large" in str(outcome.error)


# errors beside data


def test_errors_beside_data_are_errors(odd):
    odd.will({**page({"addressNo": 1, "name": None}), "errors": [{"message": "no right to name",
              "path": ["useCompany", "address", "items", 0, "name"]}],
              "extensions": {"vbnxt-trace-id": "t-42"}})  # fmt: skip

    with pytest.raises(BusinessNxtError, match=r"no right to name \[company 1234567, address_page, trace id t-42\]"):
        read(odd.client())


@pytest.mark.parametrize("table", [None, {"pageInfo": {"hasNextPage": False}, "items": None}])
def test_a_read_without_rows_or_reason_is_no_empty_table(odd, table, pauses):  # noqa: ARG001
    odd.will(*[{"data": {"useCompany": {"address": table}}}] * 9)

    with pytest.raises(Unavailable):
        read(odd.client())


def test_a_page_that_promises_more_and_brings_nothing_is_not_taken_for_the_end(odd):
    odd.will(page({"addressNo": 1, "name": "a"}, more=True), page(more=True))

    with pytest.raises(Unavailable, match="promises more rows"):
        read(odd.client())


# creating


def test_rows_written_but_not_shown_are_unclear(odd):
    odd.will(written(affected=2))

    assert kinds(make(odd.client(), *numbered(2))) == [Unclear] * 2


def test_without_an_echo_the_order_tells_only_where_all_rows_came_back(odd):
    odd.will(written(*saved(0), affected=2))

    assert kinds(make(odd.client(), *numbered(2), echo=None)) == [Unclear] * 2


def test_rows_are_told_by_their_echo_and_not_by_their_order(odd):
    odd.will(written(*saved(2, 0, 1)))

    assert [each.row["information1"] for each in make(odd.client(), *numbered(3))] == ["C0", "C1", "C2"]


def test_two_rows_with_one_echo_cannot_be_told_apart(odd):
    twin = {"name": "b", "information1": "C1"}
    odd.will(written({"addressNo": 1, "information1": "C1"}, {"addressNo": 2, "information1": "C1"}))

    assert kinds(make(odd.client(), ROW, twin)) == [Unclear] * 2


def test_of_two_rows_with_one_echo_of_which_one_came_back_none_is_done(odd):
    twin = {"name": "b", "information1": "C1"}
    odd.will(written({"addressNo": 1, "information1": "C1"}))

    assert kinds(make(odd.client(), ROW, twin)) == [Unclear] * 2


def test_a_bad_row_is_named_and_the_others_go_again_without_it(odd):
    odd.will(refusing(bad_row(1)), page(), written(*saved(0, 2)))

    outcomes = make(odd.client(), *numbered(3))

    assert kinds(outcomes) == [Done, Failed, Done]
    assert (outcomes[1].error.fields, outcomes[1].error.place.status_name) == (("countryNo",), "noSuchRow")
    assert odd.operations == ["address_create", "address_page", "address_create"], "it looks before it sends again"


def test_a_bad_row_that_no_error_names_is_found_by_halves(odd):
    nameless = refusing({"message": "something is wrong", "path": ["useCompany", "address_create"]})
    odd.will(nameless, page(), written(*saved(0, 1)), nameless, page(), nameless, page(), written(*saved(3)))

    outcomes = make(odd.client(), *numbered(4))

    assert kinds(outcomes) == [Done, Done, Failed, Done]
    assert not odd.answers


def test_nothing_goes_again_where_a_row_was_kept_after_all(odd):
    odd.will(refusing(bad_row(1)), page({"information1": "C0"}))

    outcomes = make(odd.client(), *numbered(3))

    assert kinds(outcomes) == [Unclear, Failed, Unclear]
    assert odd.operations == ["address_create", "address_page"]


def test_nothing_goes_again_where_nobody_can_look(odd):
    denied = {"message": "Error: Could not get authorize user", "path": ["useCompany", "address"]}
    odd.will(refusing(bad_row(1)), refusing(denied, field="address"))

    assert kinds(make(odd.client(), *numbered(3))) == [Unclear, Failed, Unclear]
    assert odd.operations == ["address_create", "address_page"]


def test_a_schema_that_stops_by_another_word_is_not_asked_to_stop(odd):
    odd.stop = "ABORT"
    odd.will(written(*saved(0, 2), errors=[bad_row(1)]))

    assert kinds(make(odd.client(), *numbered(3))) == [Done, Failed, Done]
    assert "onError" not in odd.asked[0]["query"]


def test_without_onerror_a_row_that_came_back_with_an_error_is_not_done(lenient):
    lenient.will(written(*saved(0, 1, 2), errors=[bad_row(1)]))

    assert kinds(make(lenient.client(), *numbered(3))) == [Done, Failed, Done]
    assert lenient.operations == ["address_create"]


def test_without_onerror_and_echo_nothing_can_be_told(lenient):
    lenient.will(written(*saved(0, 2), errors=[bad_row(1)]))

    assert kinds(make(lenient.client(), *numbered(3), echo=None)) == [Unclear, Failed, Unclear]


def test_an_error_in_showing_a_row_does_not_say_that_it_was_not_made(odd):
    unread = {"message": "cannot read", "path": ["useCompany", "address_create", "items", 0, "addressNo"]}
    odd.will(written({"addressNo": None, "information1": "C0"}, *saved(1), errors=[unread]))

    assert kinds(make(odd.client(), *numbered(2))) == [Unclear, Done]


def test_a_value_that_does_not_fit_fails_its_row_and_nothing_was_carried_out(odd):
    misfit = {"message": "Variable '$values' got invalid value 'x' at 'values[1].countryNo'; Int cannot represent 'x'",
              "locations": [{"line": 1, "column": 40}]}  # fmt: skip
    odd.will({"errors": [misfit]}, written(*saved(0, 2)))

    outcomes = make(odd.client(), *numbered(3))

    assert kinds(outcomes) == [Done, Failed, Done]
    assert outcomes[1].error.fields == ("countryNo",)


def test_an_error_without_a_path_beside_data_is_no_proof_that_nothing_was_carried_out(lenient):
    odd_one = {"message": "x", "locations": [{"line": 1, "column": 1}], "extensions": {"code": "X"}}
    lenient.will(written(*saved(0, 1), errors=[odd_one]))

    assert Failed not in kinds(make(lenient.client(), *numbered(2)))
    assert lenient.operations == ["address_create"]


def test_what_was_written_is_told_though_the_answer_also_says_no_access(lenient):
    denied = {"message": "no access to the table's log", "path": ["useCompany", "address_create"]}
    lenient.will(written(*saved(0, 1), errors=[denied]))

    assert kinds(make(lenient.client(), *numbered(2))) in ([Done, Done], [Unclear, Unclear])


def test_no_access_at_all_stops_everything(odd):
    odd.will(refusing({"message": "Error: Could not get authorize user", "path": ["useCompany", "address_create"]}))

    with pytest.raises(AccessError, match="check company_no"):
        make(odd.client(), *numbered(2))


def test_what_happened_before_everything_stopped_is_still_told(odd):
    denied = refusing({"message": "Error: Could not get authorize user", "path": ["useCompany", "address_create"]})
    odd.will(written(*saved(0, 1)), denied)

    assert kinds(make(odd.client(batch_size=2), *numbered(6))) == [Done, Done, *[Later] * 4]


def test_too_many_in_progress_beside_data_is_not_taken_for_a_refusal(odd, pauses):
    limit = {"message": "60 requests in progress", "extensions": {"code": "OUTSTANDING_LIMIT_EXCEEDED"}}
    odd.will(written(*saved(0), errors=[limit]))

    assert Failed not in kinds(make(odd.client(), *numbered(1)))
    assert (odd.operations, pauses) == (["address_create"], [])


# changing


def test_a_change_that_matched_nothing_is_refused(odd):
    odd.will(written({"addressNo": 1, "name": "b"}, field="address_update"))

    assert kinds(change(odd.client(), 1, 2)) == [Done, Refused]


@pytest.mark.parametrize("affected", [0, 1, 3])
def test_changes_whose_numbers_do_not_add_up_are_unclear(odd, affected):
    rows = [{"addressNo": 1, "name": "b"}, {"addressNo": 2, "name": "b"}]
    odd.will(written(*rows, affected=affected, field="address_update"))

    assert kinds(change(odd.client(), 1, 2)) == [Unclear] * 2


def test_a_changed_row_that_nobody_asked_for_leaves_the_missing_ones_unclear(odd):
    odd.will(written({"addressNo": 1, "name": "b"}, {"addressNo": 9, "name": "b"}, field="address_update"))

    assert kinds(change(odd.client(), 1, 2)) == [Done, Unclear]


def test_two_changes_of_one_row_of_which_one_was_refused_are_not_both_done(odd):
    odd.will(written({"addressNo": 1, "name": "b"}, field="address_update"))

    assert Done not in kinds(change(odd.client(), 1, 1))


def test_two_changes_of_one_row_that_both_came_back_are_done(odd):
    row = {"addressNo": 1, "name": "b"}
    odd.will(written(row, row, field="address_update"))

    assert kinds(change(odd.client(), 1, 1)) == [Done, Done]


def test_keys_are_compared_by_column_and_not_by_their_order(odd):
    client = odd.client()
    where = {"_and": [{"orderNo": {"_eq": 7}}, {"lineNo": {"_eq": 1}}]}
    changes = [Change(where, {"quantity": Decimal(1)}, key) for key in ({"orderNo": 7, "lineNo": 1},)]
    other = {"_and": [{"orderNo": {"_eq": 8}}, {"lineNo": {"_eq": 2}}]}
    changes.append(Change(other, {"quantity": Decimal(1)}, {"lineNo": 2, "orderNo": 8}))
    odd.will(written({"orderNo": 7, "lineNo": 1}, {"orderNo": 8, "lineNo": 2}, field="orderLine_update"))

    assert kinds(client.update("orderLine", changes, returning=[])) == [Done, Done]


def test_without_onerror_a_failed_change_shows_its_old_row_and_is_not_done(lenient):
    rows = [{"addressNo": 1, "name": "a"}, {"addressNo": 2, "name": "b"}]
    lenient.will(written(*rows, affected=1, field="address_update", errors=[bad_row(0, "name", "address_update")]))

    assert kinds(change(lenient.client(), 1, 2)) == [Failed, Done]


def test_without_onerror_and_a_named_row_no_change_is_certain(lenient):
    rows = [{"addressNo": 1, "name": "a"}, {"addressNo": 2, "name": "b"}]
    nameless = {"message": "something is wrong", "path": ["useCompany", "address_update"]}
    lenient.will(written(*rows, affected=1, field="address_update", errors=[nameless]))

    assert kinds(change(lenient.client(), 1, 2)) == [Unclear] * 2


def test_a_locked_row_is_named_as_such(odd):
    locked = {"message": "The order is locked by kari.", "path": ["useCompany", "address_update", 0]}
    odd.will(refusing(locked, field="address_update"))

    (outcome,) = change(odd.client(), 1)

    assert isinstance(outcome, Later)
    assert isinstance(outcome.error, RowLocked)


# on the wire


def test_columns_keep_their_order_their_letters_and_every_digit(odd):
    row = {"productNo": "Ærø-ÅØ", "quantity": Decimal("12345678901234.56"), "orderNo": 1}
    odd.will(written({"orderNo": 1}, field="orderLine_create"))

    odd.client().create("orderLine", [row], returning=["orderNo"])

    expected = '"values":[{"productNo":"Ærø-ÅØ","quantity":12345678901234.56,"orderNo":1}]'
    assert expected.encode() in odd.bodies[0]
    assert b"null" not in odd.bodies[0]


def test_a_request_names_its_operation_and_its_sender(odd):
    odd.will(page())

    read(odd.client(user_agent="target-businessnxt/1.0"))

    assert odd.asked[-1]["operationName"] == "address_page"
    assert odd.headers[0]["user-agent"] == "target-businessnxt/1.0"
    assert odd.headers[0]["content-type"] == "application/json"


def test_no_entry_of_netrc_takes_the_place_of_the_token(odd, tmp_path, monkeypatch):
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login eve password other\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    odd.will(page())

    read(odd.client())

    assert odd.headers[0]["authorization"] == "Bearer token-1"


def test_no_secret_and_no_token_is_shown_anywhere(odd, pauses, caplog):  # noqa: ARG001
    caplog.set_level(logging.DEBUG)
    odd.will(PAGE_502, PAGE_401, PAGE_401)
    client = odd.client()

    with pytest.raises(AuthenticationError) as error:
        read(client)

    said = f"{caplog.text} {error.value!r} {error.value} {vars(client)} {vars(client._transport)}"
    assert "trying again" in caplog.text
    assert not [each for each in (SECRET, "Hemmelig", "token-1", "token-2") if each in said]
