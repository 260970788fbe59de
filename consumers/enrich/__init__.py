"""Enrich: find out about each article its full text, language, places, names, numbers and keywords.

articles.identified -> articles.enriched    outcomes: enriched, inherited

Writes nothing but what is owed to hosts, and counts of what became of pages. A copy takes what was found out
about its original, if that is stored already.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime

from consumers.embeddings import Embedder, embedded, open_embedder
from consumers.enrich.common import CommonWords
from consumers.enrich.describing import Describers
from consumers.enrich.enrichers import describe, inherited
from consumers.enrich.filling import filled
from consumers.enrich.fulltext import FullText, Text
from consumers.enrich.quality import record
from consumers.pages.reader import open_reader
from consumers.runner import Outcome, Received
from service.clock import Clock, now
from service.egress import Egress
from service.messages import Article, EnrichedArticle, RawArticle
from service.settings import EnrichSettings
from service.store import Store, Transaction

__all__ = ["Enrich", "describe", "open_enrich"]

SAMPLE = Article(
    article_id="sample",
    kind="new",
    revision=0,
    raw=RawArticle(
        url="https://example.org/",
        source="example.org",
        seen_at=datetime(2026, 1, 1, tzinfo=UTC),
        title="Talks begin in Geneva",
        content="Delegations from Norway and Chile met in Geneva on Monday, said Ana Lind, who leads the talks.",
    ),
)


class Enrich:
    """The stage. `embedder` is None where vectors are not wanted or cannot be had."""

    def __init__(
        self,
        store: Store,
        full_text: FullText,
        embedder: Embedder | None,
        describers: Describers,
        clock: Clock = now,
    ) -> None:
        self._store, self._full_text, self._embedder = store, full_text, embedder
        self._describers, self._clock = describers, clock
        self._common = CommonWords(store)

    async def __call__(self, batch: Sequence[Received[Article]]) -> list[Outcome[EnrichedArticle]]:
        articles = [received.message for received in batch]
        originals = await self._originals(articles)
        found = iter(await self._enriched([each for each in articles if each.original_id not in originals]))
        return [
            Outcome("inherited", (inherited(article, originals[article.original_id]),))
            if article.original_id in originals
            else Outcome("enriched", (next(found),))
            for article in articles
        ]

    async def warm(self) -> None:
        """Load what the first article would have to wait for: the language model, word lists, embeddings."""
        found = await self._describers.describe([SAMPLE], [Text(SAMPLE.raw.content, "sample")], {})
        if self._embedder:
            await embedded(found, self._embedder)

    async def _originals(self, articles: Sequence[Article]) -> dict[str, EnrichedArticle]:
        ids = {article.original_id for article in articles if article.original_id}
        return await self._store.read(_stored, ids) if ids else {}

    async def _enriched(self, articles: list[Article]) -> list[EnrichedArticle]:
        texts, counts = await self._full_text.texts(articles)
        complete = [filled(article, text.page) for article, text in zip(articles, texts, strict=True)]
        found = await self._describers.describe(complete, texts, await self._common.on(articles))
        await record(self._store, counts, self._clock())
        return await embedded(found, self._embedder) if self._embedder else found


def _stored(tx: Transaction, ids: set[str]) -> dict[str, EnrichedArticle]:
    return tx.articles.enriched_of(ids)


@asynccontextmanager
async def open_enrich(
    store: Store, egress: Egress, settings: EnrichSettings, clock: Clock = now
) -> AsyncIterator[Enrich]:
    """The stage with its processes and its model, until it is left. Raises `Misconfigured`."""
    async with AsyncExitStack() as stack:
        reader = None
        if settings.fetch_pages:
            reader = await stack.enter_async_context(open_reader(store, egress, settings, clock))
        describers = await stack.enter_async_context(Describers.open(settings.processes))
        yield Enrich(store, FullText(reader, settings), open_embedder(settings.embeddings), describers, clock)
