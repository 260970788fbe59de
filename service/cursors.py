"""Cursors: in goes a place in an order; out comes what is given to strangers for it, and the place again.

A cursor holds its place, and a digest that binds it to the order it belongs to. It grants nothing that the order
itself does not grant, so the digest needs no secret, and every process can read it.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import blake2b
from typing import Any, TypeVar

import msgspec

from service.errors import Invalid, Refused

P = TypeVar("P")
DIGEST_BYTES = 12
NOTICES = "notices"
"""The order in which notices became known."""


class InvalidCursor(Invalid):
    """A cursor that was tampered with, or belongs to another list or other filters."""


class CursorExpired(Refused):
    """What came after this cursor is not kept any more. `oldest` is the cursor after which everything is."""

    def __init__(self, oldest: str) -> None:
        super().__init__("Some of what came after this cursor is not kept any more: begin again after oldest_cursor.")
        self.oldest = oldest


def make_cursor(seq: int) -> str:
    """Of a notice, by its `seq`: whoever comes again with it gets what became known later, all of it and once.

    The same for every way to hear of the notice: webhook, list and stream.
    """
    return sealed(seq, NOTICES)


def read_cursor(cursor: str) -> int:
    """The `seq` of which the cursor was made. Raises `InvalidCursor`."""
    return unsealed(cursor, NOTICES, int)


def sealed(place: Any, order: str) -> str:
    """A cursor for a place in this order: a list with its filters, say."""
    told = msgspec.json.encode(place)
    return urlsafe_b64encode(_digest(told, order) + told).decode().rstrip("=")


def unsealed(cursor: str, order: str, shape: type[P]) -> P:
    """The place that was put into the cursor. Raises `InvalidCursor`."""
    try:
        opened = urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
        digest, told = opened[:DIGEST_BYTES], opened[DIGEST_BYTES:]
        if digest == _digest(told, order):
            return msgspec.json.decode(told, type=shape)
    except (ValueError, msgspec.MsgspecError):
        pass
    raise InvalidCursor("This cursor was changed, or belongs to another list or to other filters.")


def _digest(told: bytes, order: str) -> bytes:
    return blake2b(told + b"\n" + order.encode(), digest_size=DIGEST_BYTES, person=b"courant-cursor-1").digest()
