"""A tap that is not ours: `tap-jsonl` from PyPI, with records of its own shape, needs mapping files and no more."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests
from pinned import environment
from programs import PROGRAMS, serving_company

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def tap() -> Path:
    """The foreign tap in a virtual environment of its own."""
    return environment(HERE, "foreign-tap.txt") / "tap-jsonl"


@dataclass(frozen=True)
class Company:
    """The imitation of a company, and how a test looks into it."""

    info: dict

    def row(self, table: str, reference: str) -> dict:
        rows = requests.get(f"{self.info['control_url']}/tables/{table}", timeout=30).json()
        (found,) = [each for each in rows if each["information1"] == reference]
        return found

    def stats(self) -> dict:
        return requests.get(f"{self.info['control_url']}/stats", timeout=30).json()

    def forget_stats(self) -> None:
        requests.post(f"{self.info['control_url']}/stats/reset", timeout=30).raise_for_status()


@pytest.fixture(scope="module")
def company(tmp_path_factory):
    with serving_company(tmp_path_factory.mktemp("company"), seed="empty") as info:
        yield Company(info)


@dataclass(frozen=True)
class Pipe:
    """`tap-jsonl | target-businessnxt`, with the same link store every time."""

    tap: Path
    company: Company
    folder: Path

    def run(self, stream: str, key: str) -> list[dict]:
        """Carry one file over; gives the STATE that came out."""
        settings = {"path": str(HERE / "data" / f"{stream}.jsonl"), "stream_name": stream, "primary_keys": [key]}
        with subprocess.Popen(
            [self.tap, "--config", self._config("tap", settings)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        ) as tap:
            target = subprocess.run(
                [PROGRAMS / "target-businessnxt", "--config", self._config("target", self._target())],
                stdin=tap.stdout,
                capture_output=True,
                text=True,
                check=False,
            )
        assert (tap.returncode, target.returncode) == (0, 0), target.stderr
        return [json.loads(each) for each in target.stdout.splitlines()]

    def _target(self) -> dict:
        names = ("api_url", "token_url", "client_id", "client_secret", "company_no")
        known = {name: self.company.info[name] for name in names}
        return {**known, "mapping": str(HERE / "mapping"), "link_store": f"sqlite:///{self.folder}/links.db"}

    def _config(self, name: str, settings: dict) -> Path:
        place = self.folder / f"{name}.json"
        place.write_text(json.dumps(settings))
        return place


@pytest.fixture(scope="module")
def pipe(tap, company, tmp_path_factory):
    """Both files carried over once."""
    once = Pipe(tap, company, tmp_path_factory.mktemp("foreign"))
    once.run("subscribers", "uid")
    once.run("articles", "code")
    return once


PLACES = ("addressLine1", "postCode", "postalArea", "countryNo")
SUBSCRIBERS = {
    "7001": ("Åse Ødegård", "ase.odegard@example.test", ("Åsgårdsvegen 7", "7374", "Røros", 47)),
    "7002": ("Njål Sæther", "njal@example.test", ("Blåbærstien 3", "0473", "Oslo", 47)),
    "7003": ("Sørine Kjærgaard", "", ("Ærøgade 12", "8000", "Aarhus C", 45)),
}
ARTICLE = ("productNo", "description", "netWeight", "taxAndAccountingGroup", "information2")
ARTICLES = [("BLAD-01", "Årgang 2026, innbundet", 1.275, 1, "bok"), ("BLAD-02", "Enkeltnummer «Vår»", 0.19, 4, "")]


@pytest.mark.usefixtures("pipe")
@pytest.mark.parametrize("uid", SUBSCRIBERS)
def test_a_subscriber_is_an_address(company, uid):
    name, mail, place = SUBSCRIBERS[uid]
    address = company.row("address", uid)

    assert (address["name"], address["emailAddress"].lower()) == (name, mail)
    assert tuple(address[each] for each in PLACES) == place


@pytest.mark.usefixtures("pipe")
@pytest.mark.parametrize("article", ARTICLES, ids=lambda article: article[0])
def test_an_article_is_a_product(company, article):
    product = company.row("product", article[0])

    assert tuple(product[each] for each in ARTICLE) == article


def test_a_second_run_reads_everything_again_and_asks_the_company_nothing(pipe, company):
    company.forget_stats()

    states = [*pipe.run("subscribers", "uid"), *pipe.run("articles", "code")]

    assert company.stats()["requests"] == 0
    assert {name for each in states for name in each.get("bookmarks", {})} == {"subscribers", "articles"}
