"""Values for tests: in go the fields that matter, out comes a whole one. The only place with default values.

Ids follow from what they stand for, so that two calls with the same fields give equal values:

    a_raw_article(title="Miners strike in Salvia")
    an_enriched_article(url="https://anchor.test/a", language="be", title="Шахцёры баставалі")

The builders of articles take the fields of what they wrap, too.
"""

import hashlib
from datetime import datetime, timedelta
from typing import Any

from service.messages import Article, EnrichedArticle, RawArticle, StoryChanged, StrandChanged
from service.model import (
    ALERTED,
    Alert,
    ApiKey,
    Attempt,
    DeadLetter,
    Delivery,
    Endpoint,
    Feed,
    Poll,
    Sighting,
    StoredArticle,
    Story,
    Strand,
    Subscription,
    Topic,
    alert_id,
)
from tests.clock import START

NOW = START
SHARED = {"language", "lane"}  # an article and all that it wraps agree on these
TEXT = (
    "Ferry services between the mainland and the northern islands resumed on Saturday morning after a storm "
    "that had kept all vessels in harbour for two days. The operator said that three additional crossings "
    "would carry the passengers who were still waiting, and asked travellers to come an hour early."
)


def an_id(*parts: object) -> str:
    """A short id that follows from its parts."""
    return hashlib.sha256("\n".join(map(str, parts)).encode()).hexdigest()[:16]


def a_raw_article(**given: Any) -> RawArticle:
    defaults: dict[str, Any] = {
        "url": "https://harbour-gazette.test/2026/ferries-resume",
        "source": "harbour-gazette.test",
        "seen_at": NOW,
        "title": "Ferries to the northern islands resume after storm",
        "content": TEXT,
        "language": "en",
        "published_at": NOW,
        "feed_id": "feed-1",
    }
    return RawArticle(**(defaults | given))


def an_article(**given: Any) -> Article:
    own, rest = _apart(Article, given)
    raw = own.pop("raw", None) or a_raw_article(**rest)
    return Article(**({"article_id": an_id("article", raw.url), "kind": "new", "revision": 0, "raw": raw} | own))


def an_enriched_article(**given: Any) -> EnrichedArticle:
    own, rest = _apart(EnrichedArticle, given)
    article = own.pop("article", None) or an_article(**rest)
    defaults = {"article": article, "text": article.raw.text, "language": "en", "language_confidence": 1.0}
    return EnrichedArticle(**(defaults | own))


def a_stored_article(**given: Any) -> StoredArticle:
    own, rest = _apart(StoredArticle, given)
    enriched = own.pop("enriched", None) or an_enriched_article(**rest)
    position = f"articles.enriched/0/{own.get('seq', 1)}"
    defaults = {"strand_id": "strand-1", "change": "opened", "position": position, "seq": 1, "filed_at": NOW}
    return StoredArticle(enriched=enriched, **(defaults | own))


def a_strand_changed(**given: Any) -> StrandChanged:
    defaults = {
        "strand_id": "strand-1",
        "change": "opened",
        "article_id": "article-1",
        "revision": 0,
        "language": "en",
    }
    return StrandChanged(**(defaults | given))


def a_story_changed(**given: Any) -> StoryChanged:
    defaults = {"story_id": "story-1", "change": "opened", "article_id": "article-1", "revision": 0}
    return StoryChanged(**(defaults | given))


def a_feed(**given: Any) -> Feed:
    url = given.get("url", "https://harbour-gazette.test/feed.xml")
    defaults = {
        "id": an_id("feed", url),
        "url": url,
        "title": "Harbour Gazette",
        "source": "harbour-gazette.test",
    }
    return Feed(**(defaults | {"next_poll_at": NOW, "created_at": NOW} | given))


def a_poll(**given: Any) -> Poll:
    defaults = {"outcome": "fetched", "status": 200, "entries": 10, "fresh": 1, "milliseconds": 40}
    return Poll(**({"feed_id": "feed-1", "at": NOW} | defaults | given))


