"""Which articles say what is sought, and which stories have one that does: an ordered list in, the first of it out.

A word may stand in every second article or in three of a million. To ask the index for all that have a common one
takes longer than to look at the newest: so the first few of the list are looked at, then more, then the index is asked.
On PostgreSQL only: SQLite's full text cannot be asked of one article.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Subquery, exists, func, not_, or_, select

from service.query.tree import Field
from service.store.article_rows import article_countries, articles
from service.store.entity_tables import article_entities
from service.store.full_text import has_words, with_words
from service.store.narrowing import Condition
from service.store.story_tables import stories
from service.store.strands import strands

LOOKED_AT = (500, 8000)
"""Rows of a list that are looked at before the index is asked."""
RARE = 4
"""Of these few are those that say what is sought too rare to go on looking."""
_IN_STORIES = articles.join(strands, strands.c.id == articles.c.strand_id)


@dataclass(frozen=True, slots=True)
class Listed:
    """Rows with an id and what they are sorted by, in falling order of both."""

    rows: Select[Any]
    sorted_by: str
    of_stories: bool

    def first(self, connection: Connection, conditions: Sequence[Condition], most: int) -> list[str]:
        """Ids of the first that say it, or have an article that does."""
        for window in (each for each in LOOKED_AT if each >= most):
            found = list(connection.execute(self._near(window, conditions).limit(most)).scalars())
            if len(found) == most:
                return found
            if len(found) < RARE:
                break
        far = _having(conditions, connection) if self.of_stories else saying(conditions, connection)
        wanted = self.rows.with_only_columns(self.rows.selected_columns.id).where(*far).limit(most)
        return list(connection.execute(wanted).scalars())

    def _near(self, window: int, conditions: Sequence[Condition]) -> Select[Any]:
        some = self.rows.limit(window).subquery()
        says = [_sql(each, has_words(articles.c.id, each.words) if each.words else None) for each in conditions]
        held = exists(_within(some, self.of_stories).where(*says))
        return select(some.c.id).where(held).order_by(some.c[self.sorted_by].desc(), some.c.id.desc())


def saying(conditions: Sequence[Condition], connection: Connection) -> list[ColumnElement[bool]]:
    """What holds for an article that says it, found by the index."""
    return [
        _sql(each, articles.c.id.in_(with_words(connection, each.words)) if each.words else None) for each in conditions
    ]


def _having(conditions: Sequence[Condition], connection: Connection) -> list[ColumnElement[bool]]:
    held = select(strands.c.story_id).select_from(_IN_STORIES).where(*saying(conditions, connection))
    return [stories.c.id.in_(held)]


def _within(some: Subquery, of_stories: bool) -> Select[Any]:
    if of_stories:
        return select(articles.c.id).select_from(_IN_STORIES).where(strands.c.story_id == some.c.id)
    return select(articles.c.id).where(articles.c.id == some.c.id)


def _sql(condition: Condition, words: ColumnElement[bool] | None) -> ColumnElement[bool]:
    any_of = [_field(field) for field in condition.fields] + ([] if words is None else [words])
    return or_(*any_of) if condition.wanted else not_(or_(*any_of))


def _field(field: Field) -> ColumnElement[bool]:
    match field.name:
        case "lang":
            return articles.c.language == field.value
        case "entity":
            named = select(article_entities.c.article_id).where(article_entities.c.entity_id == field.value)
            return articles.c.id.in_(named)
        case "country":
            named = select(article_countries.c.article_id).where(article_countries.c.country == field.value)
            return articles.c.id.in_(named)
        case _:
            source = func.lower(articles.c.source)
            return or_(source == field.value, source.endswith(f".{field.value}", autoescape=True))
