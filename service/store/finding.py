"""Selects that find what meets conditions on words in a list, on PostgreSQL: a list and conditions in, statements out.

What differs from one page to the next stands in them under names, so that lists of one shape need be written once.
"""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    CompoundSelect,
    Select,
    and_,
    bindparam,
    case,
    func,
    literal_column,
    select,
    true,
    union,
    union_all,
)

from service.store.article_rows import articles
from service.store.full_text import asked_as, has_words, indexed
from service.store.listing import Listing
from service.store.narrowing import Condition
from service.store.saying import each_saying
from service.store.story_tables import across, stories
from service.store.strands import strands
from service.store.table import Time, found_one_by_one

FIRST = 100
"""Rows that are looked at first."""
SPAN = timedelta(days=3)
"""Most stories are over by then; those that last longer are looked at one by one."""
WORDS = "asked"
"""The name under which statements are given what is asked of the full text."""
REACHED = ("reached", "reached_id")
"""Those of the place to go on from."""
IN_STORIES = articles.join(strands, strands.c.id == articles.c.strand_id)


def looking(
    listing: Listing, conditions: Sequence[ColumnElement[bool]], most: int, should_do: int, looked_at: int
) -> CompoundSelect[Any]:
    """The first of the list, and which of them hold. If so many do that looking at more should do, those that hold
    among so many in all, too, until there are enough."""
    says = _of_story(conditions) if listing.of_stories else and_(true(), *conditions)
    tried = listing.showing(says.label("held"))
    first = tried.limited(FIRST).cte("first").prefix_with("materialized")
    more = tried.limited(looked_at - FIRST).offset(literal_column(str(FIRST))).subquery("more")
    held = select(func.count()).where(first.c.held).scalar_subquery()
    missing = case((held >= _number(should_do), func.greatest(_number(most) - held, 0)), else_=0)
    return union_all(select(first), select(more).where(more.c.held).limit(missing))


def going_on(
    listing: Listing, windows: int, ever: Sequence[ColumnElement[bool]], others: Sequence[Condition], most: int
) -> Select[Any] | CompoundSelect[Any]:
    """What stands after the place that was reached: by so many windows of time, each of which is only asked if the
    newer ones have too few, then of all times, for which `ever` has to hold."""
    by = listing.sorted_by
    parts, rest = list[Listing](), listing.after(*(bindparam(name, type_=each.type) for name, each in _place(listing)))
    for number in range(windows):
        since = bindparam(f"since_{number}", type_=Time())
        parts.append(rest.where(by >= since, *_between(listing, number, others)))
        # not of what is left, for which PostgreSQL would take each bound to cut away a part of its own
        rest = listing.where(by < since)
    limited = [each.limited(most) for each in (*parts, rest.where(*ever))]
    return union_all(*limited).limit(_number(most)) if parts else limited[0]


def ever(
    listing: Listing, found: Select[Any] | CompoundSelect[Any] | None, others: Sequence[Condition]
) -> list[ColumnElement[bool]]:
    """What holds in the list for what is `found` by an index, if one is asked, and meets the other conditions."""
    own = each_saying(others)
    if not listing.of_stories:
        return own if found is None else [articles.c.id.in_(found), *own]
    if found is None:
        return [_of_story(own)]
    held = select(strands.c.story_id).select_from(IN_STORIES).where(articles.c.id.in_(found), *own)
    return [stories.c.id.in_(held)]


def _place(listing: Listing) -> Iterator[tuple[str, ColumnElement[Any]]]:
    return zip(REACHED, (listing.sorted_by, listing.id), strict=True)


def _between(listing: Listing, number: int, others: Sequence[Condition]) -> list[ColumnElement[bool]]:
    """For rows that are not older than the window: what the index finds for what is asked for it."""
    found, own = indexed(f"{WORDS}_{number}"), each_saying(others)
    if not listing.of_stories:
        return [articles.c.id.in_(select(found.c.article_id)), *own]
    earlier, since = (bindparam(f"{name}_{number}", type_=Time()) for name in ("earlier", "since"))
    long = select(stories.c.id).where(across("postgresql", earlier, since), _of_story([SAYS, *own]))
    return [stories.c.id.in_(union(_stories(found).where(*own), long))]


def _stories(found: CTE) -> Select[tuple[str]]:
    """Those of these articles."""
    return select(strands.c.story_id).select_from(IN_STORIES.join(found, found.c.article_id == articles.c.id))


def _one_of_story(conditions: Sequence[ColumnElement[bool]]) -> ColumnElement[bool]:
    of_this = select(true()).select_from(IN_STORIES).where(strands.c.story_id == stories.c.id)
    return found_one_by_one(of_this.where(*conditions))


SAYS = has_words(articles.c.id, asked_as(WORDS))
"""Whether an article says what is asked under this name."""
_ONE_SAYS = _one_of_story([SAYS])
"""The same of a story, made once since it is asked for most."""


def _of_story(conditions: Sequence[ColumnElement[bool]]) -> ColumnElement[bool]:
    """Whether an article of the story meets all of these."""
    return _ONE_SAYS if len(conditions) == 1 and conditions[0] is SAYS else _one_of_story(conditions)


def _number(number: int) -> ColumnElement[int]:
    return literal_column(str(number))
