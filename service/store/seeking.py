"""Lists of what says what is sought: a query and a filter in, the first articles or stories of the list out.

They are those that live matching would have found: where words alone do not decide, texts are read, no more than are
needed for a page.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from sqlalchemy import Connection

from service.model import ArticleSummary, Story
from service.query import Query
from service.sources import Sources
from service.store.browse import Browse, Filter
from service.store.candidates import Candidates
from service.store.listing import Listing, Place
from service.store.narrowing import Narrowed
from service.store.ordered import Order
from service.store.search import Search
from service.store.total import MOST, Total

T = TypeVar("T")
MOST_READ = 500
"""Texts that are read for one page; reading one takes about half a millisecond."""
AT_A_TIME = 50


@dataclass(frozen=True, slots=True)
class Found(Generic[T]):
    """The first of a list; `reached` is the place to go on from, if fewer than were wanted as far as was looked."""

    rows: list[T]
    reached: Place | None = None


class Seeking:
    def __init__(self, connection: Connection, sources: Sources) -> None:
        self._connection, self._browse = connection, Browse(connection)
        self._search = Search(connection, sources)

    def articles(
        self, query: Query, wanted: Filter, before: Place | None = None, most: int = 100
    ) -> Found[ArticleSummary]:
        """Newest first, those that stand after `before`."""
        ids, reached = self._first(query, self._browse.listed_articles(wanted, before), most)
        return Found(self._browse.articles_of(ids) if ids else [], reached)

    def stories(
        self, query: Query, wanted: Filter, order: Order = "newest", before: Place | None = None, most: int = 100
    ) -> Found[Story]:
        """Stories with an article that matches, those that stand after `before`."""
        ids, reached = self._first(query, self._browse.listed_stories(wanted, order, before), most)
        return Found(self._browse.stories_of(ids) if ids else [], reached)

    def total(self, query: Query, listings: Iterable[Listing]) -> Total:
        """How many of these match, as far as anybody counts or texts are read."""
        ids, reached = self._first(query, listings, MOST + 1)
        return Total(min(len(ids), MOST), at_least=len(ids) > MOST or reached is not None)

    def _first(self, query: Query, listings: Iterable[Listing], most: int) -> tuple[list[str], Place | None]:
        narrow, found, read = self._search.narrowed(query), list[str](), 0
        for place, ids, texts in self._matching(query, narrow, listings, most):
            found, read = found + ids, read + texts
            if len(found) >= most:
                return found[:most], None
            if read >= MOST_READ:
                return found, place
        return found, None

    def _matching(
        self, query: Query, narrow: Narrowed, listings: Iterable[Listing], most: int
    ) -> Iterator[tuple[Place, list[str], int]]:
        """How far was looked, what was found there, and how many texts were read for it."""
        for listing in listings:
            candidates = Candidates(self._connection, listing, narrow.conditions, most if narrow.exact else MOST_READ)
            for batch in candidates.batches():
                for start in range(0, len(batch), AT_A_TIME):
                    some = batch[start : start + AT_A_TIME]
                    ids, texts = [row.id for row in some], 0
                    if not narrow.exact:
                        ids, texts = self._read(query, candidates, ids)
                    yield (some[-1].place, some[-1].id), ids, texts

    def _read(self, query: Query, candidates: Candidates, ids: Sequence[str]) -> tuple[list[str], int]:
        """Those of these that match, and how many texts were read for it."""
        if not candidates.listing.of_stories:
            return list(self._search.matching(query, ids)), len(ids)
        story_of = {row.id: row.story_id for row in self._connection.execute(candidates.within(ids))}
        matching = {story_of[each] for each in self._search.matching(query, list(story_of))}
        return [each for each in ids if each in matching], len(story_of)
