"""Does a query pass its examples? A query and examples in; out comes what is wrong with which."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from service.messages import EnrichedArticle
from service.model import Example
from service.query import Document, Query, find
from service.query.conditions import text_part
from service.store import Transaction
from service.topics.workbench import Workbench, owners

MOST_EXAMPLES = 100


@dataclass(frozen=True, slots=True)
class Verdict:
    """One example, and what became of it."""

    number: int
    """Its place among the examples, from 0."""
    example: Example
    matches: bool | None
    """None if its article is not there."""

    @property
    def passes(self) -> bool:
        return self.matches is self.example.must_match

    @property
    def detail(self) -> str:
        """What is wrong, in a sentence; "" if nothing is."""
        if self.passes:
            return ""
        if self.matches is None:
            return f"there is no article {self.example.article_id}"
        return "must match, and does not" if self.example.must_match else "must not match, and does"


async def judged(bench: Workbench, query: Query, examples: Sequence[Example]) -> list[Verdict]:
    """Every example in order. Conditions on the story are left aside: an example is one article."""
    if not examples:
        return []
    stored, own = await bench.store.read(_stored, [each.article_id for each in examples if each.article_id])
    return await asyncio.to_thread(_judged, bench, query, examples, (stored, own))


def _judged(
    bench: Workbench,
    query: Query,
    examples: Sequence[Example],
    known: tuple[dict[str, EnrichedArticle], dict[str, str]],
) -> list[Verdict]:
    asked = text_part(query)
    verdicts = []
    for number, example in enumerate(examples):
        document = _document(bench, example, *known)
        matches = None if document is None else asked is None or find(asked, document) is not None
        verdicts.append(Verdict(number, example, matches))
    return verdicts


def _document(
    bench: Workbench, example: Example, stored: dict[str, EnrichedArticle], own: dict[str, str]
) -> Document | None:
    if not example.article_id:
        return bench.document(bench.enrich(example.title, example.text, example.language), {})
    article = stored.get(example.article_id)
    return bench.document(article, own) if article else None


def _stored(tx: Transaction, article_ids: Sequence[str]) -> tuple[dict[str, EnrichedArticle], dict[str, str]]:
    found = tx.articles.enriched_of(article_ids)
    return found, owners(tx, found.values())
