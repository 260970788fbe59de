"""Match: which topics does a story's new article satisfy? One alert for each topic and story, with its reasons.

stories.changed -> alerts and their deliveries (rows, in one transaction: that is the outbox)
"""

import asyncio
from collections.abc import Mapping, Sequence

import structlog

from consumers.match.telling import Finding, tell
from consumers.runner import Outcome, Received
from service.clock import Clock
from service.errors import QuerySyntax
from service.messages import EnrichedArticle, Message, StoryChanged
from service.model import Topic
from service.query import Document, TopicIndex, parse
from service.store import Store, Transaction

logger = structlog.get_logger(__name__)


class Match:
    """The stage. Holds every enabled topic in an index; what changed is taken in before each batch."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock
        self._index = TopicIndex()
        self._topics: dict[str, Topic] = {}
        self._seq = 0

    async def __call__(self, batch: Sequence[Received[StoryChanged]]) -> list[Outcome[Message]]:
        changes = [each.message for each in batch]
        topics, articles = await self._store.read(_load, self._seq, changes)
        findings = await asyncio.to_thread(self._find, topics, changes, articles)
        told = await self._store.write(tell, findings, self._clock()) if findings else frozenset()
        return [Outcome("alerted" if number in told else "quiet") for number in range(len(changes))]

    def _find(
        self, topics: Sequence[Topic], changes: Sequence[StoryChanged], articles: Mapping[str, EnrichedArticle]
    ) -> list[Finding]:
        """Backfill never alerts, nor does a story that was only put together otherwise; an article is looked at as it
        stands now."""
        self._take_in(topics)
        found = []
        for number, changed in enumerate(changes):
            article = articles.get(changed.article_id)
            if changed.lane == "live" and not changed.quiet and article:
                for topic_id, match in self._index.match(Document.of(article)).items():
                    found.append(Finding(number, self._topics[topic_id], changed.story_id, article, match))
        return found

    def _take_in(self, topics: Sequence[Topic]) -> None:
        for topic in topics:
            self._seq = max(self._seq, topic.seq)
            self._index.remove(topic.id)
            self._topics.pop(topic.id, None)
            if topic.enabled:
                self._put(topic)

    def _put(self, topic: Topic) -> None:
        try:
            self._index.put(topic.id, parse(topic.query))
        except QuerySyntax as error:  # saved under an older grammar: the other topics go on
            logger.error("topic left out", topic=topic.id, error=str(error))
        else:
            self._topics[topic.id] = topic


def _load(
    tx: Transaction, seq: int, changes: Sequence[StoryChanged]
) -> tuple[Sequence[Topic], Mapping[str, EnrichedArticle]]:
    return tx.topics.changed_since(seq), tx.articles.enriched_of([each.article_id for each in changes])
