"""What a bulletin says: in goes the bulletin, out come its entries, from the store as it is now.

The newest are shown. An entry is a story, known by the story's id, whether it comes by a topic or from a list.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any

import msgspec

from service.bulletins.documents import Document, Entry, atom, json_feed, rss
from service.model import ALERTED, Alert, ArticleSummary, Bulletin, Story
from service.query import Query, Reading
from service.saying import counted, said
from service.sources import Sources
from service.store import Store, Transaction
from service.store.browse import Filter
from service.store.ordered import Order

__all__ = ["FORMS", "Bulletins", "Document", "Entry", "address", "digest"]

PATH = "/bulletins/"
MOST_ENTRIES = 50
FORMS = {
    "atom": ("application/atom+xml", atom),
    "rss": ("application/rss+xml", rss),
    "json": ("application/feed+json", json_feed),
}
"""How a bulletin may be had: the media type, and what writes it."""


@dataclass(frozen=True, slots=True)
class Bulletins:
    """Reads what bulletins say. `reading` understands searches."""

    store: Store
    sources: Sources
    reading: Reading

    async def entries(self, bulletin: Bulletin) -> Sequence[Entry]:
        """The newest first. Raises `Outage`."""
        if bulletin.topic_id:
            of_topic = (bulletin.account_id, bulletin.topic_id)
            alerts = await self.store.read(lambda tx: tx.alerts.list_alerts(*of_topic, most=MOST_ENTRIES))
            return [_of_alert(each) for each in alerts]
        filters = bulletin.stories
        text = self.reading.read(filters["q"]).query if "q" in filters else None
        return await self.store.read(_stories, filters, text, self.sources)


def address(start: str, token: str, form: str) -> str:
    """Where a bulletin is had; `start` is the address of the API."""
    return f"{start.rstrip('/')}{PATH}{token}/{form}"


def digest(entries: Sequence[Entry]) -> str:
    """The same as long as a reader would see no difference."""
    return blake2b(msgspec.json.encode(entries), digest_size=16).hexdigest()


def _stories(tx: Transaction, filters: Mapping[str, str], text: Query | None, sources: Sources) -> Sequence[Entry]:
    order: Order = filters.get("order", "newest")  # type: ignore[assignment]  # checked when the bulletin was made
    wanted = _filter(tx, filters, sources)
    if text is None:
        stories = tx.browse.stories(wanted, order, None, MOST_ENTRIES)
    else:
        stories = tx.seeking.stories(text, wanted, order, None, MOST_ENTRIES).rows
    shown = _shown_by(tx, stories)
    return [_of_story(each, shown.get(each.id)) for each in stories]


def _filter(tx: Transaction, filters: Mapping[str, str], sources: Sources) -> Filter:
    entity, source = filters.get("entity"), filters.get("source")
    return Filter(
        entity=tx.entities.behind([entity]).get(entity, entity) if entity else None,
        language=filters.get("language"),
        country=filters.get("country"),
        source=sources.known_as(source) if source else None,
        since=_time(filters.get("since")),
        until=_time(filters.get("until")),
        independent=int(filters["independent"]) if "independent" in filters else None,
    )


def _shown_by(tx: Transaction, stories: Sequence[Story]) -> dict[str, ArticleSummary]:
    """The article that stands for each story: the one that had it first, or the newest."""
    earliest = tx.browse.articles_of([each.earliest_id for each in stories if each.earliest_id])
    shown = {article.story_id: article for article in earliest}
    for each in stories:
        newest = [] if each.id in shown else tx.browse.articles(Filter(story_id=each.id), most=1)
        shown.update((each.id, article) for article in newest)
    return shown


def _of_story(story: Story, article: ArticleSummary | None) -> Entry:
    numbers: dict[str, Any] = {"articles": story.articles, "sources": story.sources, "independent": story.independent}
    lines = [counted({**numbers, "languages": list(story.languages)}), article.summary if article else ""]
    return Entry(
        id=story.id,
        title=story.title,
        text="\n".join(filter(None, lines)),
        link=article.url if article else "",
        published=story.first_at,
        updated=story.last_at,
        language=article.language if article else "",
        tags=story.countries,
    )


def _of_alert(alert: Alert) -> Entry:
    told = said(ALERTED, alert.payload)
    story, article = alert.payload.get("story", {}), alert.payload.get("article", {})
    return Entry(
        id=alert.story_id,
        title=told.title,
        text=told.text,
        link=told.link,
        published=alert.created_at,
        updated=alert.created_at,
        language=article.get("language", ""),
        tags=tuple(story.get("countries", ())),
    )


def _time(given: str | None) -> datetime | None:
    return datetime.fromisoformat(given).astimezone(UTC) if given else None
