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
    """0 for a country or a region."""
    count: int = 1
    region: str = ""
    """ISO 3166-2, of a region: "US-NM"; else ""."""
    metonym: bool = False
    """It stands for its government ("the Kremlin", "Moscow objects"); its country is not thereby named."""


class Name(Struct, frozen=True):
    """A person or organisation named in a text, as written there, with keys that match across scripts."""

    text: str
    keys: tuple[str, ...] = ()
    count: int = 1


class Page(Struct, frozen=True, kw_only=True):
    """What an article's page said when it was read. What it does not say is empty."""

    url: str = ""
    """Where it was read, behind all redirects."""
    canonical: str = ""
    """The canonical address it gives itself, if it is of the same source; the article keeps its own all the same."""
    title: str = ""
    author: str = ""
    published_at: datetime | None = None
    published_precision: Precision = ""
    """How exactly the page says it: a time without a zone counts as a day."""
    language: str = ""
    """A two-letter code, as the page declares it."""
    image: str = ""
    """Address of the main image."""
    text_hash: str = ""
    """Of the text extracted, blanks aside: first 20 digits of its SHA-256. "" if no text was found."""
    extractor: str = ""
    """What found the text, and its version: `trafilatura 2.3.1`, or `rule`."""
    permissions: dict[str, str] = {}
    """What may be done with it, by who says so (robots.txt, meta, header, tdm), in their words."""


EntityKind = Literal["person", "organisation", "place"]


class Entity(Struct, frozen=True, kw_only=True):
    """Someone or something named in a text, known by one id in every language and script."""

    id: str
    kind: EntityKind
    name: str
    """The fullest form in which the text writes it."""
    role: str = ""
    """What the text calls the person ("President"), as written."""
    country: str = ""
    """ISO 3166-1 alpha-2, where name, role or text say so."""
    count: int = 1
    forms: tuple[str, ...] = ()
    """How the text writes it, the first form first."""


class Quote(Struct, frozen=True, kw_only=True):
    """Something said, directly or as reported; `start` and `end` are characters of the article's text."""

    start: int
    end: int
    direct: bool
    speaker: str
    """As written next to it; "" if the text does not say."""
    speaker_id: str = ""
    """The entity's id, where the speaker is one."""
    cue: str = ""
    """The word that makes it speech ("said", "паведаміў")."""
    cue_start: int = 0
    cue_end: int = 0
    speaker_start: int = 0
    speaker_end: int = 0
    """Where the text names who speaks, though it be a pronoun; both 0 where it does not."""


class Citation(Struct, frozen=True, kw_only=True):
    """The text leans on another source: "according to Gazeta", "(Reuters)"."""

    cited: str
    """The source as written."""
    domain: str = ""
    """Its registered domain, where it is a known source."""
    cue: str = ""
    """The words that say so; "" for a byline."""
    byline: bool = False
    start: int
    end: int
    """Where the source stands, in characters of the article's text."""
    content_start: int = 0
    content_end: int = 0
    """What is taken from it; both 0 for a byline, which stands for the whole text."""
    cue_start: int = 0
    cue_end: int = 0


Bound = Literal["", "least", "most", "about"]


class Figure(Struct, frozen=True, kw_only=True):
    """A number of the text, and what it counts: "52 released", "1,300 prisoners"."""

    value: str
    """In one written form: "1300", "2.5"."""
    unit: str = ""
    """"%", "EUR", "km" ...; "" for a plain count."""
    counts: str = ""
    """What is counted, as written."""
    bound: Bound = ""
    """The text says "at least", "more than" (least); "up to", "fewer than" (most); or "about"."""
    start: int
    end: int


class DateMention(Struct, frozen=True, kw_only=True):
    """A day, month or year that the text names."""

    date: str
    """ISO 8601 as far as it is known: "2026-11-23", "2026-11", "2026"."""
    start: int
    end: int


class MediaTopic(Struct, frozen=True, kw_only=True):
    """A subject of the IPTC Media Topics."""

    id: str
    """"medtop:20000065"."""
    confidence: float
    name: str = ""
    """In English: "civil unrest"."""


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


class PushedDocument(Message, frozen=True, kw_only=True):
    """A feed document that a hub pushed, as it came; its signature was right."""

    feed_id: str
    body: bytes
    content_type: str
    url: str
    """The topic it was pushed for; relative links refer to it."""
    at: datetime
    """When it arrived."""
