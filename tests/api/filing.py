"""Puts articles and stories into a store, the way the stages do."""

from collections.abc import Sequence
from itertools import count

from service.messages import EnrichedArticle, Hop
from service.store import Transaction
from service.urls import article_id
from tests.builders import a_stored_article, an_enriched_article

SEQ = count(1)
JOURNEY = "poll dedupe enrich"


def an_article_to_file(url: str, **given: object) -> EnrichedArticle:
    """With the id that follows from its address, and a journey."""
    told = an_enriched_article(url=url, article_id=article_id(url), **given)
    hops = tuple(Hop(stage=stage, at=told.article.raw.seen_at, outcome="done") for stage in JOURNEY.split())
    return EnrichedArticle(
        **{name: getattr(told, name) for name in told.__struct_fields__ if name != "hops"}, hops=hops
    )


def file_story(tx: Transaction, story_id: str, articles: Sequence[EnrichedArticle]) -> None:
    """One story with these articles, a strand for each language."""
    strand_of = {each.language: f"{story_id}-{each.language}" for each in articles}
    for each in articles:
        seq = next(SEQ)
        stored = a_stored_article(
            enriched=each, strand_id=strand_of[each.language], seq=seq, position=f"articles.enriched/0/{seq}"
        )
        tx.articles.file([stored])
        tx.entities.file([stored])
        tx.attributions.file([stored])
        tx.search.put([(each.article.article_id, each.article.raw.title, each.text, each.language)])
    tx.stories.open({story_id: min(each.article.raw.seen_at for each in articles)})
    tx.stories.put(dict.fromkeys(strand_of.values(), story_id))
    tx.stories.recount([story_id])
