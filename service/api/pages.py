"""Lists a page at a time: in go rows and where the last one stands; out come pages and their cursors.

A cursor holds the place of the last row shown, and belongs to the list and its filters.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from service.cursors import sealed, unsealed
from service.settings import ApiSettings

M = TypeVar("M")
P = TypeVar("P")
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
        return None if cursor is None else unsealed(cursor, self._scope(), shape)

    def page(self, limit: int | None, found: Sequence[M], place: Callable[[M], Any]) -> Page[M]:
        """The page, with its `Link` header."""
        shown = found[: self.shown(limit)]
        if len(found) <= len(shown):
            return Page(shown, None)
        cursor = sealed(place(shown[-1]), self._scope())
        query = [(name, value) for name, value in self.request.query_params.multi_items() if name != "cursor"]
        following = f"{self.request.url.path}?{urlencode([*query, ('cursor', cursor)])}"
        self.response.headers["Link"] = f'<{following}>; rel="next"'
        return Page(shown, cursor)

    def _scope(self) -> str:
        """The list and its filters, in one written form."""
        given = self.request.query_params.multi_items()
        filters = sorted((name, value) for name, value in given if name not in OURS)
        return f"{self.request.url.path}?{urlencode(filters)}"
