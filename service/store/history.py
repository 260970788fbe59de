"""Stories as they stood: an id and a time come in, the story of that time and its articles go out.

What is not known of a time is told as it is now: where an article was published, and when it says so.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, select

from service.errors import NotFound
from service.model import ArticleSummary, Story
from service.sources import NONE, Sources
from service.store.article_rows import enriched_of, revisions
from service.store.browse import Browse, place_of_article
from service.store.lineage import Lineage
from service.store.memberships import memberships, placements
from service.store.reports import Reports
from service.store.table import parts
from service.story import corroboration

MOST_STEPS = 100
"""Stories that go into stories; more would be a ring."""


@dataclass(frozen=True, slots=True)
class StoryThen:
    """A story as it stood at some time."""

    story: Story
    merged: tuple[str, ...]
    """Ids of the stories that had gone into it by then."""
    articles: tuple[ArticleSummary, ...]
    """All of them, newest first."""


class History:
    def __init__(self, connection: Connection, sources: Sources = NONE) -> None:
        self._connection = connection
        self._sources = sources

    def story(self, story_id: str, at: datetime) -> StoryThen:
        """The story that this id led to at that time. Raises `NotFound` if there was none."""
        standing = self._standing(story_id, at)
        articles = self._articles(standing, at)
        reports = Reports(self._connection, self._sources).of_articles(each.id for each in articles)
        found = corroboration(reports, self._sources)
        told = replace(
            _story(standing, articles),
            independent=found.independent,
            controlled=found.controlled,
            citing=found.citing,
            earliest_id=found.earliest.article_id if found.earliest else "",
        )
        return StoryThen(told, self._merged(standing, at), tuple(articles))

    def article_ids(self, story_id: str, at: datetime) -> list[str]:
        """The articles that a standing story had at that time."""
        of_story = select(placements.c.strand_id).where(placements.c.story_id == story_id, _then(placements, at))
        inside = select(memberships.c.article_id).where(memberships.c.strand_id.in_(of_story), _then(memberships, at))
        return list(self._connection.scalars(inside.order_by(memberships.c.article_id)))

    def _standing(self, story_id: str, at: datetime) -> str:
        for _ in range(MOST_STEPS):
            if self.article_ids(story_id, at):
                return story_id
            gone = Lineage(self._connection).last(story_id, "swallowed", at)
            if gone is None:
                break
            story_id = gone.other_id
        raise NotFound(f"there was no story {story_id} at {at.isoformat()}")

    def _merged(self, story_id: str, at: datetime) -> tuple[str, ...]:
        """Also those that came with others, and only those that did not leave again."""
        found: dict[str, None] = {}
        waiting = [story_id]
        while waiting:
            new = {step.other_id for step in Lineage(self._connection).swallowed(waiting.pop(), at)} - found.keys()
            kept = [each for each in sorted(new) if self._standing_or_none(each, at) == story_id]
            found |= dict.fromkeys(kept)
            waiting += kept
        return tuple(sorted(found))

    def _standing_or_none(self, story_id: str, at: datetime) -> str | None:
        try:
            return self._standing(story_id, at)
        except NotFound:
            return None

    def _articles(self, story_id: str, at: datetime) -> list[ArticleSummary]:
        ids = self.article_ids(story_id, at)
        found = sorted(Browse(self._connection).articles_of(ids), key=place_of_article, reverse=True)
        changed = [each.id for each in found if each.changed_at and each.changed_at > at]
        before = self._texts(changed, at)
        return [replace(each, story_id=story_id, **before.get(each.id, {})) for each in found]

    def _texts(self, article_ids: Sequence[str], at: datetime) -> dict[str, dict[str, Any]]:
        """What the articles that were changed later said at that time."""
        columns = revisions.c.article_id, revisions.c.revision, revisions.c.enriched, revisions.c.filed_at
        found: dict[str, dict[str, Any]] = {}
        for part in parts(article_ids):
            wanted = select(*columns).where(revisions.c.article_id.in_(part), revisions.c.filed_at <= at)
            for row in self._connection.execute(wanted.order_by(revisions.c.revision)):
                enriched = enriched_of(row.enriched)
                raw = enriched.article.raw
                text = {"title": raw.title, "summary": raw.summary or enriched.text[:400], "state": raw.state}
                numbers = {"revision": row.revision, "changed_at": row.filed_at, "moved_to": raw.moved_to}
                found[row.article_id] = text | numbers | {"countries": tuple(sorted(set(enriched.countries)))}
        return found


def _then(table: Table, at: datetime) -> ColumnElement[bool]:
    return (table.c.since <= at) & (table.c.until.is_(None) | (table.c.until > at))


def _story(story_id: str, articles: Sequence[ArticleSummary]) -> Story:
    """What a story with these articles comes to, as `recount` says."""
    own = [each for each in articles if not each.original_id]
    named = Counter(country for each in own for country in each.countries)
    first = min(articles, key=lambda each: (bool(each.original_id), each.at, each.id))
    return Story(
        id=story_id,
        title=first.title,
        languages=tuple(sorted({each.language for each in articles})),
        countries=tuple(sorted(named, key=lambda country: (-named[country], country))),
        articles=len(articles),
        copies=len(articles) - len(own),
        sources=max(1, len({each.source for each in own})),
        first_at=min(each.at for each in articles),
        last_at=max(each.at for each in articles),
    )
