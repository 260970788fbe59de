"""Link: put each strand in the story that reports the same happening in any language, or open one.

strands.changed -> stories.changed
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from consumers.link.following import follow
from consumers.link.ledger import Ledger
from consumers.link.linking import Asked, Batch, Incoming, cause_of
from consumers.link.memories import Memories
from consumers.link.obeying import obey
from consumers.link.voices import Voices
from consumers.runner import Outcome, Received
from service.clock import Clock, now
from service.errors import Rejected
from service.messages import StoryChanged, StrandChanged
from service.model import StoredArticle
from service.settings import LinkSettings
from service.store import Store, Transaction
from service.store.articles import Revision
from service.store.lineage import Answer
from service.store.linkings import Linking


@dataclass
class Link:
    """The stage. It remembers the window's strands; the store knows them too, and is asked what is new."""

    store: Store
    settings: LinkSettings
    clock: Clock = now
    _memories: Memories = field(init=False)

    def __post_init__(self) -> None:
        self._memories = Memories(timedelta(days=self.settings.window_days))

    async def __call__(self, batch: Sequence[Received[StrandChanged]]) -> list[Outcome[StoryChanged]]:
        names = [_names(each.message) for each in batch if not each.message.decision]
        filed = await self.store.read(lambda tx: tx.articles.stored(names))
        incoming = await asyncio.to_thread(lambda: [_incoming(each, filed, self._memories.voices) for each in batch])
        try:
            return await self.store.write(self._link, incoming)
        except BaseException:
            self._memories.forget()
            raise

    def _link(self, tx: Transaction, incoming: Sequence[Incoming | Asked]) -> list[Outcome[StoryChanged]]:
        batch = Batch(tx, self._memories, self.settings.threshold, Ledger(tx, self.clock()))
        batch.look_up([each.changed for each in incoming])
        outcomes = [_outcome(batch, each) for each in incoming]
        batch.ledger.keep()
        tx.stories.recount(batch.ledger.touched)
        return outcomes


def _names(changed: StrandChanged) -> Revision:
    return changed.article_id, changed.revision


def _incoming(
    received: Received[StrandChanged], filed: dict[Revision, StoredArticle], voices: Voices
) -> Incoming | Asked:
    if received.message.decision:
        return Asked(received.message, received.position)
    article_id, revision = named = _names(received.message)
    article = filed.get(named)
    if article is None:
        raise Rejected(f"revision {revision} of article {article_id} is not in the store")
    return Incoming(received.message, article, voices.of(named, article.enriched), received.position)


def _outcome(batch: Batch, incoming: Incoming | Asked) -> Outcome[StoryChanged]:
    """What was said before of a move or a decision is said again."""
    if isinstance(incoming, Incoming) and not incoming.changed.move:
        return _told(batch.link(incoming))
    cause = cause_of(incoming.changed)
    answer = batch.answers.get(cause)
    if answer is None:
        said = follow(batch, incoming) if isinstance(incoming, Incoming) else obey(batch, incoming.changed.decision)
        label = said.change if said else "refused"
        answer = batch.answers[cause] = Answer(cause, batch.ledger.seq, label, said, incoming.position)
        batch.ledger.answer(answer)
    return Outcome(answer.label, (answer.said,) if answer.said else ())


def _told(decision: Linking) -> Outcome[StoryChanged]:
    changed = StoryChanged(
        story_id=decision.story_id,
        change=decision.change,
        article_id=decision.article_id,
        revision=decision.revision,
        merged=decision.merged,
    )
    return Outcome(decision.change, (changed,))
