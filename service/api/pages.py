"""Lists a page at a time: in goes what reads their rows, and where each stands; out come pages and their cursors.

A cursor holds the place of the last row shown, and belongs to the list and its filters. How long a list is, is said to
whoever asks.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from service.api.schemas import PageQuery
from service.cursors import sealed, unsealed
from service.settings import ApiSettings
from service.store import Store, Transaction
from service.store.seeking import Found
from service.store.total import Total

M = TypeVar("M")
N = TypeVar("N")
P = TypeVar("P")
ONCE = ("cursor", "total")
"""What the address of the next page does not have."""
OURS = ("cursor", "limit", "total")
Read = Callable[[Transaction, P | None, int], Sequence[M]]
"""At most so many rows after a place, from the first on if there is none."""
Seek = Callable[[Transaction, P | None, int], Found[M]]
Count = Callable[[Transaction], Total]


@dataclass(frozen=True, slots=True)
class Page(Generic[M]):
    """Some of a list, and the cursor of the rest; None at the end. `total` is of all of it, None unless asked for."""

    items: Sequence[M]
    next_cursor: str | None
    total: Total | None = None

    def showing(self, shown: Callable[[M], N]) -> "Page[N]":
        return Page([shown(each) for each in self.items], self.next_cursor, self.total)


@dataclass(frozen=True, slots=True)
class Lister:
    """Pages of the list that this request asks for."""

    request: Request
    response: Response
    settings: ApiSettings
    store: Store

    async def listed(self, query: PageQuery, shape: type[P], read: Read[P, M], place: Callable[[M], Any]) -> Page[M]:
        """The page asked for, of rows whose `place` has this shape. `read` does nothing but list. Raises
        `InvalidCursor`."""
        found, total = await self.found(query, self.place(query.cursor, shape), read)
        return replace(self.page(query.limit, found, place), total=total)

    async def sought(
        self, query: PageQuery, shape: type[P], seek: Seek[P, M], place: Callable[[M], Any], total: Count
    ) -> Page[M]:
        """The same of what is sought in texts, which may take more than a page's time to find. Raises
        `InvalidCursor`."""
        found = await self.store.read(seek, self.place(query.cursor, shape), self.wanted(query.limit))
        page = self.page(query.limit, found.rows, place, found.reached)
        return replace(page, total=await self.store.read(total) if query.total else None)

    async def found(self, query: PageQuery, after: P | None, read: Read[P, M]) -> tuple[Sequence[M], Total | None]:
        """The rows of a page, one more if there is another page, and how many there are in all if that is asked."""
        return await self.store.read(_found, read, after, self.wanted(query.limit), query.total)

    def shown(self, limit: int | None) -> int:
        """Rows on a page: as asked, up to what is allowed."""
        return min(limit or self.settings.page, self.settings.most_page)

    def wanted(self, limit: int | None) -> int:
        """Rows to ask the store for: one more than are shown tells whether there is another page."""
        return self.shown(limit) + 1

    def place(self, cursor: str | None, shape: type[P]) -> P | None:
        """The place after which this page begins; None for the first. Raises `InvalidCursor`."""
        return None if cursor is None else unsealed(cursor, self._scope(), shape)

    def page(self, limit: int | None, found: Sequence[M], place: Callable[[M], Any], reached: object = None) -> Page[M]:
        """The page, with its `Link` header. If there may be more, though fewer were found than wanted, `reached` is
        the place to go on from."""
        shown = found[: self.shown(limit)]
        last = place(shown[-1]) if len(found) > len(shown) else reached
        if last is None:
            return Page(shown, None)
        cursor = sealed(last, self._scope())
        self.link(cursor)
        return Page(shown, cursor)

    def link(self, cursor: str) -> None:
        """Say where the next page is."""
        query = [(name, value) for name, value in self.request.query_params.multi_items() if name not in ONCE]
        following = f"{self.request.url.path}?{urlencode([*query, ('cursor', cursor)])}"
        self.response.headers["Link"] = f'<{following}>; rel="next"'

    def _scope(self) -> str:
        """The list and its filters, in one written form."""
        given = self.request.query_params.multi_items()
        filters = sorted((name, value) for name, value in given if name not in OURS)
        return f"{self.request.url.path}?{urlencode(filters)}"


def _found(
    tx: Transaction, read: Read[P, M], after: P | None, most: int, totalled: bool
) -> tuple[Sequence[M], Total | None]:
    total = tx.total(lambda tx, most: read(tx, None, most)) if totalled else None
    return read(tx, after, most), total
