"""Dedupe: say what each raw article is - new, a revision, a copy or a repeat. Repeats stop here.

articles.raw -> articles.identified
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from consumers.dedupe.look import Looked, look
from consumers.dedupe.past import Judged, Past
from consumers.runner import Outcome, Received
from service.messages import Article, RawArticle
from service.settings import DedupeSettings
from service.store import Store, Transaction


@dataclass(frozen=True)
class Dedupe:
    """The stage."""

    store: Store
    settings: DedupeSettings

    async def __call__(self, batch: Sequence[Received[RawArticle]]) -> list[Outcome[Article]]:
        looked_at = await asyncio.to_thread(lambda: [look(each, self.settings) for each in batch])
        return await self.store.write(identify, looked_at, self.settings)


def identify(tx: Transaction, batch: Sequence[Looked], settings: DedupeSettings) -> list[Outcome[Article]]:
    """Decide in order; what an earlier record of the batch brought counts as the past of a later one."""
    past = Past(tx, batch, settings)
    judged = [past.judge(each) for each in batch]
    past.remember(tx)
    return [_outcome(looked.raw, each) for looked, each in zip(batch, judged, strict=True)]


def _outcome(raw: RawArticle, judged: Judged) -> Outcome[Article]:
    verdict, who = judged.verdict, judged.who
    if verdict.kind == "repeat":
        return Outcome("repeat")
    article = Article(
        article_id=who.article_id,
        kind=verdict.kind,
        revision=verdict.revision,
        original_id=verdict.original_id,
        raw=raw if raw.url == who.url else msgspec.structs.replace(raw, url=who.url),
    )
    return Outcome(verdict.kind, (article,))
