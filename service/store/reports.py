"""Stories as reports: ids of stories in; their articles without and with texts out, as `service.story` reads them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Row,
    Select,
    bindparam,
    case,
    func,
    select,
    type_coerce,
    union_all,
    update,
)

from service.messages import DateMention, Entity, Figure, Place
from service.sources import NONE, Source, Sources
from service.store.article_rows import articles, is_current, revisions
from service.store.attributions import citations
from service.store.entities import Entities
from service.store.story_tables import stories
from service.store.strands import strands
from service.store.table import EPOCH, parts
from service.story import Citing, Corroboration, Named, Report, Stream, Told, corroboration
from service.story.growth import BEFORE, NOW
from service.story.reports import EXACT

MOST = 1000
"""Reports of a story that are read: of a larger one three quarters of these the earliest, the others the newest."""
MOST_TIMES = 2000
"""Articles of a story of which the times are looked at: the newest."""
COARSE = timedelta(days=1)
"""How much earlier than it was an article may seem to have been published, if it says but the day."""
MOST_COUNTED = 200_000
"""Articles of the last day that are counted for the rhythm of the stream."""
_SHOWN = ("id", "source", "language", "title", "original_id", "published_at", "published_precision", "seen_at", "state")
_OF_REPORT = [articles.c[name] for name in _SHOWN]
_JOINED = articles.join(strands, strands.c.id == articles.c.strand_id)


class Reports:
    def __init__(self, connection: Connection, sources: Sources = NONE) -> None:
        self._connection = connection
        self._sources = sources

    def of(self, story_id: str, most: int = MOST) -> tuple[list[Report], list[Citing]]:
        """A story's reports, in no order, and whom they cite; of a story that has more, the earliest and newest."""
        mine = select(articles.c.id).select_from(_JOINED).where(strands.c.story_id == story_id)
        newest = most // 4
        first = mine.order_by(articles.c.at, articles.c.id).limit(most - newest).subquery()
        last = mine.order_by(articles.c.at.desc(), articles.c.id.desc()).limit(newest).subquery()
        ids = union_all(select(first.c.id), select(last.c.id)).subquery()
        rows = self._connection.execute(select(*_OF_REPORT).where(articles.c.id.in_(select(ids.c.id)))).all()
        leaning = select(citations).where(citations.c.article_id.in_(select(ids.c.id)))
        citings = self._citings(self._connection.execute(leaning.order_by(citations.c.article_id, citations.c.domain)))
        return self._reports(rows, citings), [each for some in citings.values() for each in some]

    def of_articles(self, article_ids: Iterable[str]) -> list[Report]:
        """These articles as reports, in no order."""
        found: list[Report] = []
        for part in parts(article_ids):
            rows = self._connection.execute(select(*_OF_REPORT).where(articles.c.id.in_(part))).all()
            leaning = select(citations).where(citations.c.article_id.in_(part))
            ordered = leaning.order_by(citations.c.article_id, citations.c.domain)
            found += self._reports(rows, self._citings(self._connection.execute(ordered)))
        return found

    def texts(self, article_ids: Iterable[str]) -> list[Told]:
        """The current texts of these articles, with entities under the ids that they go by here."""
        wanted = select(revisions.c.article_id, revisions.c.enriched).join(articles, is_current())
        found: dict[str, _Read] = {}
        for part in parts(article_ids):
            for row in self._connection.execute(wanted.where(articles.c.id.in_(part))):
                found[row.article_id] = msgspec.json.decode(row.enriched, type=_Read)
        own = Entities(self._connection).behind({each.id for read in found.values() for each in read.entities})
        return [_told(article_id, read, own) for article_id, read in sorted(found.items())]

    def times(self, story_id: str, since: datetime) -> list[datetime]:
        """The moments at which the articles of a story count in rates, of those that were seen since then."""
        columns = (articles.c.at, articles.c.seen_at, articles.c.published_precision)
        recent = (articles.c.at >= since - COARSE, articles.c.seen_at >= since)
        mine = select(*columns).select_from(_JOINED).where(strands.c.story_id == story_id, *recent)
        newest = mine.order_by(articles.c.at.desc()).limit(MOST_TIMES)
        rows = self._connection.execute(newest)
        return [row.at if row.published_precision in EXACT else row.seen_at for row in rows]

    def counts(self, story_ids: Collection[str], since: datetime) -> dict[str, int]:
        """How many `times` each of the stories has; none is left out, and none has more than are read of one."""
        recent = (articles.c.at >= since - COARSE, articles.c.seen_at >= since)
        found = dict.fromkeys(story_ids, 0)
        for part in parts(sorted(found)):
            mine = select(strands.c.story_id, func.count()).select_from(_JOINED)
            counted = mine.where(strands.c.story_id.in_(part), *recent).group_by(strands.c.story_id)
            found.update((each, min(count, MOST_TIMES)) for each, count in self._connection.execute(counted))
        return found

    def hours(self, story_id: str) -> dict[datetime, int]:
        """How many articles a story has in each hour (UTC)."""
        counted = case((articles.c.published_precision.in_(EXACT), articles.c.at), else_=articles.c.seen_at)
        number = _hour(self._connection, counted).label("number")
        grouped = select(number, func.count().label("articles")).select_from(_JOINED)
        rows = self._connection.execute(grouped.where(strands.c.story_id == story_id).group_by(number))
        return {EPOCH + timedelta(hours=int(row.number)): row.articles for row in rows}

    def stream(self, now: datetime) -> Stream:
        """How many articles come in of all stories."""
        last = self._since(now - NOW)
        return Stream(last, (self._since(now - NOW - BEFORE) - last) / (BEFORE / timedelta(hours=1)))

    def _since(self, at: datetime) -> int:
        some = select(articles.c.at).where(articles.c.at >= at).limit(MOST_COUNTED).subquery()
        return self._connection.execute(select(func.count()).select_from(some)).scalar_one()

    def corroborate(self, story_ids: Sequence[str]) -> None:
        """Count on whose word these stories stand: once for each that has changed. At most as many as go in one
        condition."""
        wanted = select(stories.c.id, stories.c.articles).where(stories.c.id.in_(story_ids))
        sizes = {row.id: row.articles for row in self._connection.execute(wanted)}
        found = self._small([story_id for story_id, size in sizes.items() if size <= MOST])
        found |= {story_id: self.of(story_id)[0] for story_id, size in sizes.items() if size > MOST}
        counted = [_counted(story_id, corroboration(some, self._sources)) for story_id, some in found.items()]
        if counted:
            counts = ("independent", "controlled", "citing", "earliest_id")
            change = update(stories).where(stories.c.id == bindparam("story"))
            self._connection.execute(change.values({name: bindparam(name) for name in counts}), counted)

    def _small(self, story_ids: Sequence[str]) -> dict[str, list[Report]]:
        """The reports of stories of which all are read, without their titles."""
        rows = self._connection.execute(_light(story_ids)).all()
        citings = self._citings(self._connection.execute(_citing(story_ids)))
        of_story: dict[str, list[Row[Any]]] = {}
        for row in rows:
            of_story.setdefault(row.story_id, []).append(row)
        return {story_id: self._reports(some, citings) for story_id, some in of_story.items()}

    def _citings(self, rows: Iterable[Row[Any]]) -> dict[str, list[Citing]]:
        found: dict[str, list[Citing]] = {}
        for row in rows:
            source = self._sources.known_as(row.domain)
            citing = Citing(row.article_id, source, row.cue, bool(row.byline), bool(row.whole))
            found.setdefault(row.article_id, []).append(citing)
        return found

    def _reports(self, rows: Iterable[Row[Any]], citings: Mapping[str, Sequence[Citing]]) -> list[Report]:
        known: dict[str, Source] = {}
        reports = []
        for row in rows:
            source = known.get(row.source) or known.setdefault(row.source, self._sources.of(row.source))
            reports.append(_report(row, source, citings.get(row.id, ())))
        return reports


