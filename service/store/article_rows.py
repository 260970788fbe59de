"""The tables of articles and revisions, and what their rows mean: values in, rows out, and back."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import msgspec
from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Index,
    Integer,
    LargeBinary,
    Row,
    String,
    Table,
    Text,
    and_,
    text,
)

from service.messages import EnrichedArticle
from service.model import ArticleSummary, ArticleView, RevisionView, StoredArticle
from service.model.revisions import Weighed
from service.store.table import Time, Words, metadata

articles = Table(
    "articles",  # one row an article: its latest revision, for lists
    metadata,
    Column("id", String, primary_key=True),
    Column("url", Text, nullable=False, unique=True),
    Column("source", String, nullable=False),
    Column("language", String, nullable=False),
    Column("title", Text, nullable=False),
    Column("summary", Text, nullable=False),
    Column("kind", String, nullable=False),  # new or copy
    Column("original_id", String, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("strand_id", String, nullable=False),
    Column("published_at", Time),
    Column("published_precision", String, nullable=False, server_default=text("''")),
    Column("seen_at", Time, nullable=False),
    Column("at", Time, nullable=False),  # published, or seen if it does not say
    Column("state", String, nullable=False, server_default="published"),
    Column("moved_to", Text, nullable=False, server_default=text("''")),
    Column("changed_at", Time),  # when its current revision was filed
    Column("changed_seq", BigInteger, nullable=False, server_default=text("0")),  # in which order, among all
    Index(None, "changed_seq"),
    Index(None, "changed_at"),
    Index(None, "strand_id", "at", "id"),  # the articles of a story in order, without looking at each
    Index(None, "strand_id", "changed_seq"),  # the last change in a story
    Index(None, "original_id"),
    Index(None, "at", "id"),
    Index(None, "source", "at"),
    Index(None, "language", "at", "id"),
)

revisions = Table(
    "revisions",  # one row a text
    metadata,
    Column("article_id", String, primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("language", String, nullable=False),
    Column("seq", BigInteger, nullable=False),  # filing order within the language
    Column("at", Time, nullable=False),
    Column("strand_id", String, nullable=False),
    Column("change", String, nullable=False),  # the word with which it was filed, to say it again
    Column("position", String, nullable=False),  # of the record that decided
    Column("enriched", LargeBinary, nullable=False),  # the EnrichedArticle as it came, msgspec JSON
    Column("filed_at", Time, nullable=False),
    Column("type", String, nullable=False, server_default=text("''")),  # edited, deleted, ...; "" for the first
    Column("classes", Words, nullable=False, server_default=text("''")),  # of its difference, the gravest first
    Column("facts", Text, nullable=False, server_default="[]"),  # what changed: a JSON list of texts
    Column("against", Integer),  # the revision it was compared with
    Index("ix_revisions_language_seq", "language", "seq", unique=True),
    Index(None, "language", "at"),
)

article_countries = Table(
    "article_countries",
    metadata,
    Column("country", String, primary_key=True),
    Column("article_id", String, primary_key=True),
    Index(None, "article_id"),
)

SUMMARY = 400
"""Characters of the text that stand in for a missing summary."""


def article_row(filed: StoredArticle) -> dict[str, Any]:
    article, raw = filed.enriched.article, filed.enriched.article.raw
    return {
        "id": article.article_id,
        "url": raw.url,
        "source": raw.source,
        "language": filed.enriched.language,
        "title": raw.title,
        "summary": raw.summary or filed.enriched.text[:SUMMARY],
        "kind": "copy" if article.original_id else "new",
        "original_id": article.original_id,
        "revision": article.revision,
        "strand_id": filed.strand_id,
        "published_at": raw.published_at,
        "published_precision": raw.published_precision,
        "seen_at": raw.seen_at,
        "at": filed.at,
        "state": raw.state,
        "moved_to": raw.moved_to,
        "changed_at": filed.filed_at,
    }


def revision_row(filed: StoredArticle) -> dict[str, Any]:
    return {
        "article_id": filed.article_id,
        "revision": filed.revision,
        "language": filed.enriched.language,
        "seq": filed.seq,
        "at": filed.at,
        "strand_id": filed.strand_id,
        "change": filed.change,
        "position": filed.position,
        "enriched": msgspec.json.encode(filed.enriched),
        "filed_at": filed.filed_at,
        "type": filed.weighed.type,
        "classes": filed.weighed.classes,
        "facts": msgspec.json.encode(filed.weighed.facts).decode(),
        "against": filed.weighed.against,
    }


def enriched_of(value: bytes) -> EnrichedArticle:
    return msgspec.json.decode(value, type=EnrichedArticle)


def stored_of(row: Row[Any]) -> StoredArticle:
    return StoredArticle(
        enriched=enriched_of(row.enriched),
        strand_id=row.strand_id,
        change=row.change,
        position=row.position,
        seq=row.seq,
        filed_at=row.filed_at,
        weighed=weighed_of(row),
    )


def weighed_of(row: Row[Any]) -> Weighed:
    return Weighed(row.type, row.classes, msgspec.json.decode(row.facts, type=tuple[str, ...]), row.against)


def is_current() -> ColumnElement[bool]:
    """Joins an article with its latest revision."""
    return and_(articles.c.id == revisions.c.article_id, articles.c.revision == revisions.c.revision)


def article_view(
    summary: ArticleSummary, filed: Sequence[StoredArticle], copies: tuple[ArticleSummary, ...]
) -> ArticleView:
    """Everything about an article whose revisions these are, in order."""
    latest = filed[-1].enriched
    return ArticleView(
        summary=replace(summary, countries=latest.countries),
        strand_id=filed[-1].strand_id,
        places=latest.places,
        names=tuple(name.text for name in latest.names),
        keywords=latest.keywords,
        enrichers=latest.enrichers,
        figures=latest.figures,
        dates=latest.dates,
        topics=latest.topics,
        revisions=tuple(map(RevisionView.of, filed)),
        copies=copies,
        image=latest.article.raw.image,
        quotes=latest.quotes,
        citations=latest.citations,
        page=next((each.enriched.page for each in reversed(filed) if each.enriched.page), None),
    )
