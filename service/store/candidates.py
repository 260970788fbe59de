"""Rows of a list that meet conditions on words, in its order, a batch at a time: whoever has enough stops.

A word may stand in every second article or in three of a million. To ask the index for all that have a common one
takes longer than to look at the newest, one after the other; with a rare one it is the other way round. So the first
of the list are looked at, and what is found among them tells how to go on: to look at more, or to ask the index, at
first for the days that come next. SQLite's full text cannot be asked of one article, nor by days: there the index is
asked at once.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    CompoundSelect,
    Connection,
    Select,
    Text,
    and_,
    bindparam,
    literal_column,
    select,
    true,
    union,
    union_all,
)

from service.store.article_rows import articles
from service.store.full_text import asked, has_words, indexed
from service.store.listing import Listing, Rows
from service.store.narrowing import Condition
from service.store.saying import apart, each_saying, found_by_index, saying
from service.store.story_tables import across, stories
from service.store.strands import strands
from service.store.table import EPOCH, found_one_by_one

FIRST = 100
"""Rows that are looked at first."""
LOOKED_AT = (100, 150, 200, 300, 400, 600, 800, 1_000)
"""More are looked at, so many at once, if they should do, or if the index cannot be asked for days. Few numbers, lest
each be a statement of its own."""
STORIES_LOOKED_AT = LOOKED_AT[:6]
"""It takes twice as long to look at all that a story tells."""
RARE = 300
"""What holds for one of so many is gathered by an index; what is more common is met soon enough."""
WINDOWS = (10_000, 100_000)
"""The index is asked for the days that hold as many rows of the list as should do if that is few, then about so many;
then for all days."""
SPAN = timedelta(days=3)
"""Most stories are over by then; those that last longer are looked at one by one."""
WORDS = "asked"
"""The name under which statements are given what is asked of the full text, so that they are made alike."""
IN_STORIES = articles.join(strands, strands.c.id == articles.c.strand_id)


@dataclass(frozen=True, slots=True)
class Candidates:
    """`most` are wanted at least."""

    connection: Connection
    listing: Listing
    conditions: Sequence[Condition]
    most: int

    def batches(self) -> Iterator[Rows]:
        if self._on_sqlite:
            yield self._read(self.listing.where(*self._found()).limited(self.most), {})
            return
        looked_at = self._look_at(self.listing, FIRST)
        yield [row for row in looked_at if row.held]
        if len(looked_at) < FIRST:
            return
        more = self._should_do(looked_at)
        sizes = STORIES_LOOKED_AT if self.listing.of_stories else LOOKED_AT
        if more <= sizes[-1] or not apart(self.conditions)[0]:
            more = next((each for each in sizes if each >= more), sizes[-1])
            further = self._look_at(self.listing.after(looked_at[-1]), more)
            yield [row for row in further if row.held]
            if len(further) < more:
                return
            looked_at = [*looked_at, *further]
        yield self._further(looked_at)

    @property
    def _on_sqlite(self) -> bool:
        return self.connection.dialect.name == "sqlite"

    def _found(self) -> list[ColumnElement[bool]]:
        """By the index, as SQLite can."""
        says = saying(self.conditions, self.connection)
        return [stories.c.id.in_(_with_articles(*says))] if self.listing.of_stories else says

    def within(self, ids: Sequence[str]) -> Select[tuple[str, str]]:
        """The articles of these stories that meet the conditions, with their stories."""
        says = saying(self.conditions, self.connection) if self._on_sqlite else each_saying(self.conditions)
        held = select(articles.c.id, strands.c.story_id).select_from(IN_STORIES)
        return held.where(strands.c.story_id.in_(ids), *says)

    def _look_at(self, listing: Listing, number: int) -> Rows:
        """The first so many, and which of them hold."""
        words, others = apart(self.conditions)
        each = [*([SAYS] if words else []), *each_saying(others)]
        says = _of_story(each) if listing.of_stories else and_(true(), *each)
        return self._read(listing.showing(says.label("held")).limited(number), {WORDS: asked(words)})

    def _further(self, looked_at: Rows) -> Rows:
        """What stands after these: by windows of time, each of which is only asked if the newer ones have too few."""
        words, _ = apart(self.conditions)
        listing, until = self.listing.after(looked_at[-1]), looked_at[-1].place
        parts, given = list[Listing](), {WORDS: asked(words)}
        for since in self._windows(looked_at):
            name = f"{WORDS}_{len(parts)}"
            given[name] = asked(words, since - SPAN if listing.of_stories else since, until)
            parts.append(listing.where(listing.sorted_by >= since, *self._between(since, name)))
            # not of what is left, for which PostgreSQL would take each bound to cut away a part of its own
            listing, until = self.listing.where(self.listing.sorted_by < since), since
        common = sum(row.held for row in looked_at) * RARE >= len(looked_at)
        limited = [each.limited(self.most) for each in (*parts, listing.where(*self._ever(common)))]
        return self._read(union_all(*limited).limit(literal_column(str(self.most))) if parts else limited[0], given)

    def _should_do(self, looked_at: Rows) -> int:
        """After so many more there should be enough, if they are as those that were looked at: half as many again."""
        held = sum(1 for row in looked_at if row.held)
        return 3 * len(looked_at) * max(1, self.most - held) // (2 * max(1, held))

    def _windows(self, looked_at: Rows) -> list[datetime]:
        """Since when about so many rows of the list are, if it is sorted by time and the index can be asked."""
        newest, oldest = looked_at[0].place, looked_at[-1].place
        if not isinstance(oldest, datetime) or not apart(self.conditions)[0]:
            return []
        nearest = self._should_do(looked_at)
        windows = (nearest, *WINDOWS) if nearest * 2 < WINDOWS[0] else WINDOWS
        wanted = [(newest - oldest) * rows / len(looked_at) for rows in windows]
        return [oldest - each for each in wanted if each < oldest - EPOCH]

    def _between(self, since: datetime, name: str) -> list[ColumnElement[bool]]:
        """For rows that are not older: what the index finds for what is asked under this name."""
        _, others = apart(self.conditions)
        if not self.listing.of_stories:
            return [articles.c.id.in_(select(indexed(name).c.article_id)), *each_saying(others)]
        short = _stories(indexed(name)).where(*each_saying(others))
        said = _of_story([SAYS, *each_saying(others)])
        long = select(stories.c.id).where(across(self.connection, since - SPAN, since), said)
        return [stories.c.id.in_(union(short, long))]

    def _ever(self, common: bool) -> list[ColumnElement[bool]]:
        found, others = self._by_index(common)
        if not self.listing.of_stories:
            return [*([articles.c.id.in_(found)] if found is not None else []), *each_saying(others)]
        if found is not None:
            return [stories.c.id.in_(_with_articles(articles.c.id.in_(found), *each_saying(others)))]
        return [_of_story(each_saying(others))]

    def _by_index(
        self, common: bool
    ) -> tuple[Select[tuple[str]] | CompoundSelect[tuple[str]] | None, Sequence[Condition]]:
        """The articles that an index finds, None if it is better not asked; and the conditions that it leaves open."""
        words, others = apart(self.conditions)
        if words:
            return select(indexed(WORDS).c.article_id), others
        for one in () if common else others:
            if found := found_by_index(self.connection, one):
                return union(*found), [each for each in others if each is not one]
        return None, others

    def _read(self, rows: Select[Any] | CompoundSelect[Any], given: Mapping[str, str]) -> Rows:
        return self.connection.execute(rows, given).all()


def _with_articles(*conditions: ColumnElement[bool]) -> Select[tuple[str]]:
    """Stories with an article for which all of these hold."""
    return select(strands.c.story_id).select_from(IN_STORIES).where(*conditions)


def _stories(found: CTE) -> Select[tuple[str]]:
    """Those of these articles."""
    return select(strands.c.story_id).select_from(IN_STORIES.join(found, found.c.article_id == articles.c.id))


def _one_of_story(conditions: Sequence[ColumnElement[bool]]) -> ColumnElement[bool]:
    of_this = select(true()).select_from(IN_STORIES).where(strands.c.story_id == stories.c.id)
    return found_one_by_one(of_this.where(*conditions))


SAYS = has_words(articles.c.id, bindparam(WORDS, type_=Text()))
"""Whether an article says what is asked under this name."""
ONE_SAYS = _one_of_story([SAYS])
"""The same of a story, made once since it is asked for most."""


def _of_story(conditions: Sequence[ColumnElement[bool]]) -> ColumnElement[bool]:
    """Whether an article of the story meets all of these."""
    return ONE_SAYS if len(conditions) == 1 and conditions[0] is SAYS else _one_of_story(conditions)
