"""Match: which topics does a story's new article satisfy? One alert for each topic and story, with its reasons.

stories.changed -> alerts and their deliveries (rows, in one transaction: that is the outbox)
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog

from consumers.match.facts import facts
from consumers.match.telling import Finding, tell
from consumers.runner import Outcome, Received
from service.clock import Clock
from service.errors import QuerySyntax
from service.messages import EnrichedArticle, Message, StoryChanged
from service.model import Topic
from service.query import Document, Reading, StoryFacts, TopicIndex
from service.sources import NONE, Sources
from service.store import Store, Transaction

logger = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Loaded:
    """What is looked at for one batch."""

    topics: Sequence[Topic]
    """Those that changed."""
    articles: Mapping[str, EnrichedArticle]
    own: Mapping[str, str]
    """The entity that an id belongs to."""
    stories: Mapping[str, StoryFacts]


class Match:
    """The stage. Holds every enabled topic in an index; what changed is taken in before each batch."""

    def __init__(self, store: Store, clock: Clock, reading: Reading | None = None, sources: Sources = NONE) -> None:
        self._store, self._clock = store, clock
        self._reading, self._sources = reading or Reading(), sources
        self._index = TopicIndex()
        self._topics: dict[str, Topic] = {}
        self._left_alone: set[str] = set()
        self._seq = 0

    async def __call__(self, batch: Sequence[Received[StoryChanged]]) -> list[Outcome[Message]]:
        changes = [each.message for each in batch]
        loaded = await self._store.read(_load, self._seq, changes, self._clock())
        findings = await asyncio.to_thread(self._find, loaded, changes)
        told = await self._store.write(tell, findings, self._clock()) if findings else frozenset()
        return [Outcome("alerted" if number in told else "quiet") for number in range(len(changes))]

    def _find(self, loaded: Loaded, changes: Sequence[StoryChanged]) -> list[Finding]:
        """Backfill never alerts, nor does a story that was only put together otherwise; an article is looked at as it
        stands now."""
        self._take_in(loaded.topics)
        found = []
        for number, changed in enumerate(changes):
            article = loaded.articles.get(changed.article_id)
            if changed.lane == "live" and not changed.quiet and article:
                document = self._document(article, changed.story_id, loaded)
                for topic_id, match in self._index.match(document).items():
                    found.append(Finding(number, self._topics[topic_id], changed.story_id, article, match))
        self._tell_of_quarantine()
        return found

    def _document(self, article: EnrichedArticle, story_id: str, loaded: Loaded) -> Document:
        source = self._sources.of(article.article.raw.source)
        return Document.of(article, loaded.own, source, loaded.stories.get(story_id))

    def _take_in(self, topics: Sequence[Topic]) -> None:
        for topic in topics:
            self._seq = max(self._seq, topic.seq)
            self._index.remove(topic.id)
            self._left_alone.discard(topic.id)
            self._topics.pop(topic.id, None)
            if topic.enabled:
                self._put(topic)

    def _put(self, topic: Topic) -> None:
        try:
            self._index.put(topic.id, self._reading.read(topic.query).query)
        except QuerySyntax as error:  # saved under an older grammar, or where there was a model: the others go on
            logger.error("topic left out", topic=topic.id, error=str(error))
        else:
            self._topics[topic.id] = topic

    def _tell_of_quarantine(self) -> None:
        for topic_id, why in self._index.quarantined.items():
            if topic_id not in self._left_alone:
                self._left_alone.add(topic_id)
                logger.error("topic put in quarantine until its query is changed", topic=topic_id, why=why)


def _load(tx: Transaction, seq: int, changes: Sequence[StoryChanged], now: datetime) -> Loaded:
    articles = tx.articles.enriched_of([each.article_id for each in changes])
    own = tx.entities.behind({entity.id for each in articles.values() for entity in each.entities})
    live = [each.story_id for each in changes if each.lane == "live" and not each.quiet]
    return Loaded(tx.topics.changed_since(seq), articles, own, facts(tx, live, now))
