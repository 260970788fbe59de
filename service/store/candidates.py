"""Rows of a list that meet conditions on words, in its order, a batch at a time: whoever has enough stops.

A word may stand in every second article or in three of a million. To ask the index for all that have a common one
takes longer than to look at the newest, one after the other; with a rare one it is the other way round. So the first
of the list are looked at, and what is found among them tells how to go on: to look at more, or to ask the index, at
first for the days that come next. SQLite's full text cannot be asked of one article, nor by days: there the index is
asked at once.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, Connection, Select, select, union

from service.store.article_rows import articles
from service.store.finding import FIRST, IN_STORIES, REACHED, SAYS, SPAN, WORDS, ever, going_on, looking
from service.store.full_text import asked, indexed
from service.store.listing import Listing, Rows
from service.store.narrowing import Condition
from service.store.prepared import Prepared, planned_once
from service.store.saying import apart, each_saying, found_by_index, saying
from service.store.story_tables import stories
from service.store.strands import strands
from service.store.table import EPOCH

LOOKED_AT = 1_000
"""In all, one after the other until there are enough, if they should do, or if the index cannot be asked for days."""
STORIES_LOOKED_AT = 600
"""It takes twice as long to look at all that a story tells."""
RARE = 300
"""What holds for one of so many is gathered by an index; what is more common is met soon enough."""
WINDOWS = (10_000, 100_000)
"""The index is asked for the days that hold as many rows of the list as should do if that is few, then for longer,
since what happens is told in bursts; then for those of about so many; then for all."""
WIDER = 4


@dataclass(frozen=True, slots=True)
class Candidates:
    """`most` are wanted at least."""

    connection: Connection
    listing: Listing
    conditions: Sequence[Condition]
    most: int

    def batches(self) -> Iterator[Rows]:
        if self._on_sqlite:
            yield self.connection.execute(self.listing.where(*self._found()).limited(self.most)).all()
            return
        looked_at = self._look_at()
        yield [row for row in looked_at if row.held]
        if len(looked_at) >= FIRST:
            yield self._further(looked_at)

    @property
    def _on_sqlite(self) -> bool:
        return self.connection.dialect.name == "sqlite"

    def _found(self) -> list[ColumnElement[bool]]:
        """By the index, as SQLite can."""
        says = saying(self.conditions, self.connection)
        held = select(strands.c.story_id).select_from(IN_STORIES).where(*says)
        return [stories.c.id.in_(held)] if self.listing.of_stories else says

    def within(self, ids: Sequence[str]) -> Select[tuple[str, str]]:
        """The articles of these stories that meet the conditions, with their stories."""
        says = saying(self.conditions, self.connection) if self._on_sqlite else each_saying(self.conditions)
        held = select(articles.c.id, strands.c.story_id).select_from(IN_STORIES)
        return held.where(strands.c.story_id.in_(ids), *says)

    def _look_at(self) -> Rows:
        words, others = apart(self.conditions)
        numbers = (self.most, self._should_do, self._looked_at)
        given = {WORDS: asked(words)}
        if self._often_asked:
            return self._read(_looking(self.listing, *numbers), given)
        conditions = [*([SAYS] if words else []), *each_saying(others)]
        return self._read(looking(self.listing, conditions, *numbers), given)

    def _further(self, looked_at: Rows) -> Rows:
        windows, last = self._windows(looked_at), looked_at[-1]
        given = dict(zip(REACHED, (last.place, last.id), strict=True)) | self._asked(windows, last.place)
        if self._often_asked:
            with planned_once(self.connection) if self.listing.of_stories else nullcontext():
                return self._read(_going_on(self.listing, len(windows), self.most), given)
        common = sum(row.held for row in looked_at) * RARE >= self._looked_at
        found, left = self._by_index(common)
        _, others = apart(self.conditions)
        held = ever(self.listing, found, left)
        return self._read(going_on(self.listing, len(windows), held, others, self.most), given)

    @property
    def _often_asked(self) -> bool:
        """Nothing but words, of a list that has its values under names."""
        words, others = apart(self.conditions)
        return bool(words) and not others and self.listing.given is not None

    @property
    def _looked_at(self) -> int:
        return STORIES_LOOKED_AT if self.listing.of_stories else LOOKED_AT

    @property
    def _should_do(self) -> int:
        """If so many of the first hold, there should be enough among all that are looked at, even if only two thirds
        as many of the others do. None has to, if the index cannot be asked for days."""
        return 3 * FIRST * self.most // (2 * self._looked_at) if apart(self.conditions)[0] else 0

    def _windows(self, looked_at: Rows) -> list[datetime]:
        """Since when about so many rows of the list are, if it is sorted by time and the index can be asked."""
        first, oldest = looked_at[:FIRST], looked_at[-1].place
        if not isinstance(oldest, datetime) or not apart(self.conditions)[0]:
            return []
        nearest = self._enough(first)
        windows = [*(each for each in (nearest, WIDER * nearest) if each * 2 < WINDOWS[0]), *WINDOWS]
        wanted = [(first[0].place - first[-1].place) * rows / FIRST for rows in windows]
        return [oldest - each for each in wanted if timedelta(0) < each < oldest - EPOCH]

    def _enough(self, first: Rows) -> int:
        """Among so many more there should be enough, if they are as these: half as many again."""
        held = sum(1 for row in first if row.held)
        return 3 * FIRST * max(1, self.most - held) // (2 * max(1, held))

    def _asked(self, windows: Sequence[datetime], until: Any) -> dict[str, Any]:
        """What is asked of the index for each window, and for all days."""
        words, _ = apart(self.conditions)
        given: dict[str, Any] = {WORDS: asked(words)}
        for number, since in enumerate(windows):
            earlier = since - SPAN if self.listing.of_stories else since
            given |= {f"since_{number}": since, f"{WORDS}_{number}": asked(words, earlier, until)}
            given |= {f"earlier_{number}": earlier} if self.listing.of_stories else {}
            until = since
        return given

    def _by_index(
        self, common: bool
    ) -> tuple[Select[tuple[str]] | CompoundSelect[tuple[str]] | None, Sequence[Condition]]:
        """The articles that an index finds, None if it is better not asked; and the conditions that it leaves open."""
        words, others = apart(self.conditions)
        if words:
            return _INDEXED, others
        for one in () if common else others:
            if found := found_by_index(self.connection, one):
                return union(*found), [each for each in others if each is not one]
        return None, others

    def _read(self, rows: Select[Any] | CompoundSelect[Any] | Prepared, given: Mapping[str, Any]) -> Rows:
        given = {**given, **(self.listing.given or {})}
        return rows.rows(self.connection, given) if isinstance(rows, Prepared) else self._executed(rows, given)

    def _executed(self, rows: Select[Any] | CompoundSelect[Any], given: Mapping[str, Any]) -> Rows:
        return self.connection.execute(rows, given).all()


_INDEXED = select(indexed(WORDS).c.article_id)
_MOST_KEPT = 500


@lru_cache(_MOST_KEPT)
def _looking(listing: Listing, most: int, should_do: int, looked_at: int) -> Prepared:
    return Prepared(looking(listing, [SAYS], most, should_do, looked_at))


@lru_cache(_MOST_KEPT)
def _going_on(listing: Listing, windows: int, most: int) -> Prepared:
    return Prepared(going_on(listing, windows, ever(listing, _INDEXED, []), [], most))
