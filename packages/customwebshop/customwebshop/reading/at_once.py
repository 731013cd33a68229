"""Does several things at once and gives what came of them in the order they were given."""

from __future__ import annotations

import threading
from collections import deque
from concurrent.futures import Future
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

Item = TypeVar("Item")
Result = TypeVar("Result")


def in_order(do: Callable[[Item], Result], items: Iterable[Item], at_once: int) -> Iterator[Result]:
    """What `do` makes of each item, in their order; so many at once, and no more are begun than are waited for.

    Whatever an item raises is raised in its place, when those before it were given. The threads are daemons: a run
    that is told to end does not wait for a shop.
    """
    if at_once == 1:
        yield from map(do, items)
        return
    ahead: deque[Future[Result]] = deque()
    for item in items:
        ahead.append(_begun(do, item))
        if len(ahead) >= at_once:
            yield ahead.popleft().result()
    while ahead:
        yield ahead.popleft().result()


def _begun(do: Callable[[Item], Result], item: Item) -> Future[Result]:
    future: Future[Result] = Future()

    def run() -> None:
        try:
            future.set_result(do(item))
        except BaseException as problem:  # noqa: BLE001 - it is raised where the result is asked for
            future.set_exception(problem)

    threading.Thread(target=run, daemon=True).start()
    return future


class Once:
    """Answers that several threads need, each asked for by the one that comes first; the others wait for it."""

    def __init__(self, keep: int) -> None:
        self._keep, self._lock = keep, threading.Lock()
        self._known: dict[str, Future[object]] = {}

    def get(self, name: str, ask: Callable[[], Result]) -> Result:
        """What is known by this name; else what `ask` gives, which is kept unless it raises."""
        with self._lock:
            future = self._known.pop(name, None)
            mine = future is None
            future = future or Future()
            self._known[name] = future  # the latest that was wanted stands last
            if len(self._known) > self._keep:
                del self._known[next(iter(self._known))]
        if mine:
            try:
                future.set_result(ask())
            except BaseException as problem:
                with self._lock:
                    self._known.pop(name, None)
                future.set_exception(problem)
                raise
        result: Result = future.result()  # type: ignore[assignment]  # what was asked for by this name
        return result
