"""Link: put each strand in the story that reports the same happening in any language, or open one.

strands.changed -> stories.changed
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from consumers.link.linking import Batch, Incoming
from consumers.link.memories import Memories
from consumers.link.traits import traits
from consumers.runner import Outcome, Received
from service.errors import Rejected
from service.messages import StoryChanged, StrandChanged
from service.model import StoredArticle
from service.settings import LinkSettings
from service.store import Store, Transaction
from service.store.articles import Revision
from service.store.linkings import Linking


@dataclass
class Link:
    """The stage. It remembers the window's strands; the store knows them too, and is asked what is new."""

    store: Store
    settings: LinkSettings
    _memories: Memories = field(init=False)

    def __post_init__(self) -> None:
        self._memories = Memories(timedelta(days=self.settings.window_days))

    async def __call__(self, batch: Sequence[Received[StrandChanged]]) -> list[Outcome[StoryChanged]]:
        filed = await self.store.read(lambda tx: tx.articles.stored(_names(each.message) for each in batch))
        incoming = await asyncio.to_thread(lambda: [_incoming(each, filed) for each in batch])
        try:
            decisions = await self.store.write(self._link, incoming)
        except BaseException:
            self._memories.forget()
            raise
        return [_outcome(each) for each in decisions]

    def _link(self, tx: Transaction, batch: Sequence[Incoming]) -> list[Linking]:
        return Batch(tx, self._memories, self.settings.threshold).link(batch)


def _names(changed: StrandChanged) -> Revision:
    return changed.article_id, changed.revision


def _incoming(received: Received[StrandChanged], filed: dict[Revision, StoredArticle]) -> Incoming:
    article = filed.get(_names(received.message))
    if article is None:
        article_id, revision = _names(received.message)
        raise Rejected(f"revision {revision} of article {article_id} is not in the store")
    return Incoming(received.message, article, traits(article.enriched), received.position)


def _outcome(decision: Linking) -> Outcome[StoryChanged]:
    changed = StoryChanged(
        story_id=decision.story_id,
        change=decision.change,
        article_id=decision.article_id,
        revision=decision.revision,
        merged=decision.merged,
    )
    return Outcome(decision.change, (changed,))
