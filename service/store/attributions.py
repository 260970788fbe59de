"""Quotes by who spoke, and which article leans on which outlet: of the current text of each article.

All that was found stays in the article; here are only those that name a speaker, or an outlet of known domain.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Index,
    Integer,
    Select,
    String,
    Table,
    Text,
    delete,
    false,
    literal,
    select,
    tuple_,
)

from service.messages import Citation
from service.model import StoredArticle
from service.model.attributions import CitationSummary, QuoteSummary
from service.store.article_rows import articles
from service.store.entities import Entities
from service.store.table import Time, insert, insert_together, metadata, parts
from service.story.leaning import rests_on

quotes = Table(
    "quotes",
    metadata,
    Column("article_id", String, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("at", Time, nullable=False),
    Column("speaker_id", String, nullable=False),
    Column("speaker", Text, nullable=False),
    Column("cue", Text, nullable=False),
    Column("direct", Boolean, nullable=False),
    Column("text", Text, nullable=False),
    Column("folded", Text, nullable=False),  # the text, to be searched
    Column("folded_speaker", Text, nullable=False),
    Index(None, "at", "article_id", "number"),
    Index(None, "speaker_id", "at"),
)

citations = Table(
    "citations",
    metadata,
    Column("article_id", String, primary_key=True),
    Column("domain", String, primary_key=True),  # of the outlet cited
    Column("at", Time, nullable=False),
    Column("source", String, nullable=False),  # the outlet that cites
    Column("cited", Text, nullable=False),
    Column("cue", Text, nullable=False),
    Column("byline", Boolean, nullable=False),
    Column("times", Integer, nullable=False),
    Column("whole", Boolean, nullable=False, server_default=false()),  # nothing in the article comes from elsewhere
    Index(None, "domain", "at"),
    Index(None, "source", "at"),
    Index(None, "at", "article_id", "domain"),
)

LONGEST = 2000
"""Characters of a quote that are kept here."""
QuotePlace = tuple[datetime, str, int]
CitationPlace = tuple[datetime, str, str]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which quotes; None wants all."""

    speaker: str | None = None
    """The id of an entity, or words of a speaker's name."""
    text: str | None = None
    """Words that stand in it in a row."""


class Attributions:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def file(self, fresh: Sequence[StoredArticle]) -> None:
        """Keep what the current texts of these articles say, in place of what they said before."""
        for table in (quotes, citations):
            for part in parts(each.article_id for each in fresh):
                self._connection.execute(delete(table).where(table.c.article_id.in_(part)))
        said = {quote.speaker_id for each in fresh for quote in each.enriched.quotes if quote.speaker_id}
        behind = Entities(self._connection).behind(said)
        said_by = [row for each in fresh for row in _quote_rows(each, behind)]
        cited = [row for each in fresh for row in _citation_rows(each)]
        for table, rows in ((quotes, said_by), (citations, cited)):
            insert_together(self._connection, insert(self._connection, table), rows)

    def quotes(self, wanted: Wanted, before: QuotePlace | None = None, most: int = 100) -> list[QuoteSummary]:
        """Those of the newest articles first; `before` is the place of the last one already seen."""
        columns = [quotes.c[name] for name in ("article_id", "number", "at", "text", "direct", "speaker", "cue")]
        query = _with_article(select(*columns, quotes.c.speaker_id, *_SHOWN), quotes)
        if wanted.speaker is not None:
            query = query.where(self._spoken_by(wanted.speaker))
        if wanted.text is not None:
            query = query.where(quotes.c.folded.contains(wanted.text.casefold(), autoescape=True))
        place = (quotes.c.at, quotes.c.article_id, quotes.c.number)
        if before is not None:
            query = query.where(tuple_(*place) < _literals(place, before))
        rows = self._connection.execute(query.order_by(*(column.desc() for column in place)).limit(most))
        return [QuoteSummary(**row._mapping) for row in rows]

    def _spoken_by(self, speaker: str) -> Any:
        own = Entities(self._connection).behind([speaker]).get(speaker)
        if own is not None:
            return quotes.c.speaker_id == own
        return quotes.c.folded_speaker.contains(speaker.casefold(), autoescape=True)

    def citations(
        self, cited: str | None, source: str | None, before: CitationPlace | None = None, most: int = 100
    ) -> list[CitationSummary]:
        """Articles that lean on the outlet of the domain `cited`, or of the outlet `source` on others; the newest
        first."""
        columns = [citations.c[name] for name in ("article_id", "at", "domain", "cited", "cue", "byline", "times")]
        query = _with_article(select(*columns, *_SHOWN), citations)
        if cited is not None:
            query = query.where(citations.c.domain == cited)
        if source is not None:
            query = query.where(citations.c.source == source)
        place = (citations.c.at, citations.c.article_id, citations.c.domain)
        if before is not None:
            query = query.where(tuple_(*place) < _literals(place, before))
        rows = self._connection.execute(query.order_by(*(column.desc() for column in place)).limit(most))
        return [CitationSummary(**row._mapping) for row in rows]


_SHOWN = [articles.c[name] for name in ("url", "title", "source", "language")]


def place_of_quote(quote: QuoteSummary) -> QuotePlace:
    """Where a quote stands in a list."""
    return quote.at, quote.article_id, quote.number


def place_of_citation(citation: CitationSummary) -> CitationPlace:
    """Where a citation stands in a list."""
    return citation.at, citation.article_id, citation.domain


def _with_article(query: Select[Any], table: Table) -> Select[Any]:
    return query.join_from(table, articles, articles.c.id == table.c.article_id)


def _literals(place: Iterable[Column[Any]], before: Iterable[Any]) -> Any:
    return tuple_(*(literal(value, column.type) for column, value in zip(place, before, strict=True)))


def _quote_rows(filed: StoredArticle, behind: dict[str, str]) -> Iterator[dict[str, Any]]:
    text = filed.enriched.text
    spoken = (quote for quote in filed.enriched.quotes if quote.speaker)
    for number, quote in enumerate(spoken):
        said = text[quote.start : quote.end][:LONGEST]
        yield {
            "article_id": filed.article_id,
            "number": number,
            "at": filed.at,
            "speaker_id": behind.get(quote.speaker_id, quote.speaker_id),
            "speaker": quote.speaker,
            "cue": quote.cue,
            "direct": quote.direct,
            "text": said,
            "folded": said.casefold(),
            "folded_speaker": quote.speaker.casefold(),
        }


def _citation_rows(filed: StoredArticle) -> Iterator[dict[str, Any]]:
    by_domain: dict[str, list[Citation]] = {}
    sole = rests_on(filed.enriched)
    for citation in filed.enriched.citations:
        if citation.domain:
            by_domain.setdefault(citation.domain, []).append(citation)
    for domain, all_of_it in by_domain.items():
        yield {
            "article_id": filed.article_id,
            "domain": domain,
            "at": filed.at,
            "source": filed.enriched.article.raw.source,
            "cited": all_of_it[0].cited,
            "cue": next((each.cue for each in all_of_it if each.cue), ""),
            "byline": any(each.byline for each in all_of_it),
            "times": len(all_of_it),
            "whole": domain == sole,
        }
