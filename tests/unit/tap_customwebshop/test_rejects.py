"""One record that cannot be read stops nobody: it is named, read again, and never forgotten."""

from __future__ import annotations

import pytest

WORDS = {"payment_status": {"paid": "paid", "open": "unpaid"}}
FURTHER = {"payment_status": {**WORDS["payment_status"], "strange": "voided"}}


def row(at, payment="paid", **more):
    stamp = f"2026-01-0{at}T00:00:00.000000Z"
    return {"id": f"o{at}", "updated_at": stamp, "payment_status": payment, **more}


@pytest.fixture
def stock(shop, keyset):
    """What the shop holds: of three orders the second says a word that nobody told of."""
    rows = [row(1), row(2, "strange"), row(3)]
    shop.on("/orders", keyset(rows))
    return rows


@pytest.fixture
def going_on(tap, only, stock, tmp_path):  # noqa: ARG001 - there must be something to read
    """A run that goes on from the run before; what fails is told by its code."""
    last = {}

    def run(enums=WORDS, *, state=None, **settings):
        streams = only(orders={"enums": enums, **settings.pop("orders", {})})
        config = {"streams": streams, "lookback_seconds": 0, "key_file": str(tmp_path / "keys.db"), **settings}
        done = tap(state=state or last.get("state"), **config)
        last["state"] = done.state if done.of("STATE") else last.get("state")
        return done

    return run


def ids(run):
    return [each["id"] for each in run.records("orders")]


def rejects(run):
    return {each["id"]: "resolved" if each["resolved_at"] else each["property"] for each in run.records("rejects")}


def test_the_others_arrive_and_the_record_is_named_with_reason_and_remedy(going_on):
    run = going_on()

    assert run.code == 0, run.log
    assert ids(run) == ["o1", "o3"]
    [told] = run.records("rejects")
    assert (told["stream"], told["id"]) == ("orders", "o2")
    assert told["property"] == "payment_status"
    assert "'strange', which is none of open, paid" in told["reason"]
    assert told["remedy"] == "Look at map, types, enums and schema of streams.orders."


def test_a_value_of_another_kind_than_the_schema_says_is_put_aside_by_its_place_and_without_itself(going_on, stock):
    stock[1] = row(2, lines=[{"id": 1, "title": ["Kari"]}])
    run = going_on()

    assert ids(run) == ["o1", "o3"]
    [told] = run.records("rejects")
    assert told["property"] == "lines[].title"
    assert told["reason"] == "is a list, and must be string or null by the schema"
    assert "Kari" not in run.log


@pytest.mark.parametrize(
    ("values", "converter"),
    [
        ({"number": 7}, "number: text"),
        ({"placed_at": "31.01.2026"}, "placed_at: {time: {format: …}}"),
        ({"total_incl_tax": "1 099,90"}, "total_incl_tax: {decimal: {decimal_mark: …, group_mark: …}}"),
        ({"lines": [{"quantity": "2 stk"}]}, "lines[].quantity: {decimal: {decimal_mark: …, group_mark: …}}"),
        ({"lines": [{"price_includes_tax": "ja"}]}, "lines[].price_includes_tax: boolean"),
    ],
)
def test_the_converter_that_would_take_the_value_is_named(going_on, stock, values, converter):
    stock[1] = row(2, **values)

    [told] = going_on().records("rejects")
    assert f"`types: {{{converter}}}`" in told["reason"]


def test_a_word_that_the_contract_does_not_know_is_put_aside_where_no_enum_translates_it(going_on, stock):
    stock[1] = row(2, status="NY")

    [told] = going_on().records("rejects")
    assert told["property"] == "status"
    assert "one of ['open', 'completed', 'cancelled', None]" in told["reason"]
    assert "`enums: {status: …}`" in told["reason"]


def test_a_flag_that_a_database_wrote_as_0_or_1_is_one(going_on, stock):
    stock[1] = row(2, "paid", lines=[{"price_includes_tax": 1}])
    run = going_on()

    assert run.records("orders")[1]["lines"] == [{"price_includes_tax": True}]


