"""Articles."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from pydantic import AliasChoices, Field

from service.api.schemas import (
    Country,
    Given,
    Instant,
    Key,
    Language,
    Line,
    OrNone,
    PageQuery,
    PrecisionOrNone,
    QueryText,
    Shown,
    Source,
    Url,
)
from service.messages import ArticleKind, ArticleState, EntityKind
from service.model import ArticleView
from service.text.difference import Materiality


class ArticleQuery(PageQuery):
    """Which articles. All filters must hold."""

    q: QueryText | None = Field(None, examples=['ferry AND "northern islands"'])
    """A query, in the language of topics; looks through the newest 2,000 that match."""
    language: Language | None = None
    country: Country | None = None
    """Named in the text: ISO 3166-1 alpha-2."""
    source: Source | None = None
    """Who published."""
    story: Key | None = None
    """The id of a story."""
    entity: Key | None = None
    """The id of a person or organisation that the text names."""
    since: Instant | None = None
    """Not older than this."""
    until: Instant | None = None
    """Older than this."""
    order: Literal["newest", "changed"] = "newest"
    """newest: by publication, the newest first. changed: in the order in which articles came in, were edited, moved
    or deleted, the last change last; to be followed, see `changed_since`."""
    changed_since: str | None = Field(None, max_length=512, examples=["2026-03-14T09:30:00Z"])
    """Only what changed since: a time, or the `next_cursor` of an earlier page in this order, which never misses a
    change. Sets the order to `changed`."""


class LookupQuery(Given):
    """Which article: by its address, or by its source and its id there."""

    url: Url | None = None
    """As found in the wild; trackers and such are taken off."""
    source: Source | None = None
    external_id: Line = ""


class Article(Shown):
    """One published text at one address."""

    id: str = Field(examples=["3f6d2b9a41c7e05d88aa"])
    url: str = Field(examples=["https://harbour-gazette.example/2026/ferries-resume"])
    title: str
    summary: str
    source: str
    language: str = Field(examples=["en"])
    countries: Sequence[str] = Field(examples=[["BY", "LT"]])
    """Named in the text."""
    published_at: datetime | None
    seen_at: datetime
    kind: ArticleKind
    """new, or copy: nearly the same text as another article."""
    revision: int
    """0 for the first text, then 1, 2, ..."""
    original_id: OrNone
    """The article it is a copy of."""
    story_id: OrNone
    state: ArticleState
    """published; deleted, if its page is gone; or moved."""
    moved_to: OrNone
    """Where its page is now, if it has moved."""
    changed_at: datetime | None
    """When its latest revision was filed."""


class Hop(Shown):
    """One step of an article's journey."""

    stage: str = Field(examples=["dedupe"])
    at: datetime
    outcome: str = Field(examples=["new"])


class Changed(Shown):
    """How a revision differs from what it was compared with."""

    type: OrNone = Field(examples=["edited"])
    """edited, retitled, deleted, moved or restored; null for the first text."""
    classes: Sequence[Materiality] = Field(examples=[["number", "headline"]])
    """What kinds of changes there are, the gravest first: retraction, negation, number, name, headline, wording,
    cosmetic."""
    facts: Sequence[str] = Field(examples=[["number: 52 → 14"]])
    """What changed, shortly."""
    against: int | None
    """The revision it was compared with: the last one of the same origin, feed or page. Null for the first text, and
    where it was compared with what the page said at an earlier look."""


class Revision(Shown):
    """The text as of one sighting, and the journey of what brought it."""

    number: int
    title: str
    text: str
    html: OrNone = Field(examples=["<p>Ferries <em>resume</em> on Monday.</p>"])
    """The full text as its feed gave it, with no markup but what is safe to show; null if there was none."""
    payload: OrNone = Field(examples=["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"])
    """Hash of the document it was read from, which may still be kept: see `/v1/payloads/{hash}`."""
    author: str
    state: ArticleState
    moved_to: OrNone
    change: Changed = Field(validation_alias=AliasChoices("change", "weighed"))
    """How it differs from the one before it."""
    seen_at: datetime
    published_at: datetime | None
    published_precision: PrecisionOrNone
    """How exactly the time is known; null where nothing says."""
    hops: Sequence[Hop]


class Place(Shown):
    """A place named in the text."""

    name: str
    country: str
    geoname_id: int
    """0 for a country or a region."""
    count: int
    """How often."""
    region: OrNone = Field(examples=["US-NM"])
    """ISO 3166-2; null unless it is a region."""
    metonym: bool
    """It stands for its government; its country is not thereby named."""


class NamedEntity(Shown):
    """A person or organisation named in the text."""

    id: str = Field(examples=["person_alexander-lukashenko"])
    """The same in every language and spelling; see `/v1/entities/{id}`."""
    kind: EntityKind
    name: str
    """The fullest form in which the text writes it."""
    role: OrNone = Field(examples=["President"])
    """What the text calls the person."""
    country: OrNone = Field(examples=["BY"])
    count: int
    """How often, surnames alone included."""
    forms: Sequence[str] = Field(examples=[["Alexander Lukashenko", "Lukashenko"]])
    """How the text writes it, the form written most first."""