def a_sighting(**given: Any) -> Sighting:
    url = given.get("url", "https://harbour-gazette.test/2026/ferries-resume")
    defaults = {
        "url": url,
        "text_hash": "hash-1",
        "article_id": an_id("article", url),
        "revision": 0,
        "kind": "new",
    }
    told = {"original_id": "", "position": "articles.raw/0/1", "seen_at": NOW}
    return Sighting(**(defaults | told | given))


def a_strand(**given: Any) -> Strand:
    defaults = {"id": "strand-1", "language": "en", "story_id": "story-1", "opened_at": NOW, "last_at": NOW}
    return Strand(**(defaults | given))


def a_story(**given: Any) -> Story:
    counts = {"articles": 1, "copies": 0, "sources": 1}
    known = {"title": "Ferries to the northern islands resume", "languages": ("en",), "countries": ()}
    return Story(**({"id": "story-1", "first_at": NOW, "last_at": NOW} | counts | known | given))


def a_topic(**given: Any) -> Topic:
    name = given.get("name", "Ferries")
    return Topic(**({"id": an_id("topic", name), "name": name, "query": "ferry", "created_at": NOW} | given))


def an_endpoint(**given: Any) -> Endpoint:
    url = given.get("url", "https://reader.test/inbox")
    secret = "whsec_" + "dGVzdHMga2VlcCBubyBzZWNyZXRzIGF0IGFsbCE="
    return Endpoint(**({"id": an_id("endpoint", url), "url": url, "secret": secret, "created_at": NOW} | given))


def a_subscription(**given: Any) -> Subscription:
    topic, endpoint = given.get("topic_id", a_topic().id), given.get("endpoint_id", an_endpoint().id)
    defaults = {"id": an_id("subscription", topic, endpoint), "topic_id": topic, "endpoint_id": endpoint}
    return Subscription(**(defaults | {"created_at": NOW} | given))


def an_alert(**given: Any) -> Alert:
    topic, story = given.get("topic_id", a_topic().id), given.get("story_id", "story-1")
    article = given.get("article_id", f"article of {story}")
    defaults = {"id": alert_id(topic, article), "topic_id": topic, "story_id": story, "article_id": article}
    return Alert(**(defaults | {"created_at": NOW, "payload": {"story": {"id": story}}} | given))


def a_delivery(**given: Any) -> Delivery:
    alert, endpoint = given.get("notice_id", an_alert().id), given.get("endpoint_id", an_endpoint().id)
    defaults = {"id": an_id("delivery", alert, endpoint), "notice_id": alert, "endpoint_id": endpoint}
    waiting = {"kind": ALERTED, "state": "waiting", "attempts": 0, "next_attempt_at": NOW, "created_at": NOW}
    return Delivery(**(defaults | waiting | given))


def an_attempt(**given: Any) -> Attempt:
    defaults = {"delivery_id": a_delivery().id, "number": 1, "at": NOW, "outcome": "sent", "status": 204}
    return Attempt(**(defaults | {"milliseconds": 12} | given))


def a_dead_letter(**given: Any) -> DeadLetter:
    position = given.get("position", "articles.raw/0/7")
    defaults = {
        "id": an_id("dead", given.get("stage", "dedupe"), position),
        "stage": "dedupe",
        "position": position,
    }
    record = {
        "stream": position.split("/")[0],
        "key": "key-1",
        "value": b"{}",
        "error": "it was no RawArticle",
    }
    return DeadLetter(**(defaults | record | {"at": NOW} | given))


def an_api_key(**given: Any) -> ApiKey:
    return ApiKey(**({"id": "key-1", "name": "reader", "created_at": NOW} | given))


def minutes(count: float, after: datetime = NOW) -> datetime:
    """So many minutes after `after`."""
    return after + timedelta(minutes=count)


def _apart(kind: Any, given: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The fields of `kind`, and those of what it wraps."""
    names = set(getattr(kind, "__struct_fields__", ()) or kind.__dataclass_fields__)
    own = {name: value for name, value in given.items() if name in names}
    return own, {name: value for name, value in given.items() if name not in names - SHARED}
