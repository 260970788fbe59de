"""Articles and stories in the order in which they changed, to be followed: in go a request and its query, out come the
place to go on from, and pages that always have a cursor.

What changes again goes to the end, so a page may be empty today and not tomorrow. Cursors are bound to the filters,
but not to where the following began.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar
from urllib.parse import urlencode

from pydantic import TypeAdapter, ValidationError

from service.api.pages import OURS, Lister, Page, Read
from service.api.schemas import Instant
from service.api.schemas.articles import ArticleQuery
from service.api.schemas.stories import StoryQuery
from service.cursors import sealed, unsealed
from service.errors import Invalid
from service.model import ArticleSummary, Story
from service.store.browse import Filter

APART = (*OURS, "order", "changed_since")
_INSTANT: TypeAdapter[datetime] = TypeAdapter(Instant)


class Numbered(Protocol):
    """What has a number in the order of changes."""

    @property
    def changed_seq(self) -> int: ...


N = TypeVar("N", bound=Numbered)


def follows(query: ArticleQuery | StoryQuery) -> bool:
    """Whether changes are asked for. Raises `Invalid` if they cannot be found that way."""
    wanted = query.order == "changed" or (isinstance(query, ArticleQuery) and query.changed_since is not None)
    if wanted and query.q:
        raise Invalid("changes cannot be searched: leave out q, or the order", "?/q")
    return wanted


@dataclass(frozen=True, slots=True)
class Follower:
    """The changes that a request asks for."""

    lister: Lister
    query: ArticleQuery | StoryQuery

    async def stories(self, wanted: Filter) -> Page[Story]:
        """Raises `InvalidCursor`."""
        after = unsealed(self.query.cursor, self._scope(), int) if self.query.cursor else 0
        return await self._listed(after, lambda tx, after, most: tx.browse.changed_stories(wanted, after or 0, most))

    async def articles(self, wanted: Filter) -> Page[ArticleSummary]:
        """Raises `InvalidCursor`."""
        place = self._place()
        if isinstance(place, datetime):
            since = place
            place = await self.lister.store.read(lambda tx: tx.browse.changes_before(since))
        return await self._listed(place, lambda tx, after, most: tx.browse.changed(wanted, after or 0, most))

    def _place(self) -> int | datetime:
        """After which change, or from when on."""
        if self.query.cursor:
            return unsealed(self.query.cursor, self._scope(), int)
        since = self.query.changed_since if isinstance(self.query, ArticleQuery) else None
        if not since:
            return 0
        try:
            return _INSTANT.validate_python(since)
        except ValidationError:
            return unsealed(since, self._scope(), int)

    async def _listed(self, after: int, read: Read[int, N]) -> Page[N]:
        """With a cursor even where nothing is left: it shows what changes later."""
        found, total = await self.lister.found(self.query, after, read)
        shown = found[: self.lister.shown(self.query.limit)]
        cursor = sealed(shown[-1].changed_seq if shown else after, self._scope())
        if len(found) > len(shown):
            self.lister.link(cursor)
        return Page(shown, cursor, total)

    def _scope(self) -> str:
        given = self.lister.request.query_params.multi_items()
        filters = sorted((name, value) for name, value in given if name not in APART)
        return f"{self.lister.request.url.path} changed?{urlencode(filters)}"
