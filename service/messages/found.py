"""What can be found out about an article: in its text, and on its page. Part of the messages; the same rules hold."""

from datetime import datetime
from typing import Literal

from msgspec import Struct

Precision = Literal["", "second", "minute", "day", "month", "year"]


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
