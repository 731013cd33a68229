"""What is refused: kept with its reason, in nobody's way, and gone as soon as it is right."""

from __future__ import annotations


def names(scene):
    return sorted(each["information1"] for each in scene.rows("address"))


def test_one_bad_record_among_many_is_kept_and_the_state_goes_on(scene):
    people = [f"C{number:03d}" for number in range(100)]
    for each in people:
        scene.customer(each, group="Ukjent" if each == "C042" else "Privat")

    run = scene.there()

    assert names(scene) == [each for each in people if each != "C042"]
    assert [each["source_id"] for each in scene.rejects()] == ["C042"]
    assert run.state["bookmarks"]["customers"]["replication_key_value"]
    assert "C042" in scene.type("check", code=1)
    assert scene.quiet()


def test_what_is_corrected_at_its_source_is_taken_in_by_the_next_run(scene):
    scene.customer("C1", group="Ukjent")
    scene.sync()
    assert scene.rejects("mapping")

    scene.in_shop("customers", "C1", group="Privat")
    scene.settle()

    assert names(scene) == ["C1"]
    assert scene.rejects() == []
    scene.type("check")
    assert scene.quiet()


def test_what_a_corrected_mapping_takes_is_written_though_no_tap_tells_of_it_again(scene):
    scene.customer("C1", language="xx-unknown", group="Ukjent")
    scene.there()
    scene.remap("customers.yml", ("{webshop: group, businessnxt: group1, type: Int, via: customer_group}",
                                  "{webshop: group, businessnxt: information6, type: String(20)}"))  # fmt: skip
    scene.type("rejects", "retry")

    scene.write("there", "")

    assert scene.row("address")["information6"] == "Ukjent"
    assert scene.rejects() == []
    scene.settle()
    assert scene.quiet()


def test_a_refused_version_is_not_written_over_a_newer_one_that_was_taken(scene):
    scene.customer("C1", phone="10", group="Ukjent")
    old = scene.read("there")
    scene.write("there", old)
    scene.in_shop("customers", "C1", phone="20", group="Privat")
    scene.there()

    scene.type("rejects", "retry")
    scene.write("there", old)
    scene.settle()

    assert scene.row("address")["phone"] == "20"
    assert scene.rejects() == []
    assert scene.quiet()


def test_what_the_tap_cannot_read_is_on_record_and_written_as_soon_as_it_can(scene, monkeypatch):
    def telling(words):
        usual = scene._shop()
        streams = {"customers": {"enums": {"language": {"nb": "nb", **words}}}}
        monkeypatch.setattr(scene, "_shop", lambda: {**usual, "streams": streams})

    scene.customer("C1", language="nb")
    scene.customer("C2", language="klingon")
    scene.customer("C3", language="nb")
    telling({})
    scene.there()
    scene.there()

    assert names(scene) == ["C1", "C3"]
    assert [each["source_id"] for each in scene.rejects("unreadable")] == ["C2"]
    assert "'language' is 'klingon', which is none of nb" in scene.type("check", code=1)

    telling({"klingon": "en"})
    scene.there()

    assert names(scene) == ["C1", "C2", "C3"]
    assert scene.rejects() == []
    scene.type("check")


def test_an_order_of_the_company_that_waits_says_that_its_customer_is_not_in_the_shop_yet(scene):
    customer = scene.add_in_company("associate", name="Firma", customerNo=777)
    scene.add_in_company("order", customerNo=customer["customerNo"], transactionType=1, orderType=1, orderDate=20261120,
                         currencyNo=47)  # fmt: skip

    scene.back()
    [reject] = scene.rejects("mapping")
    assert "currency has no word of the webshop for '47'" in reject["message"], "no run has read the currencies yet"
    with scene.store() as store:
        store.keep_lookup("currency", {"NOK": 47})
    scene.back()

    [reject] = scene.rejects("waiting")
    assert "customer_accounts '777' is not linked to the webshop yet" in reject["message"]


def test_what_the_shop_will_not_have_is_named_by_the_column_to_correct_and_asked_once(scene):
    scene.add_in_company("associate", name="Firma", customerNo=777, companyNo="12", emailAddress="f@example.test")
    scene.add_in_company("product", productNo="ULL-9", description="Lue", processingMethod7=1)

    scene.back()
    account, product = sorted(scene.rejects(), key=lambda each: each["entity"])
    before = scene.neighbours.tell_shop("GET", "stats")["requests"]
    scene.back(full=True)

    assert "HTTP 422" in account["message"]
    assert f"In Business NXT this is companyNo of associate {account['source_id']}." in account["message"]
    assert product["message"].startswith("taxAndAccountingGroup of product ULL-9 is empty")
    assert scene.neighbours.tell_shop("GET", "stats")["requests"] == before
    assert len(scene.rejects()) == 2
