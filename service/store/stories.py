"""Stories, the merges between them, and what is counted of each."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, Row, Select, func, select, update

from service.errors import NotFound
from service.model import Story, Strand
from service.sources import NONE, Sources
from service.store.articles import articles
from service.store.recount import clear, recount
from service.store.reports import Reports
from service.store.story_changes import note_changes
from service.store.story_tables import stories, story_countries, story_languages, story_sources
from service.store.strands import put_in_stories, redirect, strands, strands_of, waken
from service.store.table import insert, parts, take_turns

__all__ = ["Stories", "stories", "story_countries", "story_languages", "story_sources", "strands"]


class Stories:
    def __init__(self, connection: Connection, sources: Sources = NONE) -> None:
        self._connection = connection
        self._reports = Reports(connection, sources)

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

    def redirect_strand(self, strand_id: str, successor_id: str) -> None:
        """A strand was emptied, and leads to the one where its last article went."""
        redirect(self._connection, strand_id, successor_id)

    def waken(self, strand_ids: Iterable[str]) -> None:
        """These strands have articles, whatever was before."""
        waken(self._connection, strand_ids)

    def recount(self, story_ids: Iterable[str]) -> None:
        """Title, times, languages, countries, numbers and voices of these stories, from their articles."""
        for part in parts(sorted(set(story_ids))):
            recount(self._connection, part)
            self._reports.corroborate(part)
            note_changes(self._connection, part)

    def uncounted(self, after: str, most: int) -> list[str]:
        """Stories that stand, and of whose sources nobody ever counted the independent ones; by id, behind `after`."""
        never = (stories.c.independent == 0) & (stories.c.articles > 0) & (stories.c.successor_id == "")
        wanted = select(stories.c.id).where(never, stories.c.id > after).order_by(stories.c.id).limit(most)
        return list(self._connection.execute(wanted).scalars())

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
            self._connection.execute(update(strands).where(strands.c.story_id == loser).values(story_id=winner))
            self._connection.execute(
                update(stories)
                .where((stories.c.id == loser) | (stories.c.successor_id == loser))
                .values(successor_id=winner)
            )
        clear(self._connection, list(successor_of))
        note_changes(self._connection, successor_of)

    def revive(self, story_id: str, earlier: Iterable[str]) -> None:
        """A story that was swallowed stands again, and those that it had swallowed before lead to it again."""
        self._connection.execute(update(stories).where(stories.c.id == story_id).values(successor_id=""))
        for part in parts(earlier):
            back = stories.c.id.in_(part) & (stories.c.successor_id != "")
            self._connection.execute(update(stories).where(back).values(successor_id=story_id))
        note_changes(self._connection, [story_id])

    def lineage(self, story_ids: Iterable[str]) -> dict[str, frozenset[str]]:
        """Of each story, the ids of those that were merged into it."""
        wanted = select(stories.c.id, stories.c.successor_id)
        merged: dict[str, set[str]] = {story_id: set() for story_id in story_ids}
        for part in parts(merged):
            for row in self._connection.execute(wanted.where(stories.c.successor_id.in_(part))):
                merged[row.successor_id].add(row.id)
        return {story_id: frozenset(ids) for story_id, ids in merged.items()}

    def count(self) -> int:
        """Stories that stand."""
        standing = select(func.count()).select_from(stories).where(stories.c.successor_id == "")
        return self._connection.execute(standing).scalar_one()

    def turn(self, article_ids: Iterable[str]) -> dict[str, str]:
        """The story of each article that is linked, which link will not change until we commit."""
        take_turns(self._connection)
        return self.story_of(article_ids)

    def lock(self, story_ids: Iterable[str]) -> dict[str, Story]:
        """The story that stands today for each id, held until we commit: nobody merges it meanwhile.

        Locks are taken in the order of ids, so that two workers never wait for each other.
        """
        take_turns(self._connection)
        return self._standing(story_ids, select(stories).with_for_update())

    def standing(self, story_ids: Iterable[str]) -> dict[str, Story]:
        """The story that stands today for each id; ids of no story are left out."""
        return self._standing(story_ids, select(stories))

    def _standing(self, story_ids: Iterable[str], wanted: Select[Any]) -> dict[str, Story]:
        found: dict[str, Row[Any]] = {}
        heirs = {story_id: story_id for story_id in story_ids}
        while missing := {heir for heir in heirs.values() if heir not in found}:
            for part in parts(sorted(missing)):
                rows = wanted.where(stories.c.id.in_(part)).order_by(stories.c.id)
                found.update((row.id, row) for row in self._connection.execute(rows))
            heirs = {old: found[heir].successor_id or heir for old, heir in heirs.items() if heir in found}
        standing = {row.id: row for row in found.values() if not row.successor_id}
        told = self._told(list(standing.values()))
        return {old: told[heir] for old, heir in heirs.items()}

    def get(self, story_id: str) -> Story:
        """A story, or the one it was merged into. Raises `NotFound`."""
        row = self._row(story_id)
        if row is not None and row.successor_id:
            row = self._row(row.successor_id)
        if row is None:
            raise NotFound(f"there is no story {story_id}")
        return self._told([row])[row.id]

    def _row(self, story_id: str) -> Row[Any] | None:
        return self._connection.execute(select(stories).where(stories.c.id == story_id)).first()

    def _told(self, rows: Sequence[Row[Any]]) -> dict[str, Story]:
        ids = [row.id for row in rows]
        languages = self._many(story_languages.c.language, ids, story_languages.c.language)
        most_named = story_countries.c.articles.desc(), story_countries.c.country
        countries = self._many(story_countries.c.country, ids, *most_named)
        return {
            row.id: Story(**row._mapping, languages=languages.get(row.id, ()), countries=countries.get(row.id, ()))
            for row in rows
        }

    def _many(self, column: Column[str], story_ids: Sequence[str], *order: Any) -> dict[str, tuple[str, ...]]:
        """The column's values for each story, in this order."""
        found: dict[str, tuple[str, ...]] = {}
        table = column.table
        for part in parts(story_ids):
            wanted = select(table.c.story_id, column).where(table.c.story_id.in_(part)).order_by(*order)
            for story_id, value in self._connection.execute(wanted):
                found[story_id] = (*found.get(story_id, ()), value)
        return found
