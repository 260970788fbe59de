"""What enrichment finds in a text that is no article, to try queries on: title, text and language in, fields out."""

from consumers.enrich.enrichers import enriched
from service.messages import Article, EnrichedArticle, RawArticle
from service.model import EPOCH


def enrich_text(title: str, text: str, language: str) -> EnrichedArticle:
    """`language` is a hint; "" to have it found out. No page is read, nothing is stored."""
    raw = RawArticle(url="", source="", seen_at=EPOCH, title=title, content=text, language=language)
    return enriched(Article(article_id="", kind="new", revision=0, raw=raw), text, {})
