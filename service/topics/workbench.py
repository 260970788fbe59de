"""What queries are tried on: the store, how queries are read, what is known of sources, what finds names in a text."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from service.clock import Clock, now
from service.messages import Article, EnrichedArticle, RawArticle
from service.model import EPOCH
from service.query import Document, Reading, StoryFacts
from service.sources import NONE, Sources
from service.store import Store, Transaction

Enrich = Callable[[str, str, str], EnrichedArticle]
"""(title, text, language or "") -> what enrichment finds in it."""


def bare(title: str, text: str, language: str) -> EnrichedArticle:
    """A text in which nothing was looked for."""
    raw = RawArticle(url="", source="", seen_at=EPOCH, title=title, content=text, language=language)
    article = Article(article_id="", kind="new", revision=0, raw=raw)
    return EnrichedArticle(article=article, text=text, language=language or "und")


@dataclass(frozen=True)
class Workbench:
    """Everything that trying a query needs."""

    store: Store
    reading: Reading = field(default_factory=Reading)
    sources: Sources = NONE
    enrich: Enrich = bare
    clock: Clock = now

    def document(self, article: EnrichedArticle, own: Mapping[str, str], story: StoryFacts | None = None) -> Document:
        """An article exactly as match sees it."""
        return Document.of(article, own, self.sources.of(article.article.raw.source), story)


def owners(tx: Transaction, articles: Iterable[EnrichedArticle]) -> dict[str, str]:
    """The entities to which those that the articles name belong."""
    return tx.entities.behind({entity.id for each in articles for entity in each.entities})
