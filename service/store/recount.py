"""Counting stories anew: the ids of stories come in, their rows follow from the articles of their strands."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, delete, func, select, update

from service.store.article_rows import article_countries, articles
from service.store.story_tables import stories, story_countries, story_languages, story_sources
from service.store.strands import strands
from service.store.table import insert, insert_together, parts

JOINED = articles.join(strands, strands.c.id == articles.c.strand_id)


@dataclass
class _Count:
    """What one story comes to."""

    first_at: datetime
    last_at: datetime
    title: str = ""
    articles: int = 0
    copies: int = 0
    sources: set[str] = field(default_factory=set)
    languages: set[str] = field(default_factory=set)
    countries: dict[str, int] = field(default_factory=dict)


def recount(connection: Connection, story_ids: Iterable[str]) -> None:
    """Title, times and numbers of these stories, from articles that are nobody's copy if there are any."""
    for part in parts(sorted(set(story_ids))):
        counts = _counts(connection, part)
        _add_titles(connection, part, counts)
        _add_countries(connection, part, counts)
        _write(connection, counts)
        _replace(connection, part, counts)


def clear(connection: Connection, story_ids: Sequence[str]) -> None:
    """Stories that were merged into others have nothing of their own any more, whatever was counted before."""
    for part in parts(story_ids):
        nothing = {"title": "", "articles": 0, "copies": 0, "sources": 0}
        nothing |= {"independent": 0, "controlled": 0, "citing": 0, "earliest_id": ""}
        connection.execute(update(stories).where(stories.c.id.in_(part)).values(nothing))
        _replace(connection, part, {})


def _counts(connection: Connection, story_ids: list[str]) -> dict[str, _Count]:
    story, is_copy = strands.c.story_id, (articles.c.original_id != "").label("is_copy")
    of_group = strands.c.story_id, articles.c.language, articles.c.source, is_copy
    times = func.min(articles.c.at).label("first"), func.max(articles.c.at).label("last")
    grouped = select(*of_group, func.count().label("articles"), *times).select_from(JOINED)
    counts: dict[str, _Count] = {}
    for row in connection.execute(grouped.where(story.in_(story_ids)).group_by(*of_group)):
        count = counts.setdefault(row.story_id, _Count(row.first, row.last))
        count.first_at, count.last_at = min(count.first_at, row.first), max(count.last_at, row.last)
        count.articles += row.articles
        count.languages.add(row.language)
        if row.is_copy:
            count.copies += row.articles
        else:
            count.sources.add(row.source)
    return counts


def _add_titles(connection: Connection, story_ids: list[str], counts: dict[str, _Count]) -> None:
    """A copy gives the title only where there is nothing else: its original is not ours."""
    earliest_first = articles.c.original_id != "", articles.c.at, articles.c.id
    place = func.row_number().over(partition_by=strands.c.story_id, order_by=earliest_first).label("place")
    ranked = (
        select(strands.c.story_id, articles.c.title, place)
        .select_from(JOINED)
        .where(strands.c.story_id.in_(story_ids))
        .subquery()
    )
    for row in connection.execute(select(ranked).where(ranked.c.place == 1)):
        counts[row.story_id].title = row.title


def _add_countries(connection: Connection, story_ids: list[str], counts: dict[str, _Count]) -> None:
    of_group = strands.c.story_id, article_countries.c.country
    named = JOINED.join(article_countries, article_countries.c.article_id == articles.c.id)
    wanted = select(*of_group, func.count().label("articles")).select_from(named)
    wanted = wanted.where(strands.c.story_id.in_(story_ids), articles.c.original_id == "")
    for row in connection.execute(wanted.group_by(*of_group)):
        counts[row.story_id].countries[row.country] = row.articles


def _write(connection: Connection, counts: dict[str, _Count]) -> None:
    rows = [
        {
            "id": story_id,
            "title": count.title,
            "articles": count.articles,
            "copies": count.copies,
            "sources": max(1, len(count.sources)),  # copies of one report we never saw still have a source
            "first_at": count.first_at,
            "last_at": count.last_at,
            "successor_id": "",
        }
        for story_id, count in counts.items()
    ]
    if not rows:
        return
    put = insert(connection, stories)
    counted = {name: put.excluded[name] for name in rows[0] if name not in ("id", "successor_id")}
    connection.execute(put.on_conflict_do_update(index_elements=["id"], set_=counted), rows)


def _replace(connection: Connection, story_ids: list[str], counts: dict[str, _Count]) -> None:
    languages = [{"story_id": key, "language": each} for key, count in counts.items() for each in count.languages]
    sources = [{"story_id": key, "source": each} for key, count in counts.items() for each in count.sources]
    countries = [
        {"story_id": key, "country": country, "articles": number}
        for key, count in counts.items()
        for country, number in count.countries.items()
    ]
    _replace_rows(connection, story_languages, story_ids, languages)
    _replace_rows(connection, story_sources, story_ids, sources)
    _replace_rows(connection, story_countries, story_ids, countries)


def _replace_rows(connection: Connection, table: Table, story_ids: list[str], rows: list[dict[str, Any]]) -> None:
    connection.execute(delete(table).where(table.c.story_id.in_(story_ids)))
    insert_together(connection, insert(connection, table), rows)
