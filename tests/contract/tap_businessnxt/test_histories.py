"""Whatever happens in a company, and wherever runs are cut off: in the end a target holds what the company holds."""

from __future__ import annotations

import random

import pytest

TABLES = {"addresses": "address", "products": "product", "orders": "order"}
KEYS = {"addresses": "addressNo", "products": "productNo", "orders": "orderNo"}


class Target:
    """Keeps the last record of each key, forgets what is gone, and remembers the last STATE it was given."""

    def __init__(self) -> None:
        self.held = {stream: {} for stream in TABLES}
        self.state = None

    def take(self, messages) -> None:
        for message in messages:
            if message["type"] == "STATE":
                self.state = message["value"]
            if message["type"] == "RECORD":
                record, held = message["record"], self.held[message["stream"]]
                key = record[KEYS[message["stream"]]]
                if record["_sdc_deleted_at"]:
                    held.pop(key, None)
                else:
                    held[key] = record


class People:
    """Do at random what people do."""

    def __init__(self, company, chance: random.Random) -> None:
        self.company, self.chance = company, chance
        self.count = 0

    def act(self) -> None:
        deed = self.chance.choice(
            [
                self.rename,
                self.rename,
                self.add,
                self.delete,
                self.order,
                self.change_line,
                self.drop_line,
                self.drop_order,
            ]
        )
        deed()

    def rename(self) -> None:
        stream = self.chance.choice(["addresses", "products"])
        row = self.chance.choice(self.company.rows(TABLES[stream]))
        column = "name" if stream == "addresses" else "description"
        self.company.edit(TABLES[stream], {KEYS[stream]: row[KEYS[stream]]}, **{column: self.word()})

    def add(self) -> None:
        self.company.add("address", {"name": self.word()})

    def delete(self) -> None:
        self.company.delete("address", addressNo=self.chance.choice(self.company.rows("address"))["addressNo"])

    def order(self) -> None:
        products = [row["productNo"] for row in self.company.rows("product")]
        self.company.order(*self.chance.sample(products, self.chance.randint(1, 4)))

    def change_line(self) -> None:
        if line := self.some_line():
            self.company.edit("orderLine", line, description=self.word())

    def drop_line(self) -> None:
        if line := self.some_line():
            self.company.delete("orderLine", **line)

    def drop_order(self) -> None:
        if line := self.some_line():
            self.company.delete("order", orderNo=line["orderNo"])

    def some_line(self) -> dict | None:
        lines = self.company.rows("orderLine")
        line = self.chance.choice(lines) if lines else {}
        return {name: line[name] for name in ("orderNo", "lineNo")} if line else None

    def word(self) -> str:
        self.count += 1
        return f"Navn {self.count}"


def in_the_company(company) -> dict:
    held = {stream: {row[KEYS[stream]]: row for row in company.rows(table)} for stream, table in TABLES.items()}
    for number, order in held["orders"].items():
        order["orderLines"] = [row for row in company.rows("orderLine") if row["orderNo"] == number]
    return held


def raw(record, row):
    """A record without what the tap adds to the columns."""
    plain = {name: record[name] for name in row}
    if "orderLines" in row:
        plain["orderLines"] = [raw(*pair) for pair in zip(record["orderLines"], row["orderLines"], strict=True)]
    return plain


@pytest.mark.parametrize("seed", range(12))
def test_in_the_end_a_target_holds_what_the_company_holds(company, tap, seed):
    chance = random.Random(seed)
    people, target = People(company, chance), Target()
    for _ in range(chance.randint(3, 6)):
        for _ in range(chance.randint(0, 8)):
            people.act()
        tap.state = target.state
        tap.let_time_pass(hours=chance.choice([0, 0, 1, 5, -1]))  # clocks are set back, too
        run = tap.run(*TABLES, page_size=chance.choice([9, 50]), sweep_hours=0)
        assert run.code == 0, run.log
        target.take(run.messages[: chance.randint(0, len(run.messages))])  # the target dies there, or does not
    tap.state = target.state
    target.take(tap.run(*TABLES, sweep_hours=0).messages)
    expected = in_the_company(company)

    assert {stream: set(held) for stream, held in target.held.items()} == {
        stream: set(held) for stream, held in expected.items()
    }
    for stream, rows in expected.items():
        assert {key: raw(record, rows[key]) for key, record in target.held[stream].items()} == rows


def test_after_two_quiet_hours_nothing_is_read_again(company, tap):
    product = company.rows("product")[0]["productNo"]
    company.order(product)
    tap.run()
    tap.let_time_pass(hours=3)
    tap.run()
    company.ask("POST", "stats/reset")
    quiet = tap.run()
    asked = company.requests()
    number = company.add("address", {"name": "Ny"})[0]["addressNo"]

    assert quiet.of("RECORD") == []
    assert asked == 1 + 8 + 8  # the tables, the columns of each, the newest stamp in each
    assert tap.run().told("addresses") == [number]
