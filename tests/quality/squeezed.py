"""Labelled documents as a busy stream brings them: enriched ones in, the same at other times out. Pure.

In public sets stories often lie months apart, or have no times at all. Who learns from such learns that what is of one
day is of one story; in a real stream dozens of stories share every day.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from msgspec.structs import replace

from service.messages import EnrichedArticle

Documents = Sequence[tuple[EnrichedArticle, str]]

BEGIN = datetime(2026, 3, 1, tzinfo=UTC)
LONGEST = timedelta(days=5)
"""What comes later than this after its story began comes this much later."""
SCATTERED = timedelta(days=1)
"""Over so long are the documents of a story spread that have no times."""


def squeezed(documents: Documents, days: float, dated: bool = True) -> list[tuple[EnrichedArticle, str]]:
    """Every story begins at a place of its own within so many days; the same for the same labels and ids.

    Inside a story times keep their distances. Without `dated`, documents come in this order, but do not say when.
    """
    began: dict[str, datetime] = {}
    for article, label in documents:
        began[label] = min(time_of(article), began.get(label, time_of(article)))
    moved = []
    for article, label in documents:
        at = BEGIN + timedelta(days=days) * _place(label) + _later(article, began[label])
        moved.append((_at(article, at, dated), label))
    return moved


def time_of(article: EnrichedArticle) -> datetime:
    return article.article.raw.published_at or article.article.raw.seen_at


def _later(article: EnrichedArticle, began: datetime) -> timedelta:
    if article.article.raw.published_at is None:
        return SCATTERED * _place(article.article.raw.external_id)
    return min(time_of(article) - began, LONGEST)


def _place(name: str) -> float:
    """From 0 to 1, as if by chance."""
    return int(sha256(name.encode()).hexdigest()[:8], 16) / 2**32


def _at(article: EnrichedArticle, at: datetime, dated: bool) -> EnrichedArticle:
    raw = replace(article.article.raw, seen_at=at, published_at=at if dated else None)
    return replace(article, article=replace(article.article, raw=raw))
