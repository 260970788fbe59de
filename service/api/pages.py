"""Lists a page at a time: in go rows and where the last one stands; out come pages and their cursors.

A cursor holds the place of the last row shown, and a digest that binds it to the list and its filters. It
grants nothing that its list does not grant, so the digest needs no secret, and every process can read it.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from service.api.problems import InvalidCursor
from service.settings import ApiSettings

M = TypeVar("M")
P = TypeVar("P")
DIGEST_BYTES = 12
OURS = ("cursor", "limit")


@dataclass(frozen=True, slots=True)
class Page(Generic[M]):
    """Some of a list, and the cursor of the rest; None at the end."""

    items: Sequence[M]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class Lister:
    """Pages of the list that this request asks for."""

    request: Request
    response: Response
    settings: ApiSettings

    def shown(self, limit: int | None) -> int:
        """Rows on a page: as asked, up to what is allowed."""
        return min(limit or self.settings.page, self.settings.most_page)

    def wanted(self, limit: int | None) -> int:
        """Rows to ask the store for: one more than are shown tells whether there is another page."""
        return self.shown(limit) + 1

    def place(self, cursor: str | None, shape: type[P]) -> P | None:
        """The place after which this page begins; None for the first. Raises `InvalidCursor`."""
        return None if cursor is None else open_cursor(cursor, self._scope(), shape)

    def page(self, limit: int | None, found: Sequence[M], place: Callable[[M], Any]) -> Page[M]:
        """The page, with its `Link` header."""
        shown = found[: self.shown(limit)]
        if len(found) <= len(shown):
            return Page(shown, None)
        cursor = make_cursor(place(shown[-1]), self._scope())
        query = [(name, value) for name, value in self.request.query_params.multi_items() if name != "cursor"]
        following = f"{self.request.url.path}?{urlencode([*query, ('cursor', cursor)])}"
        self.response.headers["Link"] = f'<{following}>; rel="next"'
        return Page(shown, cursor)

    def _scope(self) -> str:
        """The list and its filters, in one written form."""
        given = self.request.query_params.multi_items()
        filters = sorted((name, value) for name, value in given if name not in OURS)
        return f"{self.request.url.path}?{urlencode(filters)}"


def make_cursor(place: Any, scope: str) -> str:
    told = msgspec.json.encode(place)
    return urlsafe_b64encode(_digest(told, scope) + told).decode().rstrip("=")


def open_cursor(cursor: str, scope: str, shape: type[P]) -> P:
    """The place that was put into the cursor. Raises `InvalidCursor`."""
    try:
        opened = urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
        digest, told = opened[:DIGEST_BYTES], opened[DIGEST_BYTES:]
        if digest == _digest(told, scope):
            return msgspec.json.decode(told, type=shape)
    except (ValueError, msgspec.MsgspecError):
        pass
    raise InvalidCursor("This cursor was changed, or belongs to another list or to other filters.")


def _digest(told: bytes, scope: str) -> bytes:
    return blake2b(told + b"\n" + scope.encode(), digest_size=DIGEST_BYTES, person=b"courant-cursor-1").digest()
