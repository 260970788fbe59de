"""What travels between the stages.

Fields are added with a default, never renamed or removed: old records are replayed, and every released
message must still decode (`tests/data/messages/`). Times are aware UTC.
"""

from datetime import datetime
from typing import Literal

from msgspec import Struct

from service.messages.found import (
    Bound,
    Citation,
    DateMention,
    Entity,
    EntityKind,
    Figure,
    MediaTopic,
    Name,
    Page,
    Place,
    Precision,
    Quote,
)

__all__ = [
    "Article",
    "ArticleKind",
    "ArticleState",
    "Bound",
    "Citation",
    "DateMention",
    "EnrichedArticle",
    "Entity",
    "EntityKind",
    "Figure",
    "Hop",
    "IdentityPolicy",
    "Lane",
    "MediaTopic",
    "Message",
    "Name",
    "Page",
    "Place",
    "Precision",
    "PushedDocument",
    "Quote",
    "RawArticle",
    "StoryChange",
    "StoryChanged",
    "StrandChange",
    "StrandChanged",
]

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
    keywords: tuple[str, ...] = ()
    """As the publisher says."""
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
    route: str = ""
    """The address by which its feed was had, where that was not the feed's own."""
    earlier_title: str = ""
    earlier_text: str = ""
    """Of a recheck: what the page said before, where the article says something else; "" where it does not."""
    trace: str = ""
    """The `traceparent` of the request or poll that brought it; see `service.tracing`."""

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
    entities: tuple[Entity, ...] = ()
    quotes: tuple[Quote, ...] = ()
    citations: tuple[Citation, ...] = ()
    figures: tuple[Figure, ...] = ()
    dates: tuple[DateMention, ...] = ()
    topics: tuple[MediaTopic, ...] = ()
    """IPTC Media Topics, the surest first."""
    scene: str = ""
    """ISO code of the country where it happened, if the text says so; `countries` are all it names."""
    enrichers: dict[str, str] = {}
    """Which enricher of which version took part: {"places": "1"}; a failed one says "failed: why"."""
    page: Page | None = None
    """What its page said; None if none was read."""


StrandChange = Literal["opened", "joined", "revised", "unchanged", "settled"]


class StrandChanged(Message, frozen=True, kw_only=True):
    """An article was filed in a strand, or moved to it when its language was settled; or people have decided something
    of a story, which concerns no one article."""

    strand_id: str
    change: StrandChange | Literal["decided"]
    article_id: str
    revision: int
    language: str
    before: str = ""
    """Of a move: the strand the article was in."""
    move: int = 0
    """Of a move: its number, under which the store knows it; 0 for what is no move."""
    decision: str = ""
    """The id of what people decided; "" for all else."""


StoryChange = Literal["opened", "linked", "merged", "grown", "unchanged", "moved", "split"]


class StoryChanged(Message, frozen=True, kw_only=True):
    """A story has news: the article that brought it, and the stories it swallowed if any. Or it was only put together
    otherwise."""

    story_id: str
    change: StoryChange
    article_id: str
    revision: int
    merged: tuple[str, ...] = ()
    left: str = ""
    """The story that the article was in before, if it is in another now."""
    quiet: bool = False
    """No article is new: nobody is told."""


class PushedDocument(Message, frozen=True, kw_only=True):
    """A feed document that a hub pushed, as it came; its signature was right."""

    feed_id: str
    body: bytes
    content_type: str
    url: str
    """The topic it was pushed for; relative links refer to it."""
    at: datetime
    """When it arrived."""
