"""What the demo says to a person: a live line while it works, and a page at the end."""

from __future__ import annotations

import contextlib
import time
from collections import Counter
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from rich.status import Status

QUIET_SECONDS = 5  # between two lines where no terminal can show a live one
NOTES = {
    "adopted": "were there already and are linked now",
    "dormant": "are not needed there yet",
    "waiting": "wait for another record",
    "held": "wait for an answer that got lost",
}
NEXT_STEPS = """[bold]Three things to try next[/bold], after [cyan]source .venv/bin/activate[/cyan]

1. Once more; nothing is created, nothing updated:
     [cyan]make demo[/cyan]
2. Edit one phone number on both sides, and sync both ways, with [cyan]make sandbox[/cyan] in another terminal:
     [cyan]curl -X PATCH http://127.0.0.1:8701/_sandbox/records/customers/{customer} \\
          -H 'Content-Type: application/json' -d '{{"phone": "+4722334455"}}'
     curl -X PATCH http://127.0.0.1:8702/_sandbox/tables/address \\
          -H 'Content-Type: application/json' \\
          -d '{{"where": {{"information1": "{customer}"}}, "set": {{"phone": "+4755443322"}}}}'
     meltano run sync[/cyan]
3. See who won, with both values, and where that customer lives in Business NXT:
     [cyan]meltano invoke crosswalk conflicts list --all
     meltano invoke crosswalk links find {customer}[/cyan]"""

console = Console(highlight=False)


class Progress:
    """How long one step has been running, and how far it came: live on a terminal, now and then a line elsewhere."""

    def __init__(self, title: str, status: Status) -> None:
        self._title, self._status = title, status
        self._began = self._said = time.monotonic()

    @property
    def seconds(self) -> float:
        """How long it has taken so far."""
        return time.monotonic() - self._began

    def update(self, news: str) -> None:
        """Tell how far it has come."""
        line = " · ".join(filter(None, [self._title, f"{self.seconds:.0f} s", news]))
        self._status.update(line)
        if not console.is_terminal and time.monotonic() - self._said > QUIET_SECONDS:
            console.print(line, soft_wrap=True)
            self._said = time.monotonic()


@contextlib.contextmanager
def step(title: str) -> Iterator[Progress]:
    """Show a step while it runs, and tick it off when it went well."""
    with console.status(title) as status:
        progress = Progress(title, status)
        yield progress
    console.print(f"[green]✓[/green] {title} [dim]({progress.seconds:.1f} s)[/dim]")


def failed(log: Path, code: int) -> str:
    """What went wrong, in the words of the program that failed, and where all the rest stands."""
    lines = log.read_text().splitlines()
    errors = [line for line in lines if "[error" in line] or lines[-20:]
    return "\n".join([*errors, f"That ended with exit code {code}; all of it is in {log}"])


def show(figures: dict[str, Any], customer: str, kept: Path) -> None:
    """The page at the end."""
    console.print(_entities(figures["entities"]))
    for entity, counts in figures["notes"].items():
        for kind, words in NOTES.items():
            if counts.get(kind):
                console.print(f"  {counts[kind]} {entity} {words}")
    for entity, counts in figures["entities"].items():
        if (rest := 2 * counts["read"] - sum(counts.values())) > 0:
            words = "get no row of their own: they share one, or their mapping wants none"
            console.print(f"  {rest} {entity} {words}", soft_wrap=True)
    for (entity, message), count in sorted(Counter(map(_reason, figures["rejects"])).items()):
        console.print(f"  [yellow]{count} {entity} rejected[/yellow]: {message}", soft_wrap=True)
    console.print(_verdict(figures))
    console.print(f"[dim]The same for programs: {kept}[/dim]\n", soft_wrap=True)
    console.print(NEXT_STEPS.format(customer=customer), soft_wrap=True)


def _entities(entities: dict[str, dict[str, int]]) -> Table:
    table = Table("entity", title="Webshop → Business NXT", title_justify="left")
    for count in next(iter(entities.values()), {}):
        table.add_column(count, justify="right")
    for name, counts in entities.items():
        table.add_row(name, *map(str, counts.values()))
    return table


def _reason(reject: dict[str, Any]) -> tuple[str, str]:
    return reject["entity"], reject["message"]


def _verdict(figures: dict[str, Any]) -> str:
    changed = sum(entity["created"] + entity["updated"] for entity in figures["entities"].values())
    if not changed and not figures["write_requests"]:
        return "Nothing was created, nothing updated: both sides agree already."
    return f"{figures['write_requests']} write requests in {figures['seconds']} seconds."
