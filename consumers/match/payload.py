"""What an alert says: the webhook's `data`. Pure.

At most 20,000 bytes as JSON (Standard Webhooks' advice): long texts and long lists are cut, and
`truncated` says so.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from service.messages import EnrichedArticle
from service.model import Story, Topic
from service.query import Found, Match

MOST_REASONS = 20
MOST_TEXT = 300
AROUND = 60
"""Characters shown on either side of a matched text."""


def payload(topic: Topic, story: Story, article: EnrichedArticle, match: Match, at: datetime) -> dict[str, Any]:
    """The topic, the story, the article that brought it, the reasons, and the times."""
    raw = article.article.raw
    return {
        "topic": {"id": topic.id, "name": _cut(topic.name), "query": _cut(topic.query), "version": topic.version},
        "story": _story(story),
        "article": {
            "id": article.article.article_id,
            "url": raw.url,
            "title": _cut(raw.title),
            "source": raw.source,
            "language": article.language,
            "countries": list(article.countries[:MOST_REASONS]),
        },
        "reasons": [_reason(each, article) for each in match.reasons[:MOST_REASONS]],
        "times": {
            "published": _iso(raw.published_at),
            "seen": _iso(raw.seen_at),
            "alerted": _iso(at),
        },
        "truncated": len(match.reasons) > MOST_REASONS
        or any(len(each) > MOST_TEXT for each in (topic.name, topic.query, raw.title, story.title)),
    }


def _story(story: Story) -> dict[str, Any]:
    return {
        "id": story.id,
        "title": _cut(story.title),
        "languages": _some(story.languages),
        "countries": _some(story.countries),
        "articles": story.articles,
        "copies": story.copies,
        "sources": story.sources,
        "first_at": _iso(story.first_at),
    }


def _reason(found: Found, article: EnrichedArticle) -> dict[str, Any]:
    """Which clause was met, by which text, where (characters of that field), and its surroundings."""
    reason: dict[str, Any] = {
        "clause": _cut(found.clause),
        "field": found.field,
        "text": _cut(found.text),
        "start": found.start,
        "end": found.end,
    }
    if found.field in ("title", "body"):
        whole = article.article.raw.title if found.field == "title" else article.text
        reason["excerpt"] = _cut(whole[max(0, found.start - AROUND) : found.end + AROUND])
    return reason


def _cut(text: str) -> str:
    return text if len(text) <= MOST_TEXT else text[: MOST_TEXT - 1] + "…"


def _some(texts: Iterable[str]) -> list[str]:
    return list(texts)[:MOST_REASONS]


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
