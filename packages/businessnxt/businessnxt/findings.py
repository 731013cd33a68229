"""What the doctor is asked to look at, what it found, and how that is told to people and to programs."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

from businessnxt.errors import AccessError, AuthenticationError, BusinessNxtError, FatalError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

T = TypeVar("T")

DEVELOPER, ADMINISTRATOR, CONSULTANT, INTEGRATOR, MAINTAINER = (
    "integrator, in Visma Developer Portal",
    "administrator, in Business NXT",
    "consultant, in the mapping files",
    "integrator, in meltano.yml",
    "whoever maintains this plugin",
)
"""Who can put something right, and where."""

OK, WARN, FAIL, SKIPPED = "ok", "warn", "fail", "skipped"
_ORDER = (FAIL, WARN, SKIPPED, OK)


@dataclass(frozen=True)
class Need:
    """What a plugin needs of a table.

    Attributes:
        table: The table.
        key: The columns of its key.
        columns: Columns that are read, each with the longest text that will be written (None: not a text).
        kinds: What is written to columns, or read from them: `text`, `whole`, `decimal`.
        written: Those of the columns that are written, too.
        ways: The mutations that are used: `create`, `update`, `delete`.
        ranges: Number ranges from which new rows are numbered, by column.
        numbers: Rows that must be there, by key column: the numbers that are referred to.
        hopes: Columns without which the plugin works less well, each with what is lost.
        purpose: What it is needed for, where that is not plain.
        documents: Gives every GraphQL document that is sent because of it; called only where all of it is there.
    """

    table: str
    key: Sequence[str] = ()
    columns: Mapping[str, int | None] = field(default_factory=dict)
    kinds: Mapping[str, str] = field(default_factory=dict)
    written: frozenset[str] = frozenset()
    ways: tuple[str, ...] = ()
    ranges: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    numbers: Mapping[str, Sequence[int]] = field(default_factory=dict)
    hopes: Mapping[str, str] = field(default_factory=dict)
    purpose: str = ""
    documents: Callable[[], Iterable[str]] = tuple


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        check: What was looked at.
        status: `ok`, `warn`, `fail`, or `skipped` where it could not be told.
        seen: What was seen.
        remedy: What to do, where something is to be done.
        who: Who can do it.
    """

    check: str
    status: str
    seen: str
    remedy: str = ""
    who: str = ""


def attempt(check: str, look: Callable[[], T]) -> T | Finding:
    """What a look brings, or the finding that it failed."""
    try:
        return look()
    except AuthenticationError as error:
        return Finding(check, FAIL, str(error), "check client id, secret and scope", DEVELOPER)
    except AccessError as error:
        return Finding(check, FAIL, str(error), "give the service's user access", ADMINISTRATOR)
    except FatalError as error:
        return Finding(check, FAIL, str(error), "check api_url and the settings", INTEGRATOR)
    except BusinessNxtError as error:
        return Finding(check, FAIL, str(error), "try again; look at the network and at Visma's status page")


def as_json(found: Iterable[Finding]) -> str:
    """The findings as a JSON list, what fails first."""
    return json.dumps([asdict(each) for each in _sorted(found)], indent=2, ensure_ascii=False)


def as_text(found: Sequence[Finding]) -> str:
    """A line for each finding, what fails first, with what to do below it; the last line counts them."""
    width = max(len(each.check) for each in found)
    lines = []
    for each in _sorted(found):
        lines.append(f"{each.status:<7} {each.check:<{width}}  {each.seen}")
        if each.remedy:
            lines.append(f"{'':<7} {'':<{width}}  -> {each.remedy}{f' ({each.who})' if each.who else ''}")
    counts = [f"{sum(each.status == status for each in found)} {status}" for status in _ORDER]
    return "\n".join([*lines, "", ", ".join(counts)])


def settings_of(files: Iterable[str]) -> dict[str, Any]:
    """What settings files say; the last one counts, and `ENV` names none."""
    read = [json.loads(Path(each).read_text("utf-8")) for each in files if each != "ENV"]
    return {name: value for settings in read for name, value in settings.items()}


def tell(look: Callable[[], Sequence[Finding]], *, in_json: bool, unusable: tuple[type[Exception], ...]) -> NoReturn:
    """Look, say what was found, and end the program.

    Args:
        look: Gives the findings.
        in_json: Whether programs are told, and not people.
        unusable: What is raised where the settings cannot be used, beside `OSError` and `ValueError`.
    """
    expected: tuple[type[Exception], ...] = (OSError, ValueError, *unusable)
    try:
        found = look()
    except expected as error:
        sys.stderr.write("; ".join([str(error), *getattr(error, "errors", ())]) + "\n")
        raise SystemExit(2) from None
    sys.stdout.write((as_json(found) if in_json else as_text(found)) + "\n")
    raise SystemExit(exit_code(found))


def exit_code(found: Iterable[Finding]) -> int:
    """0 where all is well or only warned of, 1 where something fails."""
    return int(any(each.status == FAIL for each in found))


def _sorted(found: Iterable[Finding]) -> list[Finding]:
    return sorted(found, key=lambda each: _ORDER.index(each.status))
