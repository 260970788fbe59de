"""What an alert says: the webhook's `data`. Pure.

Why (which clauses were met by which words, and which conditions had to be waited for), the story, and the times: when
the article was published, when we saw it, when we told of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from consumers.match.fitting import Cut, fitted
from consumers.match.storied import Storied, iso, story_told
from service.messages import EnrichedArticle
from service.model import Topic
from service.query import Found

AROUND = 60
"""Characters shown on either side of a matched text."""


@dataclass(frozen=True, slots=True)
class WaitedFor:
    """A condition on the story that did not hold when the article came."""

    condition: str
    then: str
    """What it was."""
    now: str


@dataclass(frozen=True, slots=True)
class Waited:
    """That the alert had to wait for its story, since when, and for what."""

    since: datetime
    conditions: tuple[WaitedFor, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """All that an alert is made of."""

    topic: Topic
    storied: Storied
    article: EnrichedArticle
    reasons: Sequence[Found]
    at: datetime
    waited: Waited | None = None


def payload(said: Said) -> dict[str, Any]:
    """The topic, the reasons, the article that brought it, the story, the times."""
    return fitted(lambda cut: _payload(said, cut))


def _payload(said: Said, cut: Cut) -> dict[str, Any]:
    raw = said.article.article.raw
    return {
        "topic": topic_told(said.topic, cut),
        "reasons": [_reason(each, said.article, cut) for each in cut.some("reasons", said.reasons)],
        "waited_for": _waited(said.waited, cut),
        "article": article_told(said.article, cut),
        "story": story_told(said.storied, cut),
        "times": {
            "published": iso(raw.published_at),
            "seen": iso(raw.seen_at),
            "waiting_since": iso(said.waited.since) if said.waited else None,
            "alerted": iso(said.at),
        },
    }


def topic_told(topic: Topic, cut: Cut) -> dict[str, Any]:
    told = {"id": topic.id, "name": cut.text(topic.name), "query": cut.text(topic.query)}
    return told | {"version": topic.version, "analyser": topic.read_as}


def article_told(article: EnrichedArticle, cut: Cut) -> dict[str, Any]:
    """The article as it stood then."""
    raw = article.article.raw
    return {
        "id": article.article.article_id,
        "revision": article.article.revision,
        "url": cut.address(raw.url),
        "title": cut.text(raw.title),
        "source": cut.text(raw.source),
        "language": article.language,
        "countries": list(cut.some("article_countries", article.countries)),
    }


def _reason(found: Found, article: EnrichedArticle, cut: Cut) -> dict[str, Any]:
    """Which clause was met, by which text, where (characters of that field), and its surroundings."""
    reason: dict[str, Any] = {
        "clause": cut.text(found.clause),
        "field": found.field,
        "language": article.language,
        "text": cut.text(found.text),
        "start": found.start,
        "end": found.end,
    }
    if found.field in ("title", "body"):
        whole = article.article.raw.title if found.field == "title" else article.text
        reason["excerpt"] = cut.text(whole[max(0, found.start - AROUND) : found.end + AROUND])
    return reason


def _waited(waited: Waited | None, cut: Cut) -> Sequence[dict[str, str]]:
    conditions = waited.conditions if waited else ()
    return [
        {"condition": each.condition, "then": each.then, "now": each.now} for each in cut.some("waited_for", conditions)
    ]
