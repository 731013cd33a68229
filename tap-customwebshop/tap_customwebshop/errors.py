"""What can go wrong between the shop and us, named by what to do about it.

ShopError                     the run ends; the message says what to change
├── UnreachableError          no usable answer after all tries: later may be better
├── RefusedError              the shop answered no (4xx): the request or the settings must change
│   ├── CredentialsError      it does not know us (401)
│   ├── NotFoundError         it has no such thing (404)
│   └── CursorExpiredError    it has forgotten where we were (410): the reader starts again from the last row
└── MisreadError              it answered something else than its configuration says
"""

from __future__ import annotations

from singer_sdk.exceptions import FatalSyncError


class ShopError(FatalSyncError):
    """The shop could not be read."""


class UnreachableError(ShopError):
    """The shop gave no usable answer however often it was asked."""


class RefusedError(ShopError):
    """The shop understood the request and said no."""


class CredentialsError(RefusedError):
    """The shop does not accept who we say we are."""


class NotFoundError(RefusedError):
    """The shop has nothing under this address."""


class CursorExpiredError(RefusedError):
    """The shop no longer knows the cursor it gave us."""


class MisreadError(ShopError):
    """The answer is not what the contract, or the stream's configuration, says it is."""
