"""Whoever reads rows can know since when they are known."""

from __future__ import annotations


def test_a_reader_hears_of_each_page_before_it_is_asked_for(company):
    client, told = company.client(page_size=2), []
    client.create("address", [{"name": f"Kunde {number}"} for number in range(5)], returning=["addressNo"])

    def asking() -> None:
        told.append("asked")

    told.extend(row["name"] for row in client.rows("address", ["name"], key=["addressNo"], asking=asking))

    assert told == ["asked", "Kunde 0", "Kunde 1", "asked", "Kunde 2", "Kunde 3", "asked", "Kunde 4"]
