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
from service.api.schemas.found import Citation, DateMention, Figure, MediaTopic, NamedEntity, Place, Quote
from service.messages import ArticleKind, ArticleState
from service.model import ArticleView
from service.text.difference import Materiality


class ArticleQuery(PageQuery):
    """Which articles. All filters must hold."""

    q: QueryText | None = Field(None, examples=['ferry AND "northern islands"'])
    """A query, in the language of topics. Where texts have to be read to tell, as for phrases, a page may be short of
    articles, even have none, and still have a cursor: it goes on from there."""
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
    countries: tuple[str, ...] = Field(examples=[["BY", "LT"]])
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
