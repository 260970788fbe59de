"""How articles that pass a filter are spread: over sources, languages, countries, people, topics, and over time.

In goes a `Filter` as lists take it; out comes a `Spread` of the newest articles that pass, each counted once for a
value, the most common values first.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Column, Connection, Select, func, select

from service.store.alerts import alerts
from service.store.article_rows import article_countries, articles
from service.store.browse import FILED, Browse, Filter
from service.store.entities import Entities
from service.store.entity_tables import article_entities, entities
from service.store.strands import strands
from service.store.table import parts
from service.store.topic_tables import topics

Facet = Literal["source", "language", "country", "person", "organisation", "topic"]
Step = Literal["hour", "day"]
MOST_COUNTED = 5_000
"""Articles that are counted, the newest ones."""


@dataclass(frozen=True, slots=True)
class Value:
    """A value of a facet, its name where it is an id, and how many articles have it."""

    value: str
    name: str
    articles: int


@dataclass(frozen=True, slots=True)
class Slot:
    """An hour or a day (UTC) by its beginning, and what was published in it."""

    at: datetime
    articles: int
    stories: int


@dataclass(frozen=True, slots=True)
class Spread:
    """`more` if there are more articles than were counted."""

    articles: int
    more: bool
    facets: Mapping[Facet, Sequence[Value]]
    timeline: Sequence[Slot]


@dataclass(frozen=True, slots=True)
class Asked:
    """Which facets, with how many values each; the slots of the timeline if one is wanted. Topics are the account's."""

    facets: Sequence[Facet] = ()
    values: int = 10
    step: Step | None = None
    account_id: str = ""


class Counting:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def spread(self, wanted: Filter, asked: Asked) -> Spread:
        """Of the newest articles that pass; those without a time of their own count when they were seen."""
        rows = self._newest(wanted)
        more = len(rows) > MOST_COUNTED
        counted = rows[:MOST_COUNTED]
        facets = {facet: self._facet(facet, counted, asked) for facet in asked.facets}
        return Spread(len(counted), more, facets, _timeline(counted, asked.step) if asked.step else ())

    def _newest(self, wanted: Filter) -> Sequence[Any]:
        shown = [articles.c[name] for name in ("id", "at", "source", "language")]
        query = Browse(self._connection).filtered(wanted, FILED).with_only_columns(*shown, strands.c.story_id)
        query = query.order_by(articles.c.at.desc(), articles.c.id.desc()).limit(MOST_COUNTED + 1)
        if wanted.ids is None:
            return self._connection.execute(query).all()
        found = [row for some in parts(wanted.ids) for row in self._connection.execute(query.where(_among(some)))]
        return sorted(found, key=lambda row: (row.at, row.id), reverse=True)

    def _facet(self, facet: Facet, rows: Sequence[Any], asked: Asked) -> list[Value]:
        match facet:
            case "source" | "language":
                return _named(Counter(getattr(row, facet) for row in rows).most_common(asked.values))
            case "country":
                found = self._grouped(article_countries.c.country, article_countries.c.article_id, rows)
                return _named(found.most_common(asked.values))
            case "topic":
                return self._topics(rows, asked)
            case _:
                return self._entities(facet, rows, asked.values)

    def _entities(self, kind: str, rows: Sequence[Any], most: int) -> list[Value]:
        of_kind = select(article_entities.c.entity_id, func.count()).join(
            entities, (entities.c.id == article_entities.c.entity_id) & (entities.c.kind == kind)
        )
        counts = self._sum(of_kind.group_by(article_entities.c.entity_id), article_entities.c.article_id, rows)
        top = counts.most_common(most)
        return _named(top, Entities(self._connection).names(id for id, _ in top))

    def _topics(self, rows: Sequence[Any], asked: Asked) -> list[Value]:
        """Articles of stories that raised an alert."""
        of_story = Counter(row.story_id for row in rows if row.story_id)
        raised = select(alerts.c.topic_id, alerts.c.story_id).where(alerts.c.account_id == asked.account_id)
        counts = Counter[str]()
        for some in parts(of_story):
            for row in self._connection.execute(raised.where(alerts.c.story_id.in_(some))):
                counts[row.topic_id] += of_story[row.story_id]
        top = counts.most_common(asked.values)
        known = select(topics.c.id, topics.c.name).where(topics.c.id.in_([id for id, _ in top]))
        return _named(top, {row.id: row.name for row in self._connection.execute(known)})

    def _grouped(self, value: Column[str], owner: Column[str], rows: Sequence[Any]) -> Counter[str]:
        return self._sum(select(value, func.count()).group_by(value), owner, rows)

    def _sum(self, query: Select[*tuple[Any, ...]], owner: Column[str], rows: Sequence[Any]) -> Counter[str]:
        counts = Counter[str]()
        for some in parts(row.id for row in rows):
            for value, number in self._connection.execute(query.where(owner.in_(some))):
                counts[value] += number
        return counts


def _timeline(rows: Iterable[Any], step: Step) -> list[Slot]:
    """Slots in which something was published, the earliest first."""
    within: dict[datetime, list[str]] = {}
    for row in rows:
        start = row.at.replace(minute=0, second=0, microsecond=0, **({"hour": 0} if step == "day" else {}))
        within.setdefault(start, []).append(row.story_id)
    return [Slot(at, len(stories), len(set(stories) - {"", None})) for at, stories in sorted(within.items())]


def _named(counts: Iterable[tuple[str, int]], names: Mapping[str, str] | None = None) -> list[Value]:
    return [Value(value, (names or {}).get(value, value), number) for value, number in counts]


def _among(ids: Sequence[str]) -> Any:
    return articles.c.id.in_(ids)
