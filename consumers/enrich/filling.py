"""What the feed left open, filled in from the page. In: an article and its page; out: the article.

Nothing that the feed said is overruled.
"""

from datetime import datetime, timedelta
from typing import Any

import msgspec

from service.messages import Article, Page, RawArticle

AHEAD = timedelta(days=1)
"""A page that says it was published further ahead of its sighting than this is mistaken."""


def filled(article: Article, page: Page | None) -> Article:
    """Title, author, time, image and language hint, where they were missing."""
    if page is None:
        return article
    missing = {name: value for name, value in _said(page, article.raw).items() if value and not _has(article.raw, name)}
    if not missing:
        return article
    if "published_at" not in missing:
        missing.pop("published_precision", None)
    return msgspec.structs.replace(article, raw=msgspec.structs.replace(article.raw, **missing))


def _said(page: Page, raw: RawArticle) -> dict[str, Any]:
    believed = page.published_at if _believable(page.published_at, raw.seen_at) else None
    return {
        "title": page.title,
        "author": page.author,
        "published_at": believed,
        "published_precision": page.published_precision if believed else "",
        "image": page.image,
        "language": page.language,
    }


def _has(raw: RawArticle, name: str) -> bool:
    return bool(getattr(raw, name))


def _believable(published: datetime | None, seen: datetime) -> bool:
    return published is not None and published <= seen + AHEAD
