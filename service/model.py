"""The things Courant keeps, as values. The store takes and gives these; rows never leave it.

Times are aware UTC. Ids are text; those of articles, strands, stories, alerts and deliveries are made from
content, so that the same records always give the same ids.
"""

import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from string import ascii_letters, digits
from typing import Any, Literal

from service.messages import ArticleKind, EnrichedArticle, Hop, Place, StrandChange

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
BASE62 = digits + ascii_letters

FeedStatus = Literal["waiting", "ok", "not_modified", "unreachable", "unreadable", "gone"]


def fresh_id(now: datetime) -> str:
    """An id for what a user makes: feed, topic, endpoint, subscription. Such ids sort by time of making."""
    return f"{int(now.timestamp() * 1000):012x}{secrets.token_hex(5)}"


@dataclass(frozen=True, slots=True)
class Feed:
    """A URL we poll."""

    id: str
    url: str
    title: str = ""
    source: str = ""
    language: str = ""
    enabled: bool = True
    status: FeedStatus = "waiting"
    error: str = ""
    """Why the last poll failed; "" if it did not."""
    failing_since: datetime | None = None
    failures: int = 0
    """Polls that failed in a row."""
    etag: str = ""
    last_modified: str = ""
    body_hash: str = ""
    seen: tuple[str, ...] = ()
    """Fingerprints of the entries of the last document, so that only what is new is passed on."""
    interval: float = 900.0
    """Seconds between polls at present."""
    last_poll_at: datetime | None = None
    next_poll_at: datetime | None = None
    moved_to: str = ""
    """Where permanent redirects point; the address is changed once it was seen often enough."""
    moved_times: int = 0
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Poll:
    """One visit to a feed, and its result."""

    feed_id: str
    at: datetime
    outcome: str
    status: int | None
    entries: int
    fresh: int
    """Entries passed on."""
    milliseconds: int
    error: str = ""


@dataclass(frozen=True, slots=True)
class Sighting:
    """A text seen at an address, and the record that first brought it."""

    url: str
    text_hash: str
    article_id: str
    revision: int
    kind: ArticleKind
    original_id: str
    position: str
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """One revision of an article as filed: what was known of it, and where it went."""

    enriched: EnrichedArticle
    strand_id: str
    change: StrandChange
    position: str
    seq: int = 0
    """Filing order; grows within a language."""
    filed_at: datetime | None = None

    @property
    def article_id(self) -> str:
        return self.enriched.article.article_id

    @property
    def revision(self) -> int:
        return self.enriched.article.revision

    @property
    def at(self) -> datetime:
        """When it was published; when we saw it, if it does not say or says the future."""
        raw = self.enriched.article.raw
        return min(raw.published_at, raw.seen_at) if raw.published_at else raw.seen_at


@dataclass(frozen=True, slots=True)
class ArticleSummary:
    """An article as lists show it."""

    id: str
    url: str
    title: str
    source: str
    language: str
    published_at: datetime | None
    seen_at: datetime
    at: datetime
    """By which lists are sorted: published, or seen if it does not say."""
    kind: ArticleKind
    revision: int
    original_id: str
    story_id: str
    countries: tuple[str, ...] = ()
    summary: str = ""


@dataclass(frozen=True, slots=True)
class RevisionView:
    """One revision's text, and the journey of the record that brought it."""

    number: int
    title: str
    text: str
    author: str
    seen_at: datetime
    published_at: datetime | None
    hops: tuple[Hop, ...] = ()


