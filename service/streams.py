"""Every stream there is, in the order an article passes them; a pushed document passes one more before."""

from typing import Any

from service.broker import NO_HEADERS, Headers, Stream, Written
from service.messages import Article, EnrichedArticle, PushedDocument, RawArticle, StoryChanged, StrandChanged

PUSHED = Stream("feeds.pushed", PushedDocument, key=lambda pushed: pushed.feed_id)
RAW = Stream("articles.raw", RawArticle, key=lambda raw: raw.source, trace=lambda raw: raw.trace)
IDENTIFIED = Stream(
    "articles.identified", Article, key=lambda article: article.order_key, trace=lambda article: article.raw.trace
)
ENRICHED = Stream(
    "articles.enriched",
    EnrichedArticle,
    key=lambda enriched: enriched.language,
    trace=lambda enriched: enriched.article.raw.trace,
)
STRANDS = Stream("strands.changed", StrandChanged, key=lambda changed: "all", serial=True)
STORIES = Stream("stories.changed", StoryChanged, key=lambda changed: changed.story_id)

READS: dict[str, Stream[Any]] = {
    "receive": PUSHED,
    "dedupe": RAW,
    "enrich": IDENTIFIED,
    "cluster": ENRICHED,
    "link": STRANDS,
    "match": STORIES,
}
"""What each stage reads, by its name."""

STREAMS = (PUSHED, RAW, IDENTIFIED, ENRICHED, STRANDS, STORIES)


def decided(decision_id: str, headers: Headers = NO_HEADERS) -> Written:
    """The record by which link hears of what people decided."""
    changed = StrandChanged(
        strand_id="", change="decided", article_id="", revision=0, language="", decision=decision_id
    )
    return STRANDS.encode(changed, headers)
