"""Every stream there is, in the order an article passes them; a pushed document passes one more before."""

from service.broker import Stream
from service.messages import Article, EnrichedArticle, PushedDocument, RawArticle, StoryChanged, StrandChanged

PUSHED = Stream("feeds.pushed", PushedDocument, key=lambda pushed: pushed.feed_id)
RAW = Stream("articles.raw", RawArticle, key=lambda raw: raw.source)
IDENTIFIED = Stream("articles.identified", Article, key=lambda article: article.order_key)
ENRICHED = Stream("articles.enriched", EnrichedArticle, key=lambda enriched: enriched.language)
STRANDS = Stream("strands.changed", StrandChanged, key=lambda changed: "all", serial=True)
STORIES = Stream("stories.changed", StoryChanged, key=lambda changed: changed.story_id)

STREAMS = (PUSHED, RAW, IDENTIFIED, ENRICHED, STRANDS, STORIES)
