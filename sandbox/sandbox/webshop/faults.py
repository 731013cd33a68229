"""What the shop can be told to do wrong; every fault counts how often it happened."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from sandbox.webshop.distortions import DISTORTIONS

if TYPE_CHECKING:
    from starlette.requests import Request

KINDS = {
    "http_401": "refuse the key or token, however good it is",
    "http_429": "refuse; `retry_after`: seconds, an HTTP date, or none; `reset_ms`: the same in a header of its own",
    "throttled": "GraphQL only: refuse with 200 and an error THROTTLED",
    "http_500": "fail before anything was done",
    "http_503": "refuse; `retry_after` as above",
    "html_200": "an HTML page where JSON should be",
    "reset_mid_body": "do the work, then break the connection in the middle of the answer",
    "latency": "`ms` before each answer",
    "expire_token": "forget every token that was given out",
    "expire_cursor": "answer 410 to a cursor",
    "filter_ignored": "answer as if `updated_since` had not been asked",
    "filter_exclusive": "leave out the moment `updated_since` itself",
    "page_capped": "no more than `limit` records a page, silently",
    "end_repeats": "say there is a next page where there is none, and give the last one again",
    "row_repeated": "begin a page with the last record of the page before",
    "empty_as": "answer an empty page with `status` (204, 404) and no body",
    "edit_between_pages": "after a page: `edits`, each {collection, id, set or delete}",
    "distort": f"bend the records: `how`, a list out of {', '.join(DISTORTIONS)}",
}


@dataclass
class Fault:
    """One fault.

    Attributes:
        kind: One of `KINDS`.
        times: How often it happens; None is always.
        after: How many requests that it concerns are spared first.
        match: `path` is the beginning of the paths that it concerns, `method` their method.
        more: What the kind takes.
        fired: How often it has happened.
    """

    kind: str
    times: int | None = 1
    after: int = 0
    match: dict[str, Any] = field(default_factory=dict)
    more: dict[str, Any] = field(default_factory=dict)
    fired: int = 0

    def concerns(self, request: Request) -> bool:
        """Whether it may happen to this request."""
        if self.times is not None and self.fired >= self.times:
            return False
        if request.method != self.match.get("method", request.method):
            return False
        return request.url.path.startswith(self.match.get("path", ""))


class Faults:
    """The faults that are set."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def add(self, content: dict[str, Any]) -> None:
        """Set a fault; raises `ValueError` for a kind or a distortion that there is not."""
        more = dict(content)
        kind, times, after = more.pop("kind", None), more.pop("times", 1), more.pop("after", 0)
        if kind not in KINDS:
            raise ValueError(f"there is no fault '{kind}'; there are {', '.join(KINDS)}")
        for name in more.get("how", ()):
            if name not in DISTORTIONS:
                raise ValueError(f"there is no distortion '{name}'; there are {', '.join(DISTORTIONS)}")
        self._faults.append(Fault(kind, times, after, more.pop("match", None) or {}, more))

    def take(self, kind: str, request: Request) -> Fault | None:
        """The fault of this kind that happens to this request, counted."""
        for fault in self._faults:
            if fault.kind != kind or not fault.concerns(request):
                continue
            if fault.after > 0:
                fault.after -= 1
                continue
            fault.fired += 1
            return fault
        return None

    def clear(self) -> None:
        """Behave again."""
        self._faults.clear()

    def as_list(self) -> list[dict[str, Any]]:
        """The faults with their counts."""
        return [asdict(each) for each in self._faults]
