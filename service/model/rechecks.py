"""Rechecks: an article's page, and when it is looked at again."""

from dataclasses import dataclass
from datetime import datetime

from service.messages import ArticleState, EnrichedArticle


@dataclass(frozen=True, slots=True)
class Baseline:
    """What the page said when it was read last; all "" before the first time."""

    url: str = ""
    """Where it was read, behind all redirects."""
    title: str = ""
    text: str | None = None
    """None where it is the article's own text."""
    text_hash: str = ""
    etag: str = ""


@dataclass(frozen=True, slots=True)
class Recheck:
    """An article whose page is looked at again."""

    article_id: str
    since: datetime
    """From when the hours until each look are counted."""
    due_at: datetime
    step: int = 0
    """Looks done, of those that the settings ask for."""
    tries: int = 0
    """Looks in a row that told nothing: no answer, an error, a wall."""
    missing: str = ""
    """Why the page seemed gone at the last look; "" if it did not. It is deleted once a second look agrees."""
    baseline: Baseline = Baseline()


@dataclass(frozen=True, slots=True)
class Claimed:
    """A recheck that is ours for a while, and the article as it is filed."""

    recheck: Recheck
    enriched: EnrichedArticle

    @property
    def state(self) -> ArticleState:
        return self.enriched.article.raw.state