class _Read(Struct):
    """What of an EnrichedArticle a story is told by; everything else is not decoded."""

    text: str
    language: str
    figures: tuple[Figure, ...] = ()
    entities: tuple[Entity, ...] = ()
    places: tuple[Place, ...] = ()
    dates: tuple[DateMention, ...] = ()


def _counted(story_id: str, found: Corroboration) -> dict[str, int | str]:
    return {
        "story": story_id,
        "independent": found.independent,
        "controlled": found.controlled,
        "citing": found.citing,
        "earliest_id": found.earliest.article_id if found.earliest else "",
    }


def _hour(connection: Connection, at: ColumnElement[Any]) -> ColumnElement[Any]:
    """Hours since 1970."""
    if connection.dialect.name == "sqlite":
        return type_coerce(at, Integer) // 3_600_000_000  # microseconds
    return func.floor(func.extract("epoch", at) / 3600)


def _light(story_ids: Sequence[str]) -> Select[Any]:
    columns = [each for each in _OF_REPORT if each.name != "title"]
    return select(strands.c.story_id, *columns).select_from(_JOINED).where(_within(story_ids))


def _citing(story_ids: Sequence[str]) -> Select[Any]:
    joined = _JOINED.join(citations, citations.c.article_id == articles.c.id)
    return select(citations).select_from(joined).where(_within(story_ids))


def _within(story_ids: Sequence[str]) -> Any:
    return strands.c.story_id.in_(story_ids)


def _report(row: Row[Any], source: Source, citings: Sequence[Citing]) -> Report:
    cited = [each for each in citings if not each.byline]
    whole = [each.source for each in cited if each.whole]
    return Report(
        article_id=row.id,
        source=row.source,
        seen_at=row.seen_at,
        language=row.language,
        title=getattr(row, "title", ""),
        house=source.house,
        control=source.control,
        original_id=row.original_id,
        agencies=tuple(each.source for each in citings if each.byline),
        cites=(*whole, *(each.source for each in cited if not each.whole)),
        only_cites=bool(whole),
        published_at=row.published_at,
        precision=row.published_precision,
        gone=row.state == "deleted",
    )


def _told(article_id: str, read: _Read, own: Mapping[str, str]) -> Told:
    entities = tuple(msgspec.structs.replace(each, id=own.get(each.id, each.id)) for each in read.entities)
    places = (Named(_place_id(each), each.name, each.country) for each in read.places if not each.metonym)
    dates = tuple(each.date for each in read.dates)
    return Told(article_id, read.language, read.text, read.figures, entities, tuple(places), dates)


def _place_id(place: Place) -> str:
    return f"geo_{place.geoname_id}" if place.geoname_id else place.region or place.country
