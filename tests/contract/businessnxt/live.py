"""Runs the contract suite against a real company: asks first, then prints which facts hold there and which do not.

Needs BUSINESSNXT_CLIENT_ID, BUSINESSNXT_CLIENT_SECRET and BUSINESSNXT_COMPANY_NO in the environment, as in `.env`.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
import requests
import yaml

HERE = Path(__file__).parent
FACTS = HERE.parents[2] / "docs" / "facts.yml"
NEEDED = ["BUSINESSNXT_CLIENT_ID", "BUSINESSNXT_CLIENT_SECRET", "BUSINESSNXT_COMPANY_NO"]
DEFAULTS = {
    "BUSINESSNXT_TOKEN_URL": "https://connect.visma.com/connect/token",
    "BUSINESSNXT_API_URL": "https://business.visma.net/api/graphql-service",
}
QUESTION = """\
Company {number}: {name}.
Reading tests only, or also tests that make a few rows whose names begin with CONTRACT TEST, and remove them again?
Type `read`, `write`, or anything else to stop: """


class Ledger:
    """Notes what each test says of the facts it names."""

    def __init__(self) -> None:
        self.facts: dict[str, list[str]] = {}
        self.outcomes: dict[str, set[str]] = {}

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        for item in session.items:
            self.facts[item.nodeid] = [mark.args[0] for mark in item.iter_markers("fact")]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call" or report.outcome != "passed":
            for fact in self.facts[report.nodeid]:
                self.outcomes.setdefault(fact, set()).add(report.outcome)

    def named(self, outcome: str) -> list[str]:
        """The facts with this outcome; one that failed once has failed, one that was only skipped is not known."""
        verdicts = {
            fact: next(each for each in ("failed", "passed", "skipped") if each in seen)
            for fact, seen in self.outcomes.items()
        }
        return sorted(fact for fact, verdict in verdicts.items() if verdict == outcome)


def main() -> int:
    missing = [name for name in NEEDED if not os.environ.get(name)]
    if missing:
        print(f"missing in the environment: {', '.join(missing)} (see .env.example)", file=sys.stderr)
        return 2
    os.environ.update({name: os.environ.get(name) or value for name, value in DEFAULTS.items()})
    answer = input(QUESTION.format(number=os.environ["BUSINESSNXT_COMPANY_NO"], name=company_name()))
    if answer.strip() not in ("read", "write"):
        print("Nothing was done.")
        return 1
    os.environ["CONTRACT_LIVE"] = answer.strip()
    ledger = Ledger()
    status = pytest.main([str(HERE), "-q", "--no-header", "-p", "no:cacheprovider", "-r", "fE"], plugins=[ledger])
    print("\n".join(verdict(ledger)))
    return int(status)


def verdict(ledger: Ledger) -> list[str]:
    """What is known now: assumptions first, and of what does not hold, what breaks."""
    areas = yaml.safe_load(FACTS.read_text("utf-8"))["areas"]
    known = {name: fact for area in areas.values() for name, fact in area["facts"].items()}
    lines = []
    for title, outcome in [("hold", "passed"), ("do NOT hold", "failed"), ("were not looked at", "skipped")]:
        names = ledger.named(outcome)
        assumed = [name for name in names if known[name]["confidence"] == "assumed"]
        rest = [name for name in names if name not in assumed]
        lines += ["", f"{len(assumed)} assumptions {title}{': ' + ', '.join(assumed) if assumed else ''}"]
        lines += [f"{len(rest)} other facts {title}{': ' + ', '.join(rest) if rest else ''}"]
        if outcome == "failed":
            lines += [f"  {name}: {known[name]['is']} {known[name].get('if_wrong', '')}".rstrip() for name in names]
    return lines


def company_name() -> str:
    """What the company calls itself, read with the credentials."""
    token = requests.post(
        os.environ["BUSINESSNXT_TOKEN_URL"],
        data={"grant_type": "client_credentials", "scope": "business-graphql-service-api:access-group-based"},
        auth=(os.environ["BUSINESSNXT_CLIENT_ID"], os.environ["BUSINESSNXT_CLIENT_SECRET"]),
        timeout=30,
    )
    token.raise_for_status()
    answer = requests.post(
        os.environ["BUSINESSNXT_API_URL"],
        json={"query": "{ availableCompanies { items { name vismaNetCompanyId } } }"},
        headers={"Authorization": f"Bearer {token.json()['access_token']}"},
        timeout=60,
    )
    answer.raise_for_status()
    companies = answer.json()["data"]["availableCompanies"]["items"]
    names = {str(each["vismaNetCompanyId"]): each["name"] for each in companies}
    return names.get(os.environ["BUSINESSNXT_COMPANY_NO"], "none that these credentials reach")


if __name__ == "__main__":
    sys.exit(main())