class Figure(Shown):
    """A number of the latest text, and what it counts."""

    value: str = Field(examples=["1300"])
    """In one written form: digits, and a point before the fraction."""
    unit: OrNone = Field(examples=["EUR"])
    """A currency, `%`, `km`, ...; null for a plain count."""
    counts: OrNone = Field(examples=["prisoners"])
    """What is counted, as written."""
    bound: OrNone = Field(examples=["least"])
    """least ("at least", "more than"), most ("up to", "fewer than"), about; null where the text says none of them."""
    start: int
    """Where it stands in the latest text: first character, and the one behind the last."""
    end: int


class DateMention(Shown):
    """A day, month or year that the latest text names."""

    date: str = Field(examples=["2026-11-23"])
    """ISO 8601, as far as it is known: a day, a month (`2026-11`) or a year."""
    start: int
    end: int


class MediaTopic(Shown):
    """A subject, of the IPTC Media Topics (CC BY 4.0)."""

    id: str = Field(examples=["medtop:20000065"])
    name: str = Field(examples=["civil unrest"])
    confidence: float
    """How often such a finding is right, from 0 to 1."""


class Quote(Shown):
    """Something said in the latest text, word for word or as reported."""

    start: int
    """Where it stands in the latest text: first character, and the one behind the last."""
    end: int
    direct: bool
    """Word for word."""
    speaker: OrNone = Field(examples=["Anna Kovac, the mayor"])
    """As written next to it; null if the text does not say. A pronoun is resolved where there is one person to mean."""
    speaker_id: OrNone
    """The entity, if the speaker is one."""
    cue: OrNone = Field(examples=["said"])
    """The word that makes it speech."""
    cue_start: int
    cue_end: int
    speaker_start: int
    """Where the speaker is named, be it by a pronoun; both 0 if nowhere."""
    speaker_end: int


class Citation(Shown):
    """The latest text leans on another source."""

    cited: str = Field(examples=["Reuters"])
    """The source, as written."""
    domain: OrNone = Field(examples=["reuters.com"])
    """Null if it is no known outlet."""
    cue: OrNone = Field(examples=["according to"])
    """The words that say so; null for a byline."""
    byline: bool
    """It stands in a dateline, byline or credit: all of the text comes from it."""
    start: int
    """Where the source is named in the latest text: first character, and the one behind the last."""
    end: int
    content_start: int
    """What is taken from it; both 0 for a byline."""
    content_end: int
    cue_start: int
    cue_end: int


class ArticlePage(Shown):
    """What the article's page said of itself when it was read. What it did not say is null."""

    url: OrNone
    """Where it was read, behind all redirects."""
    canonical: OrNone
    """The address it gives itself; the article goes by its own all the same."""
    title: OrNone
    author: OrNone
    published_at: datetime | None
    published_precision: PrecisionOrNone
    language: OrNone
    image: OrNone
    extractor: OrNone = Field(examples=["trafilatura 2.3.1"])
    """What found the text."""
    permissions: dict[str, str] = Field(examples=[{"robots.txt": "allowed", "meta": "noarchive, noai"}])
    """What may be done with it, by who says so: `robots.txt`, `meta` (robots), `header` (X-Robots-Tag), `tdm`."""


class ArticleDetail(Article):
    """Everything about one article."""

    strand_id: str
    """The articles of its story in its language."""
    places: Sequence[Place]
    names: Sequence[str]
    """People and organisations, as written."""
    entities: Sequence[NamedEntity]
    """The same under ids that hold across languages, the most often named first."""
    keywords: Sequence[str]
    figures: Sequence[Figure]
    """Numbers with what they count, in the order of the text."""
    dates: Sequence[DateMention]
    """In the order of the text; what the text leaves out is told from when it was published."""
    topics: Sequence[MediaTopic]
    """The surest first; what they are part of comes along."""
    quotes: Sequence[Quote]
    """Who said what, in the order of the text."""
    citations: Sequence[Citation]
    """Other sources that the text gives for what it says; bylines first."""
    enrichers: dict[str, str]
    """What looked at it, in which version; or why it could not."""
    revisions: Sequence[Revision]
    """The first one first."""
    copies: Sequence[Article]
    """Articles elsewhere with nearly the same text, the earliest first."""
    image: OrNone
    """Address of the main image."""
    page: ArticlePage | None
    """Null if it was not read."""

    @classmethod
    def of(cls, view: ArticleView) -> "ArticleDetail":
        summary = Article.model_validate(view.summary).model_dump()
        found = ("places", "names", "entities", "keywords", "quotes", "citations", "enrichers")
        known = ("strand_id", *found, "revisions", "copies", "image", "page")
        facts = ("figures", "dates", "topics")
        return cls.model_validate(summary | {name: getattr(view, name) for name in (*known, *facts)})
