"""What of an article made a query match, to be shown: a match and its article in, places in their surroundings out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from service.messages import EnrichedArticle
from service.query import Found
from service.query.trace import Joint, Traced

AROUND = 60
"""Characters shown on either side of a matched text."""
MOST_TEXT = 300
MOST_PLACES = 20


@dataclass(frozen=True, slots=True)
class Highlight:
    """One place: `text` is `[start:end]` of the field, `excerpt` has what stands around it."""

    clause: str
    field: str
    start: int
    end: int
    text: str
    excerpt: str = ""


@dataclass(frozen=True, slots=True)
class Sample:
    """An article that matches, with what matched."""

    article_id: str
    revision: int
    url: str
    title: str
    source: str
    language: str
    at: datetime
    """When it was published, or seen if it does not say."""
    matched: tuple[Highlight, ...]
    story_id: str = ""
    alerts: bool = False
    """Whether it would have raised an alert: the first of its story."""


def sample(article: EnrichedArticle, reasons: tuple[Found, ...], story_id: str = "", alerts: bool = False) -> Sample:
    raw, matched = article.article.raw, highlights(article, reasons)
    at = min(raw.published_at, raw.seen_at) if raw.published_at else raw.seen_at
    return Sample(
        article_id=article.article.article_id,
        revision=article.article.revision,
        url=raw.url,
        title=raw.title[:MOST_TEXT],
        source=raw.source,
        language=article.language,
        at=at,
        matched=matched,
        story_id=story_id,
        alerts=alerts,
    )


def highlights(article: EnrichedArticle, places: tuple[Found, ...]) -> tuple[Highlight, ...]:
    """At most `MOST_PLACES` of these places, as they are shown."""
    texts = {"title": article.article.raw.title, "body": article.text}
    return tuple(_shown(each, texts) for each in places[:MOST_PLACES])


def _shown(found: Found, texts: Mapping[str, str]) -> Highlight:
    whole = texts.get(found.field, "")
    excerpt = whole[max(0, found.start - AROUND) : found.end + AROUND]
    return Highlight(found.clause[:MOST_TEXT], found.field, found.start, found.end, found.text[:MOST_TEXT], excerpt)


@dataclass(frozen=True, slots=True)
class TracedShown:
    """A clause with its places in their surroundings."""

    clause: str
    joint: Joint
    holds: bool
    note: str
    places: tuple[Highlight, ...]
    parts: tuple["TracedShown", ...]
    left_out: int


def highlights_in(traced: Traced, texts: Mapping[str, str]) -> TracedShown:
    """The clauses of a query as they are shown; `texts` are title and body."""
    return TracedShown(
        clause=traced.clause,
        joint=traced.joint,
        holds=traced.holds,
        note=traced.note,
        places=tuple(_shown(each, texts) for each in traced.places[:MOST_PLACES]),
        parts=tuple(highlights_in(part, texts) for part in traced.parts),
        left_out=traced.left_out,
    )
