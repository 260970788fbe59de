"""News as it is kept: feeds and polls, sightings, articles, strands, stories."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Literal

from service.messages import (
    ArticleKind,
    ArticleState,
    IdentityPolicy,
)
from service.model.articles import ArticleSummary
from service.model.health import FeedHealth, Habits
from service.model.routes import OWN, Detour
from service.model.rules import PageRules

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

FeedKind = Literal["feed", "page"]
"""A feed of whatever format, sitemaps among them; or a page read by rules."""
FeedStatus = Literal["waiting", "ok", "not_modified", "unreachable", "unreadable", "gone"]


Trust = Literal["unproved", "doubted", "proved", "broken"]
"""In a feed's ETag and Last-Modified: see `consumers/poll/trust.py`."""


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
    fixed_interval: float | None = None
    """Seconds between polls as its owner wants it; None to follow the rhythm of the feed."""
    asked_interval: float = 0.0
    """Seconds that its last document asks to be left alone; 0 if it does not say."""
    skips: str = ""
    """Hours (0 to 23, UTC) and weekdays (mon to sun) in which its last document asks not to be polled."""
    trust: Trust = "unproved"
    claims: int = 0
    """Times in a row that the server said "not modified" (304) since the document was last looked at."""
    trouble: float = 0.0
    """The polls that failed in a row, each counted by its grade: hard 1, soft 0.5, temporary 0.25."""
    overlap: float | None = None
    """Share of the last document's entries that the one before had, too; None if there was none."""
    per_day: float = 0.0
    """New entries a day, of late; 0 until that can be told."""
    invalid_ids: float = 0.0
    """Share of the last document's entries without an id of their own."""
    last_new_at: datetime | None = None
    """When it last brought a new entry; for a first document, when the newest of it was published."""
    kind: FeedKind = "feed"
    rules: PageRules | None = None
    """How to read a page that has no feed."""
    labels: tuple[str, ...] = ()
    """Words by which its owner groups feeds, such as folders of an OPML list."""
    sitemap: str = ""
    """The sitemap of its site, where one was found: what a hole may be filled from."""
    archive: str = ""
    """The document before its own, if it links one (RFC 5005)."""
    identity: IdentityPolicy = "auto"
    """By what its entries are known again; the owner's choice."""
    health: FeedHealth = "healthy"
    """As of the last poll."""
    habits: Habits = field(default_factory=Habits)
    """By what its health is judged."""
    routes: tuple[str, ...] = ()
    """Other addresses of the same feed, in the order in which they are tried where its own one fails."""
    detour: Detour | None = None
    """While it is had by one of these."""
    slow: bool = False
    """The last poll took long."""

    @property
    def prompt(self) -> bool:
        """Whether it may be trusted to answer soon: it did the last time."""
        return self.last_poll_at is not None and not self.failures and not self.slow

    @property
    def shown_health(self) -> FeedHealth:
        return self.health if self.enabled else "paused"

    @property
    def first_route(self) -> int:
        """With which route the next poll begins."""
        detour = self.detour
        if detour is None or detour.route > len(self.routes):
            return OWN
        return detour.route if self.next_poll_at and self.next_poll_at < detour.again_at else OWN

    def address(self, route: int) -> str:
        return self.url if route == OWN else self.routes[route - 1]


@dataclass(frozen=True, slots=True)
class Claim:
    """A feed that is ours to poll, and when its host may be asked."""

    feed: Feed
    start_at: datetime


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
    passed_over: int = 0
    """Entries that cannot be known by anything, and were left out."""
    route: str = ""
    """The address that was asked in the end, where that was not the feed's own."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """One revision of an article: its text, where it was seen, and the record that brought it."""

    url: str
    text_hash: str
    article_id: str
    revision: int
    kind: ArticleKind
    original_id: str
    position: str
    seen_at: datetime
    state: ArticleState = "published"
    moved_to: str = ""
    title_hash: str = ""
    """Of its title, by which a sitemap that knows no more is told to bring nothing."""


@dataclass(frozen=True, slots=True)
class Alias:
    """Another canonical address of an article."""

    url: str
    article_id: str
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class Lead:
    """The beginning of an article's latest text as written, and what was said of its time."""

    article_id: str
    source: str
    feed_id: str
    title: str
    body: str
    published_at: datetime | None
    """None as well where it is not said to the minute at least."""
    seen_at: datetime


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
    successor_id: str = ""
    """The strand where its last article went; "" while it has any."""


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
    independent: int = 0
    """Voices behind it that are independent of each other; 0 if it has not grown since that is counted."""
    controlled: int = 0
    """Those of them that a government steers."""
    citing: int = 0
    """Articles, copies aside, that only pass on what one other source reported."""
    earliest_id: str = ""
    """The article that had it first; "" as for `independent`."""
    changed_seq: int = field(default=0, compare=False)
    """In which order it changed, among all; it says nothing of the story itself."""


@dataclass(frozen=True, slots=True)
class StoryView:
    """Everything about one story."""

    story: Story
    merged: tuple[str, ...]
    """Ids of the stories that went into it."""
    articles: tuple[ArticleSummary, ...]
    """The newest of its articles, newest first."""
