"""Match: which topics does a story's new article satisfy? One alert for each topic and story, with its reasons.

stories.changed -> alerts and their deliveries (rows, in one transaction: that is the outbox)
"""

import asyncio
import gc
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import structlog

from consumers.match.findings import Finding, Heard, Watched
from consumers.match.quarantining import quarantined
from consumers.match.regrouping import Left, is_regrouped, left_behind, live
from consumers.match.telling import prepare, tell
from consumers.runner import Outcome, Received
from service import telemetry
from service.clock import Clock
from service.errors import QuerySyntax
from service.messages import EnrichedArticle, Message, StoryChanged
from service.model import Topic
from service.query import Document, Query, Reading, TopicIndex, find
from service.query.kept import frozen
from service.sources import NONE, Sources
from service.store import Store, Transaction

logger = structlog.get_logger(__name__)

PORTION = 5_000
"""Topics that are taken in together when the stage begins."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What is looked at for one batch."""

    topics: Sequence[Topic]
    """Those that changed."""
    articles: Mapping[str, EnrichedArticle]
    own: Mapping[str, str]
    """The entity that an id belongs to."""
    left: Sequence[Left] = ()


class Match:
    """The stage. Holds every enabled topic in an index; what changed is taken in before each batch."""

    def __init__(self, store: Store, clock: Clock, reading: Reading | None = None, sources: Sources = NONE) -> None:
        self._store, self._clock = store, clock
        self._reading, self._sources = reading or Reading(), sources
        self._index = TopicIndex()
        self._topics: dict[str, Watched] = {}
        self._conditional: dict[str, Watched] = {}
        """Those that ask something of stories."""
        self._left_alone: set[str] = set()
        self._seq = 0

    @property
    def topics(self) -> int:
        """How many it looks out for."""
        return len(self._topics)

    async def load(self) -> None:
        """Take in all topics, a portion at a time, before there is anything to match. How those were understood that
        were kept otherwise is kept, for whoever begins next."""
        gc.disable()  # all of it stays: looking through it for garbage, again and again, is a sixth of the work
        try:
            while await self._load_portion() == PORTION:
                pass
        finally:
            gc.freeze()
            gc.enable()

    async def _load_portion(self) -> int:
        """How many there were."""
        topics = await self._store.read(lambda tx: tx.topics.changed_since(self._seq, PORTION))
        again = await asyncio.to_thread(self._take_in, topics)
        if again:
            await self._store.write(_keep, again)
        return len(topics)

    async def __call__(self, batch: Sequence[Received[StoryChanged]]) -> list[Outcome[Message]]:
        changes, now = [each.message for each in batch], self._clock()
        loaded = await self._store.read(_load, self._seq, changes)
        heard = await asyncio.to_thread(self._find, loaded, changes)
        await self._tell_of_quarantine()
        prepared = await self._store.read(prepare, heard, now, self._sources)
        told = frozenset[int]()
        if prepared.needed:
            told = await self._store.write(tell, heard, now, self._sources, prepared.storied)
        return [Outcome("alerted" if number in told else "quiet") for number in range(len(changes))]

    def _find(self, loaded: Loaded, changes: Sequence[StoryChanged]) -> Heard:
        """Backfill never alerts, nor do people who put a story together otherwise; an article is looked at as it
        stands now."""
        self._take_in(loaded.topics)
        heard = Heard([live(each, loaded.articles) for each in changes], watched=self._conditional)
        found = [each for place in heard.live() for each in self._of_change(*place, loaded)]
        found += [each for left in loaded.left for each in self._of_left(left, loaded)]
        return replace(heard, findings=found)

    def _of_change(self, number: int, changed: StoryChanged, loaded: Loaded) -> Iterator[Finding]:
        """The topics that ask for its article, whatever they ask of its story; and those that ask for any article of
        a story that is so. These hear of quiet changes, too."""
        article = loaded.articles.get(changed.article_id)
        if article is None:
            return
        document = self._document(article, loaded)
        if not changed.quiet or is_regrouped(changed):
            for topic_id, match in self._index.match(document).items():
                watched = self._topics[topic_id]
                if not changed.quiet or _is_older(watched.topic, article):
                    yield Finding(number, watched, changed.story_id, article, document, match)
            telemetry.CANDIDATES.observe(self._index.candidates)
        for watched in self._conditional.values():
            if watched.text is None:
                yield Finding(number, watched, changed.story_id, article, document)

    def _of_left(self, left: Left, loaded: Loaded) -> Iterator[Finding]:
        """Articles of a story that a topic would have been told of, had its alert not been there."""
        watched = self._topics.get(left.topic_id)
        for article in (loaded.articles[each] for each in left.article_ids if each in loaded.articles):
            if watched and article.lane == "live" and _is_older(watched.topic, article):
                document = self._document(article, loaded)
                match = find(watched.text, document) if watched.text else None
                if match or watched.text is None:
                    yield Finding(left.number, watched, left.story_id, article, document, match)

    def _document(self, article: EnrichedArticle, loaded: Loaded) -> Document:
        return Document.of(article, loaded.own, self._sources.of(article.article.raw.source))

    def _take_in(self, topics: Sequence[Topic]) -> list[Topic]:
        """Gives those that had to be understood anew, as they are now."""
        anew, put = [], []
        for topic in topics:
            self._forget(topic)
            if topic.enabled and (query := self._opened(topic)):
                mine = replace(topic, tree=b"", read_as=self._reading.version)
                watched = self._topics[topic.id] = Watched.of(mine, query)
                if watched.conditions:
                    self._conditional[topic.id] = watched
                if watched.text:
                    put.append((topic.id, watched.text))
                if topic.read_as != self._reading.version:
                    anew.append(replace(topic, tree=frozen(query), read_as=self._reading.version))
        self._index.put_all(put)
        return anew

    def _forget(self, topic: Topic) -> None:
        """What was known of it before this change."""
        self._seq = max(self._seq, topic.seq)
        self._index.remove(topic.id)
        self._left_alone.discard(topic.id)
        self._topics.pop(topic.id, None)
        self._conditional.pop(topic.id, None)

    def _opened(self, topic: Topic) -> Query | None:
        try:
            return self._reading.opened(topic.query, topic.tree, topic.read_as)
        except QuerySyntax as error:  # saved under an older grammar, or where there was a model: the others go on
            logger.error("topic left out", topic=topic.id, error=str(error))
            return None

    async def _tell_of_quarantine(self) -> None:
        why = {topic_id: why for topic_id, why in self._index.quarantined.items() if topic_id not in self._left_alone}
        if not why:
            return
        for topic_id, reason in why.items():
            logger.error("topic put in quarantine until its query is changed", topic=topic_id, why=reason)
        told = quarantined({each: self._topics[each].topic for each in why}, why, self._clock())
        await self._store.write(lambda tx: tx.notices.tell(told, self._clock()))
        self._left_alone |= why.keys()


def _load(tx: Transaction, seq: int, changes: Sequence[StoryChanged]) -> Loaded:
    left = left_behind(tx, changes)
    wanted = [*(each.article_id for each in changes), *(id for each in left for id in each.article_ids)]
    articles = tx.articles.enriched_of(wanted)
    own = tx.entities.behind({entity.id for each in articles.values() for entity in each.entities})
    return Loaded(tx.topics.changed_since(seq), articles, own, left)


def _is_older(topic: Topic, article: EnrichedArticle) -> bool:
    """A topic hears of what is seen once it is there, and not, by a move, of what was seen before."""
    return topic.created_at is None or topic.created_at <= article.article.raw.seen_at


def _keep(tx: Transaction, understood: Sequence[Topic]) -> None:
    tx.topics.understood(understood)
