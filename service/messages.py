"""What travels between the stages.

Fields are added with a default, never renamed or removed: old records are replayed, and every released
message must still decode (`tests/data/messages/`). Times are aware UTC.
"""

from datetime import datetime
from typing import Literal

from msgspec import Struct

Lane = Literal["live", "backfill"]


class Hop(Struct, frozen=True, kw_only=True):
    """One step of an article's journey."""

    stage: str
    at: datetime
    outcome: str


class Message(Struct, frozen=True, kw_only=True):
    """What every message carries."""

    hops: tuple[Hop, ...] = ()
    lane: Lane = "live"


ArticleState = Literal["published", "deleted", "moved"]
Precision = Literal["", "second", "minute", "day", "month", "year"]
IdentityPolicy = Literal["auto", "link", "guid", "text"]


class RawArticle(Message, frozen=True, kw_only=True):
    """One entry of a feed, one article pushed in, or one page seen again, as given; markup turned into plain text."""

    url: str
    """Canonical; the article's identity."""
    source: str
    """Who publishes: the registered domain of the address, or what the feed's owner said."""
    seen_at: datetime
    """When we first held it."""
    title: str = ""
    summary: str = ""
    content: str = ""
    """The full text if the feed gave one; else empty."""
    author: str = ""
    language: str = ""
    """What the feed or the pusher says, as a two-letter code; a hint only."""
    published_at: datetime | None = None
    updated_at: datetime | None = None
    feed_id: str = ""
    external_id: str = ""
    """The entry's own id (guid)."""
    link: str = ""
    """The address as given, for fetching the page."""
    html: str = ""
    """The full text with the little markup that is safe to show; "" if none was given."""
    image: str = ""
    """Address of the main image."""
    published_precision: Precision = ""
    """How exactly `published_at` was said; "" where nothing is known of it."""
    complete: bool = False
    """`content` is known to be all of the text: no page need be read for it."""
    payload: str = ""
    """SHA-256 (hex) of the bytes it was read from, under which they may still be kept."""
    identity: IdentityPolicy = "auto"
    """By what its feed's entries are known again."""
    state: ArticleState = "published"
    """What became of its page; text and title are the last known ones if it is not there any more."""
    moved_to: str = ""
    """Canonical address where the page is now, if it has moved."""

    @property
    def text(self) -> str:
        return self.content or self.summary


ArticleKind = Literal["new", "revision", "copy"]


class Article(Message, frozen=True, kw_only=True):
    """A raw article that knows who it is."""

    article_id: str
    kind: ArticleKind
    revision: int
    """0 for the first text at this address, then 1, 2, ..."""
    raw: RawArticle
    original_id: str = ""
    """The article this one is a copy of; "" if it is nobody's copy."""

    @property
    def order_key(self) -> str:
        """Keeps a copy behind its original, and revisions behind each other."""
        return self.original_id or self.article_id


class Place(Struct, frozen=True):
    """A place named in a text."""

    name: str
    country: str
    """ISO 3166-1 alpha-2."""
    geoname_id: int = 0
    """0 for a country."""
    count: int = 1


class Name(Struct, frozen=True):
    """A person or organisation named in a text, as written there, with keys that match across scripts."""

    text: str
    keys: tuple[str, ...] = ()
    count: int = 1


class EnrichedArticle(Message, frozen=True, kw_only=True):
    """An article with its full text and what was found out about it."""

    article: Article
    text: str
    """Plain full text: of the feed, or of the page."""
    language: str
    """Two-letter code; "und" where it cannot be told."""
    language_confidence: float = 0.0
    places: tuple[Place, ...] = ()
    countries: tuple[str, ...] = ()
    """ISO codes named in the text, the most often named first."""
    names: tuple[Name, ...] = ()
    numbers: tuple[str, ...] = ()
    """Numbers of the text in one written form ("1300", "2.5")."""
    keywords: tuple[str, ...] = ()
    embedding: bytes = b""
    """Title and lead as a unit vector of signed bytes (512); empty where not installed or not this language."""
    enrichers: dict[str, str] = {}
    """Which enricher of which version took part: {"places": "1"}; a failed one says "failed: why"."""


StrandChange = Literal["opened", "joined", "revised", "unchanged"]


class StrandChanged(Message, frozen=True, kw_only=True):
    """An article was filed in a strand."""

    strand_id: str
    change: StrandChange
    article_id: str
    revision: int
    language: str


StoryChange = Literal["opened", "linked", "merged", "grown", "unchanged"]


class StoryChanged(Message, frozen=True, kw_only=True):
    """A story has news: the article that brought it, and the stories it swallowed if any."""

    story_id: str
    change: StoryChange
    article_id: str
    revision: int
    merged: tuple[str, ...] = ()