@dataclass(frozen=True, slots=True)
class ArticleView:
    """Everything about one article."""

    summary: ArticleSummary
    strand_id: str
    places: tuple[Place, ...]
    names: tuple[str, ...]
    keywords: tuple[str, ...]
    enrichers: dict[str, str]
    revisions: tuple[RevisionView, ...]
    copies: tuple[ArticleSummary, ...] = ()


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time, from `start` up to but without `end`; without an end if that is None."""

    start: datetime
    end: datetime | None = None

    def holds(self, at: datetime) -> bool:
        return self.start <= at and (self.end is None or at < self.end)

    @classmethod
    def around(cls, at: datetime, newest: datetime, window: timedelta) -> "Span":
        """Where to look for what belongs to an article of that time: `window` before and after it at least.

        The present is one span that moves with the newest article. What is older falls into fixed spans
        of its own time, so that an archive read in later is put together just as news was.
        """
        if at >= newest - window:
            return cls(newest - window)
        start = at - (at - EPOCH) % window
        return cls(start - window, start + 2 * window)


@dataclass(frozen=True, slots=True)
class Strand:
    """The articles of one story in one language."""

    id: str
    language: str
    story_id: str
    opened_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Story:
    """The articles that report one happening, in any language."""

    id: str
    title: str
    """Of the earliest article that is nobody's copy."""
    languages: tuple[str, ...]
    countries: tuple[str, ...]
    articles: int
    copies: int
    sources: int
    """Different sources among articles that are nobody's copy."""
    first_at: datetime
    last_at: datetime
    successor_id: str = ""
    """The story this one was merged into; "" while it stands."""


@dataclass(frozen=True, slots=True)
class StoryView:
    """Everything about one story."""

    story: Story
    merged: tuple[str, ...]
    """Ids of the stories that went into it."""
    articles: tuple[ArticleSummary, ...]
    """The newest of its articles, newest first."""


@dataclass(frozen=True, slots=True)
class Topic:
    """A named query."""

    id: str
    name: str
    query: str
    enabled: bool = True
    created_at: datetime | None = None
    version: int = 1
    seq: int = 0
    """Grows with every change to any topic, so that a matcher can ask for what is new."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where to deliver."""

    id: str
    url: str
    secret: str = field(default="", repr=False)
    """`whsec_...`; shown once, when it is made."""
    enabled: bool = True
    disabled_why: str = ""
    failing_since: datetime | None = None
    failures: int = 0
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Subscription:
    """Deliver this topic's alerts to this endpoint."""

    id: str
    topic_id: str
    endpoint_id: str
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Alert:
    """A topic matched a story: at most one for each pair."""

    id: str
    topic_id: str
    story_id: str
    article_id: str
    created_at: datetime
    payload: dict[str, Any]
    """The webhook's `data`: topic, story, article, reasons, times."""


def alert_id(topic_id: str, story_id: str) -> str:
    """The same topic and story always make the same alert."""
    return "al_" + sha256(f"{topic_id}\n{story_id}".encode()).hexdigest()[:20]


def delivery_id(alert_id: str, endpoint_id: str) -> str:
    """The `webhook-id`: 27 letters and digits, and no dot, which would blur what is signed."""
    number = int.from_bytes(sha256(f"{alert_id}\n{endpoint_id}".encode()).digest())
    letters = []
    while number:
        number, digit = divmod(number, 62)
        letters.append(BASE62[digit])
    return "msg_" + "".join(letters)[:27]


DeliveryState = Literal["waiting", "sent", "given_up"]


@dataclass(frozen=True, slots=True)
class Delivery:
    """One alert owed to one endpoint, until sent or given up. Its id is the `webhook-id`."""

    id: str
    alert_id: str
    endpoint_id: str
    state: DeliveryState
    attempts: int
    next_attempt_at: datetime | None
    created_at: datetime
    done_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """A delivery claimed for sending: all that the channel needs."""

    delivery: Delivery
    endpoint: Endpoint
    type: str
    """Such as `story.alerted`."""
    timestamp: datetime
    """When the alert was made."""
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try at a delivery."""

    delivery_id: str
    number: int
    """1, 2, ..."""
    at: datetime
    outcome: str
    """sent, refused, unreachable."""
    status: int | None
    milliseconds: int
    error: str = ""
    response: str = ""
    """The beginning of what came back."""


@dataclass(frozen=True, slots=True)
class Tried:
    """An attempt, and what becomes of its delivery."""

    attempt: Attempt
    state: DeliveryState
    next_attempt_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A record set aside with its error."""

    id: str
    stage: str
    stream: str
    position: str
    key: str
    value: bytes
    error: str
    at: datetime
    retried_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key to the API; only a hash of it is kept."""

    id: str
    name: str
    created_at: datetime
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None