def test_what_is_not_selected_may_be_what_it_likes(tap, only, stock):
    stock[1] = row(2, number=7)
    schema = {"type": "object", "properties": {name: {"type": "string"} for name in ("id", "updated_at", "number")}}
    unwanted = {"breadcrumb": ["properties", "number"], "metadata": {"selected": False}}
    entry = {"tap_stream_id": "orders", "stream": "orders", "schema": schema}
    catalog = {"streams": [{**entry, "metadata": [{"breadcrumb": [], "metadata": {"selected": True}}, unwanted]}]}

    assert ids(tap(streams=only("orders"), catalog=catalog)) == ["o1", "o2", "o3"]


def test_what_a_stream_of_its_own_must_have_is_asked_for_by_its_own_schema(going_on, stock):  # noqa: ARG001 - is read
    schema = {"type": "object", "required": ["note"], "properties": {"id": {}, "updated_at": {}, "note": {}}}
    run = going_on({}, orders={"schema": schema})

    assert rejects(run) == dict.fromkeys(("o1", "o2", "o3"), "record")
    assert "must contain ['note'] properties" in run.records("rejects")[0]["reason"]


def test_a_word_that_may_name_a_person_is_not_shown(going_on, stock):
    stock[1] = row(2, note="Ring Kari på 99 99 99 99")
    run = going_on({"note": {"ja": "ja"}})

    [told] = run.records("rejects")
    assert told["reason"] == "cannot be read; what it holds is personal, and not shown"
    assert "Kari" not in run.log


def test_it_is_asked_for_again_in_each_run_and_what_was_told_before_is_not_told_again(going_on, stock):
    first = going_on()
    stock.append(row(4))
    second = going_on()

    assert ids(second) == ["o3", "o4"]  # o3 stands at the bookmark
    assert rejects(second) == {"o2": "payment_status"}
    assert second.records("rejects")[0]["first_at"] == first.records("rejects")[0]["first_at"]


def test_it_arrives_as_soon_as_the_settings_know_the_word(going_on):
    going_on()
    going_on()
    third, fourth = going_on(FURTHER), going_on(FURTHER)

    assert ids(third) == ["o2", "o3"]
    assert rejects(third) == {"o2": "resolved"}
    assert (ids(fourth), rejects(fourth)) == (["o3"], {})


def test_it_arrives_as_soon_as_the_shop_says_another_word(going_on, stock):
    going_on()
    stock[1] = {**row(2), "updated_at": "2026-01-05T00:00:00.000000Z"}
    second = going_on()

    assert "o2" in ids(second)
    assert rejects(second) == {"o2": "resolved"}


def test_one_that_the_shop_no_longer_lists_is_told_as_resolved(going_on, stock):
    going_on()
    del stock[1]

    assert rejects(going_on()) == {"o2": "resolved"}
    assert rejects(going_on()) == {}


def test_the_bookmark_is_not_held_up(going_on):
    assert going_on().state["bookmarks"]["orders"]["replication_key_value"].startswith("2026-01-03")


def test_too_many_stop_the_run_and_what_came_before_is_read_on_from(going_on, stock):
    stock.extend([row(4, "odd"), row(5, "odder")])
    stopped = going_on(max_rejects=2)

    assert stopped.code == 1
    assert (
        "3 records cannot be read, and max_rejects allows 2. The last is o5: 'payment_status' is 'odder'" in stopped.log
    )
    assert rejects(going_on(max_rejects=3)) == dict.fromkeys(("o2", "o4", "o5"), "payment_status")


def test_a_share_of_what_was_read_may_be_put_aside_and_more_stops_the_run(going_on, stock):
    stock[:] = [row(1, "odd" if at % 10 == 0 else "paid", id=f"o{at:04}") for at in range(500)]
    stopped, read = going_on(max_rejects="9%", state={}), going_on(max_rejects="10.5%", state={})

    assert "21 of 201 records cannot be read, and max_rejects allows 9%, or 20. The last is o0200" in stopped.log
    assert (len(read.records("orders")), len(read.records("rejects"))) == (450, 50)
    assert going_on(max_rejects="1%").code == 0  # those that were put aside before count no more


def test_a_few_of_a_few_stop_nothing_where_a_share_is_told(going_on):
    assert going_on(max_rejects=" 1 %").code == 0


@pytest.mark.parametrize("told", ["many", "-1", "5%%", "1.5"])
def test_a_threshold_that_is_none_is_said_before_anything_is_read(tap, shop, told):
    assert f"max_rejects: {told!r} is neither a number such as 20 nor a share such as 5%" in tap(max_rejects=told).log
    assert shop.asked == []


