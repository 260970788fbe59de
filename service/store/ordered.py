"""In what order lists are read, and where each row stands in it: rows in, ordered and bounded selects out.

A list that is bounded by times alone is written once for all times, which stand in it under names.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, Literal

from sqlalchemy import Column, ColumnElement, Select, String, bindparam, func, select

from service.store.article_rows import articles
from service.store.listing import Listing, Place, below
from service.store.story_tables import across, stories
from service.store.table import Time

Order = Literal["newest", "largest", "independent"]
STORIES_BY: dict[Order, Column[Any]] = {
    "newest": stories.c.last_at,
    "largest": stories.c.articles,
    "independent": stories.c.independent,
}
Named = tuple[ColumnElement[Any], ColumnElement[str]]
"""A place whose values are given when the statement is executed."""
STANDING = func.coalesce(stories.c.successor_id, "") == ""  # so written, SQLite does not begin with its index
ARTICLE_PLACES = select(articles.c.id, articles.c.at.label("place"))
"""Without the strands: even a join that nothing is asked of keeps PostgreSQL from reading the index alone."""
_FROM, _UNTIL = bindparam("from_time", type_=Time()), bindparam("until_time", type_=Time())


def articles_listed(since: datetime | None, until: datetime | None, before: Place | None) -> list[Listing]:
    """Articles of a time, newest first, after the place `before`. On PostgreSQL."""
    rows = _articles_by_time(since is not None, until is not None, before is not None)
    return [Listing(rows, articles.c.at, articles.c.id, _given(since, until, before))]


def stories_listed(order: Order, since: datetime | None, until: datetime | None, before: Place | None) -> list[Listing]:
    """Stories of a time in this order, after the place `before`, part by part. On PostgreSQL."""
    shape = since is not None, until is not None, before is not None
    given = _given(since, until, before)
    every = _stories_by_time(order, passed(until, before), *shape)
    return [Listing(each, STORIES_BY[order], stories.c.id, given) for each in every]


def newest(rows: Select[Any], before: Place | Named | None) -> Select[Any]:
    """Articles, newest first, after this place."""
    query = rows.order_by(articles.c.at.desc(), articles.c.id.desc())
    return query if before is None else query.where(below(articles.c.at, articles.c.id, before))


def in_parts(
    query: Select[Any],
    order: Order,
    before: Place | Named | None,
    until: datetime | ColumnElement[datetime] | None,
    passed: bool,
    dialect: str,
) -> list[Select[Any]]:
    """A list of stories in parts, one after the other. Of the newest that began before some time, those come first that
    went on after it: the index finds them apart, where one walk would have to pass all that began later. `passed`: the
    list is read beyond these."""
    by = STORIES_BY[order]
    query = query.where(STANDING).order_by(by.desc(), stories.c.id.desc())
    if before is not None:
        query = query.where(below(by, stories.c.id, before))
    if until is None:
        return [query]
    if order != "newest":
        return [query.where(stories.c.first_at < until)]
    ended = query.where(stories.c.last_at < until)
    return [ended] if passed else [query.where(across(dialect, until, until)), ended]


def passed(until: datetime | None, before: Place | None) -> bool:
    """Whether a page after `before` has no more of the stories that went on after `until`."""
    if before is None or until is None:
        return False
    return isinstance(before[0], datetime) and before[0] < until


def story_places(by: Column[Any]) -> tuple[Column[str], ColumnElement[Any]]:
    """The columns of a `Listing` that is sorted by this one."""
    return stories.c.id, by.label("place")


@lru_cache
def _articles_by_time(since: bool, until: bool, before: bool) -> Select[Any]:
    bounds = [*([articles.c.at >= _FROM] if since else []), *([articles.c.at < _UNTIL] if until else [])]
    return newest(ARTICLE_PLACES.where(*bounds), _named_place(articles.c.at, before))


@lru_cache
def _stories_by_time(order: Order, passed: bool, since: bool, until: bool, before: bool) -> Sequence[Select[Any]]:
    by = STORIES_BY[order]
    query = select(*story_places(by)).where(*([stories.c.last_at >= _FROM] if since else []))
    return in_parts(query, order, _named_place(by, before), _UNTIL if until else None, passed, "postgresql")


def _named_place(by: Column[Any], before: bool) -> Named | None:
    return (bindparam("before", type_=by.type), bindparam("before_id", type_=String())) if before else None


def _given(since: datetime | None, until: datetime | None, before: Place | None) -> dict[str, Any]:
    values: dict[str, Any] = {"from_time": since, "until_time": until}
    values |= {} if before is None else {"before": before[0], "before_id": before[1]}
    return {name: value for name, value in values.items() if value is not None}
