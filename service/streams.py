"""Every stream there is, in the order an article passes them."""

from service.broker import Stream
from service.messages import Article, EnrichedArticle, RawArticle, StoryChanged, StrandChanged

RAW = Stream("articles.raw", RawArticle, key=lambda raw: raw.source)
IDENTIFIED = Stream("articles.identified", Article, key=lambda article: article.order_key)
ENRICHED = Stream("articles.enriched", EnrichedArticle, key=lambda enriched: enriched.language)
STRANDS = Stream("strands.changed", StrandChanged, key=lambda changed: "all", serial=True)
STORIES = Stream("stories.changed", StoryChanged, key=lambda changed: changed.story_id)

STREAMS = (RAW, IDENTIFIED, ENRICHED, STRANDS, STORIES)