@pytest.mark.parametrize("none", [0, "0", "0%", None])
def test_where_none_may_be_put_aside_there_is_no_stream_for_them(going_on, none):
    assert not going_on(max_rejects=none).of("SCHEMA", "rejects")


def test_where_none_may_be_put_aside_the_first_one_stops_the_run(going_on):
    run = going_on(max_rejects=0)

    assert run.code == 1
    assert "record o2: 'payment_status' is 'strange'" in run.log
    assert not run.of("SCHEMA", "rejects")


def test_where_nobody_takes_the_stream_the_first_one_stops_the_run(tap, only, stock):  # noqa: ARG001 - it is read
    streams = only(orders={"enums": WORDS})
    catalog = {
        "streams": [
            {
                "tap_stream_id": name,
                "stream": name,
                "schema": {"type": "object", "properties": {"id": {"type": "string"}}},
                "metadata": [{"breadcrumb": [], "metadata": {"selected": name == "orders"}}],
            }
            for name in ("orders", "rejects")
        ]
    }
    run = tap(streams=streams, catalog=catalog)

    assert run.code == 1
    assert "record o2" in run.log


@pytest.mark.parametrize("every_h", [0, 24])
def test_a_sweep_takes_it_for_neither_gone_nor_told(going_on, stock, every_h):
    sweep = {"orders": {"sweep": {"every_h": every_h}}}
    stock[1] = row(2)
    going_on(**sweep)
    stock[1] = {**row(2, "strange"), "updated_at": "2026-01-04T00:00:00.000000Z"}
    second, third = going_on(**sweep), going_on(**sweep)
    healed = going_on(FURTHER, **sweep)

    assert "o2" not in ids(second) + ids(third)
    assert rejects(second) == rejects(third) == {"o2": "payment_status"}
    assert [each["payment_status"] for each in healed.records("orders") if each["id"] == "o2"] == ["voided"]


def test_one_that_is_looked_at_again_because_it_is_not_final_is_put_aside_as_well(going_on, shop, stock):
    open_ones = {"orders": {"revisit": {"when": "payment_status == 'unpaid'", "path": "/orders/{id}"}}}
    stock[1] = row(2, "open")
    going_on(**open_ones)
    stock[1]["payment_status"] = "strange"  # the stamp stays: no listing tells of it
    shop.on("/orders/o2", lambda _: stock[1])
    second = going_on(**open_ones)

    assert rejects(second) == {"o2": "payment_status"}
    stock[1]["payment_status"] = "paid"
    assert [each["payment_status"] for each in going_on(**open_ones).records("orders") if each["id"] == "o2"] == [
        "paid"
    ]


def test_a_run_that_is_cut_off_before_it_could_tell_leaves_it_to_the_next(going_on, stock):
    cut = going_on()
    kept = cut.state["bookmarks"]["orders"]["rejects"]["o2"]
    stock[1] = row(2)
    before = next(each["value"] for each in cut.of("STATE") if "rejects" in each["value"]["bookmarks"]["orders"])

    assert kept["property"] == "payment_status"
    assert rejects(going_on(state=before)) == {"o2": "resolved"}


def test_a_stream_of_that_name_is_refused_by_the_settings(tap, only):
    mine = {"request": {"path": "/x"}, "key": ["id"], "schema": {"type": "object", "properties": {"id": {}}}}
    run = tap(streams=only(rejects=mine))

    assert "streams.rejects: the tap has a stream of that name; choose another" in run.log


def test_an_order_whose_lines_are_not_there_is_put_aside_and_arrives_with_them_when_they_are(going_on, stock, shop):
    stock[1] = row(2, lines="/l2")
    orders = {"expand": [{"at": "lines"}]}
    first = going_on(orders=orders)
    assert (ids(first), rejects(first)) == (["o1", "o3"], {"o2": "lines"})

    shop.on("/l2", [{"id": "7", "sku": "LUE"}])
    again = going_on(orders=orders)

    assert rejects(again) == {"o2": "resolved"}
    lines = {each["id"]: each.get("lines") for each in again.records("orders")}
    assert lines["o2"] == [{"id": "7", "sku": "LUE"}]
