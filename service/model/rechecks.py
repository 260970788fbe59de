"""Rechecks: an article's page, and when it is looked at again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from service.messages import ArticleState, EnrichedArticle, RawArticle
from service.model.articles import StoredArticle


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


UNREAD = Baseline()


@dataclass(frozen=True, slots=True)
class Recheck:
    """An article whose page is looked at again."""

    article_id: str
    since: datetime
    """From when the hours until each look are counted."""
    due_at: datetime
    step: int = 0
    """Which of the looks that the settings ask for is due, from 0."""
    tries: int = 0
    """Looks in a row that told nothing: no answer, an error, a wall."""
    missing: str = ""
    """Why the page seemed gone at the last look; "" if it did not. It is deleted once a second look agrees."""
    baseline: Baseline = UNREAD


@dataclass(frozen=True, slots=True)
class Claimed:
    """A recheck that is ours for a while, and the article as it is filed."""

    recheck: Recheck
    enriched: EnrichedArticle

    @property
    def state(self) -> ArticleState:
        return self.enriched.article.raw.state


def has_page(raw: RawArticle) -> bool:
    """Whether its address is that of a page: what has none is known by an address with a mark in it."""
    return "#" not in raw.url


def next_look(since: datetime, after: Sequence[float], step: int, now: datetime) -> tuple[int, datetime] | None:
    """The first of the looks from `step` on that is still to come, and when it is due; None if none is left."""
    for number, hours in enumerate(sorted(after)[step:], step):
        due = since + timedelta(hours=hours)
        if due > now:
            return number, due
    return None


def first_look(filed: StoredArticle, after: Sequence[float], now: datetime) -> Recheck | None:
    """The recheck of an article that has just been filed; None if its page is not to be looked at again.

    The hours are counted from its publication: most edits come soon after it. What enrich read of the page, if
    it did, is what the page said before.
    """
    enriched = filed.enriched
    raw, page = enriched.article.raw, enriched.page
    if enriched.article.revision or not has_page(raw) or not (found := next_look(filed.at, after, 0, now)):
        return None
    said = Baseline(page.url, page.title, None, page.text_hash) if page and page.text_hash else UNREAD
    return Recheck(filed.article_id, filed.at, found[1], found[0], baseline=said)
