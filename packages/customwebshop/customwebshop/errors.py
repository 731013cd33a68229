"""What can go wrong between a shop and us, named by what to do about it.

ShopError                    the message says what to change
├── UnreachableError         no usable answer after all tries, and nothing was done: later may be better
│   └── LostError            … and what was asked may have been done all the same
├── RefusedError             the shop answered no (4xx): it certainly did not do it
│   ├── CredentialsError     it does not know us, or does not let us (401, 403)
│   ├── NotFoundError        it has no such thing (404)
│   ├── CursorExpiredError   it has forgotten where we were (410): the reader starts again from the last row
│   ├── ChangedError         the record is no longer as we read it (412)
│   └── TakenError           another record has this external id already (409)
├── SpentError               so many requests as it allows were sent; none was sent for this
├── KeyFileError             the file in which we keep what we know of the shop cannot be used
└── MisreadError             it answered something else than the contract says
    └── RecordMisreadError   … in one of its records; others can be read
"""

from __future__ import annotations


class ShopError(Exception):
    """The shop could not be read or written."""


class UnreachableError(ShopError):
    """The shop gave no usable answer however often it was asked."""


class LostError(UnreachableError):
    """A write went out and no answer came back: it may have happened."""


class SpentError(ShopError):
    """The shop was not asked: it has been asked as often as it may be for now."""


class KeyFileError(ShopError):
    """The key file, or the one beside it, cannot be used."""


class RefusedError(ShopError):
    """The shop understood the request and said no.

    Args:
        message: What was asked, what the shop said, and what to do about it.
        status: HTTP status.
        property: Where in the record the trouble stands, as `variants.0.sku`; empty when the shop does not say.
    """

    def __init__(self, message: str, *, status: int = 0, property: str = "") -> None:  # noqa: A002 - the word for it
        super().__init__(message)
        self.status, self.property = status, property


class CredentialsError(RefusedError):
    """The shop does not accept who we say we are.

    Args:
        message: As above.
        setting: The settings to look at, with commas between them.
    """

    def __init__(self, message: str, *, status: int = 0, property: str = "", setting: str = "") -> None:  # noqa: A002 - as above
        super().__init__(message, status=status, property=property)
        self.setting = setting


class NotFoundError(RefusedError):
    """The shop has nothing under this address."""


class CursorExpiredError(RefusedError):
    """The shop no longer knows the cursor it gave us."""


class ChangedError(RefusedError):
    """The record was changed after we read it; read again, and decide again.

    Args:
        message: As above.
        retried: Whether an earlier try of this very write was left without an answer: then we may have changed it.
    """

    def __init__(self, message: str, *, retried: bool = False, status: int = 412, property: str = "") -> None:  # noqa: A002 - as above
        super().__init__(message, status=status, property=property)
        self.retried = retried


class TakenError(RefusedError):
    """Another record has this external id already.

    Args:
        message: As above.
        existing_id: That record's id.
    """

    def __init__(self, message: str, *, existing_id: str, property: str = "") -> None:  # noqa: A002 - as above
        super().__init__(message, status=409, property=property)
        self.existing_id = existing_id


class MisreadError(ShopError):
    """The answer is not what the contract, or the settings, say it is.

    Args:
        seen: What was seen.
        key: The key of the stream to change, such as `paging.param`, where one is to blame.
        remedy: What to do about it, in whole sentences.
    """

    def __init__(self, seen: str, *, key: str = "", remedy: str = "") -> None:
        super().__init__(f"{seen} {remedy}".strip())
        self.seen, self.key, self.remedy = seen, key, remedy


class RecordMisreadError(MisreadError):
    """One record of the shop's cannot be read by the settings; others can."""
