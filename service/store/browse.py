"""What the API's lists show: articles and stories by filter, a page at a time.

In go a filter, the place of the last row already seen and the number wanted; out come `ArticleSummary` and
`Story` values, newest (or largest) first. Paging is by place, never by offset: rows that arrive meanwhile
neither repeat nor hide others.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar

import msgspec
from sqlalchemy import Column, Connection, Select, func, literal, select, tuple_

from service.messages import Entity
from service.model import ArticleSummary, ArticleView, Story
from service.store.among import Among
from service.store.article_rows import article_countries, article_view, articles, revisions, stored_of
from service.store.entity_tables import article_entities, entity_ids
from service.store.identities import aliases
from service.store.listing import Listing, Place
from service.store.ordered import (
    ARTICLE_PLACES,
    STANDING,
    STORIES_BY,
    Order,
    articles_listed,
    in_parts,
    newest,
    passed,
    stories_listed,
    story_places,
)
from service.store.shown import OWNERS, STORY, SUMMARY
from service.store.story_tables import stories, story_countries, story_languages, story_sources
from service.store.strands import strands
from service.store.table import parts
from service.urls import article_id

Identified = TypeVar("Identified", ArticleSummary, Story)
MOST_KNOWN = 10_000
FEW = 1000
"""Up to so many rows are looked up one by one rather than met on the way."""
MOST_COPIES = 200
"""Copies shown with an article."""


@dataclass(frozen=True, slots=True)
class Filter:
    """What is wanted; None wants all. `since` is included, `until` is not."""

    ids: Sequence[str] | None = None
    """Where rows are counted only."""
    language: str | None = None
    country: str | None = None
    source: str | None = None
    story_id: str | None = None
    """For articles only."""
    entity: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    independent: int | None = None
    """For stories only: at least so many voices."""


class Browse:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def articles(self, wanted: Filter, before: Place | None = None, most: int = 100) -> list[ArticleSummary]:
        """Newest first; `before` is the place of the last one already seen."""
        return self._summaries(self._newest(wanted, before, FILED).limit(most))

    def articles_of(self, ids: Sequence[str]) -> list[ArticleSummary]:
        """These, in their order, without those that are not there."""
        return _in_order(ids, [ArticleSummary(*row) for row in self._connection.execute(_ARTICLES_OF, {"ids": ids})])

    def listed_articles(self, wanted: Filter, before: Place | None = None) -> list[Listing]:
        """The same list, without its end."""
        if self._named(wanted):
            return articles_listed(wanted.since, wanted.until, before)
        rows = ARTICLE_PLACES if wanted.story_id is None else ARTICLE_PLACES.outerjoin(strands, _OWN_STRAND)
        return [Listing(self._newest(wanted, before, rows), articles.c.at, articles.c.id)]

    def _newest(self, wanted: Filter, before: Place | None, rows: Select[Any]) -> Select[Any]:
        return newest(self.filtered(wanted, rows), before)

    def _named(self, wanted: Filter) -> bool:
        """Whether the list is written once for all values: if it is bounded by times alone. On PostgreSQL."""
        return self._connection.dialect.name == "postgresql" and wanted == Filter(
            since=wanted.since, until=wanted.until
        )

    def filtered(self, wanted: Filter, rows: Select[Any]) -> Select[Any]:
        """The articles among these rows that pass, in no order; of whatever ids."""
        query = self._with(wanted.country, article_countries.c.country, _passing(wanted, rows))
        return self._with(wanted.entity, article_entities.c.entity_id, query)

    def copies(
        self, article_id: str, after: tuple[datetime, str] | None = None, most: int = 100
    ) -> list[ArticleSummary]:
        """Of this article, the earliest first; `after` is the place of the last one already seen."""
        query = FILED.where(articles.c.original_id == article_id)
        if after is not None:
            at, last_id = literal(after[0], articles.c.at.type), literal(after[1])
            query = query.where(tuple_(articles.c.at, articles.c.id) > tuple_(at, last_id))
        return self._summaries(query.order_by(articles.c.at, articles.c.id).limit(most))

    def changed(self, wanted: Filter, after: int = 0, most: int = 100) -> list[ArticleSummary]:
        """In the order in which they changed, those first that changed long ago; `after` is the `changed_seq` of the
        last one already seen. Whoever has seen one has seen all that came before it: an article that changes again
        goes to the end."""
        query = (
            self.filtered(wanted, FILED)
            .where(articles.c.changed_seq > after)
            .order_by(articles.c.changed_seq)
            .limit(most)
        )
        return self._summaries(query)

    def changes_before(self, at: datetime) -> int:
        """The `changed_seq` after which all changes from that time on are."""
        later = select(func.min(articles.c.changed_seq)).where(articles.c.changed_at >= at)
        first = self._connection.scalar(later)
        return first - 1 if first else self._connection.scalar(select(func.max(articles.c.changed_seq))) or 0

    def article(self, article_id: str) -> ArticleView | None:
        """Everything about one article, its revisions in order. An id that follows from an alias will do."""
        found = self._summaries(FILED.where(articles.c.id == article_id))
        if not found:
            behind = self._behind(article_id)
            return self.article(behind) if behind else None
        query = select(revisions).where(revisions.c.article_id == article_id)
        filed = [stored_of(row) for row in self._connection.execute(query.order_by(revisions.c.revision))]
        shown = self.copies(article_id, most=MOST_COPIES)
        entities = self._entities(filed[-1].enriched.entities)
        return replace(article_view(found[0], filed, tuple(shown)), entities=entities)

    def _entities(self, named: Sequence[Entity]) -> tuple[Entity, ...]:
        """Under the ids of the entities that theirs belong to."""
        own: dict[str, str] = {}
        for some in parts(each.id for each in named):
            rows = self._connection.execute(select(entity_ids).where(entity_ids.c.id.in_(some)))
            own |= {row.id: row.entity_id for row in rows}
        return tuple(msgspec.structs.replace(each, id=own.get(each.id, each.id)) for each in named)

    def article_at(self, url: str) -> str | None:
        """The id of the article that is, or once was, at this canonical address."""
        here: str | None = self._connection.execute(select(articles.c.id).where(articles.c.url == url)).scalar()
        if here:
            return here
        own = article_id(url)
        before: str | None = self._connection.execute(select(articles.c.id).where(articles.c.id == own)).scalar()
        return before or self._behind(own)

    def _behind(self, own_id: str) -> str | None:
        """The id of the article with an alias from which this id follows, if it is another one."""
        query = select(aliases.c.article_id).where(aliases.c.id == own_id, aliases.c.article_id != own_id)
        found: str | None = self._connection.execute(query).scalar()
        return found

    def stories(
        self, wanted: Filter, order: Order = "newest", before: Place | None = None, most: int = 100
    ) -> list[Story]:
        """Standing stories; `before` is the place (`place_of_story`) of the last one already seen."""
        found = list[Story]()
        for query in self._sorted(wanted, order, before):
            found += self._stories(query.limit(most - len(found)))
            if len(found) >= most:
                break
        return found

    def stories_of(self, ids: Sequence[str]) -> list[Story]:
        """These, in their order, without those that do not stand."""
        return _in_order(ids, [Story(*row) for row in self._connection.execute(_STORIES_OF, {"ids": ids})])

    def listed_stories(self, wanted: Filter, order: Order, before: Place | None = None) -> list[Listing]:
        """The same list, without its end, part by part."""
        if self._named(wanted):
            return stories_listed(order, wanted.since, wanted.until, before)
        by, every = STORIES_BY[order], self._sorted(wanted, order, before)
        return [Listing(each.with_only_columns(*story_places(by)), by, stories.c.id) for each in every]

    def _sorted(self, wanted: Filter, order: Order, before: Place | None) -> list[Select[Any]]:
        beyond = passed(wanted.until, before)
        return in_parts(self._passing(wanted), order, before, wanted.until, beyond, self._connection.dialect.name)

    def changed_stories(self, wanted: Filter, after: int = 0, most: int = 100) -> list[Story]:
        """In the order in which they changed, those first that changed long ago, with those that were merged into
        others since; `after` is the `changed_seq` of the last one already seen."""
        query = self._passing(wanted).where(stories.c.changed_seq > after)
        if wanted.until:
            query = query.where(stories.c.first_at < wanted.until)
        return self._stories(query.order_by(stories.c.changed_seq).limit(most))

    def _passing(self, wanted: Filter) -> Select[Any]:
        query = self._with(wanted.language, story_languages.c.language, _story_query(wanted))
        query = self._with(wanted.country, story_countries.c.country, query)
        query = self._with(wanted.source, story_sources.c.source, query)
        if wanted.entity is not None:
            query = query.where(stories.c.id.in_(_stories_naming(wanted.entity)))
        return query

    def _with(self, value: str | None, kept: Column[str], query: Select[Any]) -> Select[Any]:
        """The articles or stories for which `kept` holds the value.

        Where few do, these are looked up; where many do, the list is walked and each is tried. SQLite cannot
        tell which is quick.
        """
        if value is None:
            return query
        owner, owners = OWNERS[kept.table.name]
        holding = select(owner).where(kept == value)
        if not self._holds_many(kept, value, holding):
            return query.where(owners.in_(holding))
        return query.where(holding.where(owner == owners).exists())

    def _holds_many(self, kept: Column[str], value: str, holding: Select[Any]) -> bool:
        """What is held by many is not asked again by this connection: it is hardly ever held by few later."""
        many: set[tuple[str, str]] = self._connection.info.setdefault("held by many", set())
        named = (kept.table.name, value)
        if named not in many:
            some = select(func.count()).select_from(holding.limit(FEW).subquery())
            if (self._connection.scalar(some) or 0) < FEW:
                return False
            if len(many) < MOST_KNOWN:
                many.add(named)
        return True

    def _summaries(self, query: Select[Any]) -> list[ArticleSummary]:
        return [ArticleSummary(*row) for row in self._connection.execute(query).all()]

    def _stories(self, query: Select[Any]) -> list[Story]:
        return [Story(*row) for row in self._connection.execute(query).all()]


def place_of_article(article: ArticleSummary) -> Place:
    """Where an article stands in a list."""
    return article.at, article.id


def place_of_story(order: Order) -> Callable[[Story], Place]:
    """Where a story stands in a list of this order."""
    name = STORIES_BY[order].name
    return lambda story: (getattr(story, name), story.id)


_OWN_STRAND = strands.c.id == articles.c.strand_id
FILED = select(*SUMMARY).outerjoin(strands, _OWN_STRAND)
"""Articles, as lists show them."""
_ARTICLES_OF = FILED.where(Among(articles.c.id, "ids"))
_STORIES_OF = select(*STORY).where(STANDING, Among(stories.c.id, "ids"))


def _in_order(ids: Sequence[str], found: Iterable[Identified]) -> list[Identified]:
    by_id = {each.id: each for each in found}
    return [by_id[each] for each in ids if each in by_id]


def _passing(wanted: Filter, rows: Select[Any]) -> Select[Any]:
    return rows.where(
        *_equal(articles.c.language, wanted.language),
        *_equal(articles.c.source, wanted.source),
        *_equal(strands.c.story_id, wanted.story_id),
        *([articles.c.at >= wanted.since] if wanted.since else []),
        *([articles.c.at < wanted.until] if wanted.until else []),
    )


def _story_query(wanted: Filter) -> Select[Any]:
    return select(*STORY).where(
        *([stories.c.last_at >= wanted.since] if wanted.since else []),
        *([stories.c.independent >= wanted.independent] if wanted.independent else []),
    )


def _stories_naming(entity: str) -> Select[Any]:
    """The stories with an article that names the entity."""
    named = select(strands.c.story_id).join(articles, articles.c.strand_id == strands.c.id)
    named = named.join(article_entities, article_entities.c.article_id == articles.c.id)
    return named.where(article_entities.c.entity_id == entity)


def _equal(column: Column[str], value: str | None) -> list[Any]:
    return [] if value is None else [column == value]
