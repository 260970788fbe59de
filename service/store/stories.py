"""Stories, the merges between them, and what is counted of each."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from service.errors import NotFound
from service.model import Story, Strand
from service.store.articles import articles
from service.store.recount import clear, recount
from service.store.story_tables import stories, story_countries, story_languages, story_sources
from service.store.strands import put_in_stories, strands, strands_of
from service.store.table import insert, parts

__all__ = ["Stories", "stories", "story_countries", "story_languages", "story_sources", "strands"]


class Stories:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def strands(self, strand_ids: Iterable[str]) -> dict[str, Strand]:
        """These strands, by id; those that do not exist are missing."""
        return strands_of(self._connection, strand_ids)

    def open(self, opened: Mapping[str, datetime]) -> None:
        """Stories that begin, each with its time; they are empty until counted. Safe to repeat."""
        rows = [
            {"id": story_id, "title": "", "articles": 0, "copies": 0, "sources": 0, "successor_id": ""}
            | {"first_at": at, "last_at": at}
            for story_id, at in opened.items()
        ]
        if rows:
            self._connection.execute(insert(self._connection, stories).on_conflict_do_nothing(), rows)

    def put(self, story_of: Mapping[str, str]) -> None:
        """Put these strands in these stories."""
        put_in_stories(self._connection, story_of)

    def recount(self, story_ids: Iterable[str]) -> None:
        """Title, times, languages, countries and numbers of these stories, from their articles."""
        recount(self._connection, story_ids)

    def story_of(self, article_ids: Iterable[str]) -> dict[str, str]:
        """The story of each article that is filed and linked."""
        wanted = select(articles.c.id, strands.c.story_id).join(strands, strands.c.id == articles.c.strand_id)
        found: dict[str, str] = {}
        for part in parts(article_ids):
            linked = wanted.where(articles.c.id.in_(part), strands.c.story_id != "")
            found.update((row.id, row.story_id) for row in self._connection.execute(linked))
        return found

    def merge(self, successor_of: Mapping[str, str]) -> None:
        """Each of these stories was swallowed by another, which stands; strands and earlier redirects follow.

        No chains are kept: a redirect always leads to a story that stands.
        """
        for loser, winner in successor_of.items():
            self._connection.execute(
                update(strands).where(strands.c.story_id == loser).values(story_id=winner)
            )
            self._connection.execute(
                update(stories)
                .where((stories.c.id == loser) | (stories.c.successor_id == loser))
                .values(successor_id=winner)
            )
        clear(self._connection, list(successor_of))

    def lineage(self, story_ids: Iterable[str]) -> dict[str, frozenset[str]]:
        """Of each story, the ids of those that were merged into it."""
        wanted = select(stories.c.id, stories.c.successor_id)
        merged: dict[str, set[str]] = {story_id: set() for story_id in story_ids}
        for part in parts(merged):
            for row in self._connection.execute(wanted.where(stories.c.successor_id.in_(part))):
                merged[row.successor_id].add(row.id)
        return {story_id: frozenset(ids) for story_id, ids in merged.items()}

    def get(self, story_id: str) -> Story:
        """A story, or the one it was merged into. Raises `NotFound`."""
        row = self._row(story_id)
        if row is not None and row.successor_id:
            row = self._row(row.successor_id)
        if row is None:
            raise NotFound(f"there is no story {story_id}")
        return self._story(row)

    def _row(self, story_id: str) -> Row[Any] | None:
        return self._connection.execute(select(stories).where(stories.c.id == story_id)).first()

    def _story(self, row: Row[Any]) -> Story:
        languages = select(story_languages.c.language).where(story_languages.c.story_id == row.id)
        countries = select(story_countries.c.country).where(story_countries.c.story_id == row.id)
        most_named = story_countries.c.articles.desc(), story_countries.c.country
        return Story(
            id=row.id,
            title=row.title,
            languages=tuple(self._connection.scalars(languages.order_by(story_languages.c.language))),
            countries=tuple(self._connection.scalars(countries.order_by(*most_named))),
            articles=row.articles,
            copies=row.copies,
            sources=row.sources,
            first_at=row.first_at,
            last_at=row.last_at,
            successor_id=row.successor_id,
        )
