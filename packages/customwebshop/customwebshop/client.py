"""A shop as the CustomWebshop contract describes it: its records are looked up, made, changed and deleted.

Whatever is written may arrive twice without harm: what is made carries an idempotency key that follows from its
content, what is changed names the version it was read in, and stock is an absolute number.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import msgspec

from customwebshop import amounts
from customwebshop.errors import ChangedError, MisreadError, NotFoundError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from customwebshop.connection import Connection
    from customwebshop.errors import RecordMisreadError
    from customwebshop.messages import Answer

    PutAside = Callable[[RecordMisreadError], None]
    """Takes what is wrong with a record that cannot be read, which is then left out."""

Content = dict[str, Any]

LARGEST_PAGE = 250
"""Records that the contract gives at a time."""

_canonical = msgspec.json.Encoder(order="deterministic").encode


@dataclass(frozen=True)
class Stored:
    """A record as the shop holds it.

    Attributes:
        content: The record.
        etag: Its version.
        ours: Whether it is the answer to our own write, so that nobody has written to it since.
    """

    content: Content
    etag: str
    ours: bool = False

    @property
    def id(self) -> str:
        """Its id."""
        return str(self.content["id"])


class ShopClient:
    """Reads and writes the records of one shop.

    Args:
        connection: Leads to the shop.
        page_size: Records to ask for at a time.
    """

    def __init__(self, connection: Connection, *, page_size: int = LARGEST_PAGE) -> None:
        self._connection, self._page_size = connection, page_size

    # reading

    def get(self, collection: str, identity: str) -> Stored | None:
        """One record; None when there is none, or only its tombstone."""
        try:
            answer = self._connection.get(_path(collection, identity))
        except NotFoundError:
            return None
        content = _record(answer, collection)
        return None if content.get("deleted_at") else Stored(content, answer.etag)

    def find(self, collection: str, by: str, value: str) -> list[Content]:
        """The living records that hold just this value: `external_id`, `email` of customers, `sku` of products."""
        answer = self._connection.get(f"/{collection}", {by: value})
        return [each for each in _listed(answer, collection) if not each.get("deleted_at")]

    def all(self, collection: str, put_aside: PutAside | None = None) -> Iterator[Content]:  # noqa: ARG002
        """Every living record, page by page; by the contract each of them can be read."""
        params = {"limit": str(self._page_size)}
        while True:
            answer = self._connection.get(f"/{collection}", params)
            yield from _listed(answer, collection)
            following = answer.body.get("next_cursor")
            if not following:
                return
            params["cursor"] = str(following)

    # writing

    def create(self, collection: str, content: Mapping[str, Any]) -> Stored:
        """Make a record. Made again with the same content, it is the same record, as long as that is there.

        Raises:
            TakenError: Another record has this external id.
            RefusedError: The shop will not have it.
            LostError: It may have been made.
        """
        dead: list[str] = []
        while True:
            answer = self._posted(f"/{collection}", content, "/".join(dead), once=True)
            made = Stored(_record(answer, collection), answer.etag, ours=True)
            if answer.headers.get("Idempotent-Replayed") != "true":
                return made
            now = self.get(collection, made.id)  # what the shop said then, it says for a day, whatever came of it
            if now is not None:
                return replace(now, ours=holds(now.content, content))
            if made.id in dead:
                raise MisreadError(f"{collection}: the shop says again that it has made '{made.id}', which is gone")
            dead.append(made.id)

    def command(self, order: str, name: str, content: Mapping[str, Any], *, version: str = "") -> Stored:
        """Give an order a command: `fulfillments`, `cancel` or `refunds`. Given twice, it is obeyed once.

        Args:
            order: Its id.
            name: The command.
            content: What it says.
            version: The order's as it was read: to one that is another by now, the same command is another.

        Raises:
            RefusedError: The shop will not do it.
            LostError: It may have been done.
        """
        answer = self._posted(f"{_path('orders', order)}/{name}", content, version)
        return Stored(_record(answer, "orders"), answer.etag, ours=True)

    def change(self, collection: str, record: Stored, patch: Mapping[str, Any]) -> Stored:
        """Merge a patch into a record, only while it is as we read it.

        Raises:
            ChangedError: Somebody has changed it since; nothing was done, nor will be.
            RefusedError: The shop will not have it.
            LostError: It may have been done.
        """
        headers = {"Content-Type": "application/merge-patch+json", "If-Match": record.etag}
        try:
            answer = self._connection.write("PATCH", _path(collection, record.id), patch, headers)
        except ChangedError as changed:
            return self._done_already(collection, record.id, patch, changed)
        return Stored(_record(answer, collection), answer.etag, ours=True)

    def set_level(self, sku: str, available: int, *, expected: int | None = None) -> Stored:
        """Set the stock of a variant, only while it is what we expect.

        Raises:
            ChangedError: It is another by now; nothing was done.
            RefusedError: The shop will not have it.
            LostError: It may have been done.
        """
        condition = {} if expected is None else {"expected_available": expected}
        path = _path("inventory-levels", sku)
        try:
            answer = self._connection.write("PUT", path, {"available": available, **condition})
        except ChangedError as changed:
            return self._done_already("inventory-levels", sku, {"available": available}, changed)
        return Stored(_record(answer, "inventory-levels"), answer.etag, ours=True)

    def delete(self, collection: str, record: Stored) -> None:
        """Delete a record, only while it is as we read it; it is no trouble when it is gone already.

        Raises:
            ChangedError: Somebody has changed it since; nothing was done.
            RefusedError: The shop will not do it.
            LostError: It may have been done.
        """
        headers = {"If-Match": record.etag} if record.etag else {}
        try:
            self._connection.write("DELETE", _path(collection, record.id), None, headers)
        except NotFoundError:
            return

    def _posted(self, path: str, content: Mapping[str, Any], version: str, *, once: bool = False) -> Answer:
        return self._connection.write(
            "POST", path, content, {"Idempotency-Key": intent(path, content, version)}, once=once
        )

    def _done_already(self, collection: str, identity: str, patch: Mapping[str, Any], changed: ChangedError) -> Stored:
        """Where an earlier try got no answer, the change that is in our way may be our own."""
        found = self.get(collection, identity) if changed.retried else None
        if found is None or not holds(found.content, patch):
            raise changed
        return found


def intent(path: str, content: Mapping[str, Any], version: str = "") -> str:
    """The idempotency key of a write: the same for the same content, whenever and by whichever run it is sent.

    Args:
        path: Where it goes.
        content: What it says.
        version: What it is said of, where the same words can be meant anew.
    """
    return hashlib.blake2b(f"{path}\n{version}\n".encode() + _canonical(content), digest_size=16).hexdigest()


def holds(value: Any, patch: Any, name: str = "") -> bool:  # noqa: ANN401 - any JSON value
    """Whether a patch would change nothing; the shop may have given ids to what came without, and spells amounts."""
    if isinstance(patch, Mapping):
        return isinstance(value, Mapping) and all(holds(value.get(each), patch[each], each) for each in patch)
    if isinstance(patch, list):
        return isinstance(value, list) and len(value) == len(patch) and all(map(holds, value, patch))
    if value == patch or (value is not None and patch is not None and str(value) == str(patch)):
        return True
    return name in amounts.names() and amounts.same(value, patch)


def _path(collection: str, identity: str) -> str:
    return f"/{collection}/{quote(identity, safe='')}"


def _record(answer: Answer, place: str) -> Content:
    if not isinstance(answer.body, dict):
        raise MisreadError(f"{place}: the answer is no record. Does the shop keep to the contract?")
    return answer.body


def _listed(answer: Answer, collection: str) -> list[Content]:
    data = answer.body.get("data") if isinstance(answer.body, dict) else None
    if not isinstance(data, list) or not all(isinstance(each, dict) for each in data):
        raise MisreadError(f"/{collection}: the answer has no list 'data'. Does the shop keep to the contract?")
    return data
