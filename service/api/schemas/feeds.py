"""Feeds and the record of polls."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

from pydantic import AliasChoices, ConfigDict, Field, StringConstraints, model_validator

from service.api.schemas import READABLE, Given, Language, Line, OrNone, PageQuery, Problem, Shown, Url
from service.errors import Invalid
from service.messages import IdentityPolicy
from service.model import MOST_ROUTES, FeedHealth, FeedKind, FeedStatus, PageRules
from service.model import Feed as StoredFeed
from service.model import Poll as StoredPoll

Label = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100, pattern=READABLE)]
Selector = Annotated[str, StringConstraints(strip_whitespace=True, max_length=300, pattern=READABLE)]


class Rules(Given):
    """CSS selectors by which a page without a feed is read: `entry` in the page, the others in each entry.

    With `@name` at its end a selector stands for that attribute, else for the element's text.
    """

    model_config = ConfigDict(from_attributes=True)

    entry: Selector = Field(examples=["article.teaser"])
    link: Selector = Field("a[href]", examples=["h2 a"])
    """The address of the article; `href` of what is selected."""
    title: Selector = Field("", examples=["h2"])
    """The link's text if left out."""
    summary: Selector = Field("", examples=["p.lead"])
    date: Selector = Field("", examples=["time"])
    """`datetime` of what is selected, or its text."""

    @model_validator(mode="after")
    def usable(self) -> "Rules":
        self.kept()
        return self

    def kept(self) -> PageRules:
        """Raises `ValueError`, or `Invalid` for what pydantic has let through."""
        try:
            return PageRules(**self.model_dump())
        except Invalid as error:
            raise ValueError(f"{error.field.rpartition('/')[2]}: {error}") from None


class FeedQuery(PageQuery):
    """Which feeds."""

    health: FeedHealth | None = Field(None, examples=["failing"])
    """How they are doing: healthy, failing, gapping, silent or paused."""


Seconds = Annotated[float, Field(ge=60, le=2_592_000)]
"""From a minute to thirty days."""


class FeedGiven(Given):
    """A feed to be polled from now on."""

    url: Url = Field(examples=["https://harbour-gazette.example/feed.xml"])
    """Where the feed is: http or https, on the open internet."""
    title: Line = Field("", examples=["Harbour Gazette"])
    source: Line = Field("", examples=["harbour-gazette.example"])
    """Who publishes; the domain of the address if left out."""
    language: Language | None = Field(None, examples=["en"])
    """What its articles are written in; a hint only."""
    identity: IdentityPolicy = "auto"
    """By what its entries are known again: auto (address, id, then text), link, guid or text."""
    fixed_interval: Seconds | None = Field(None, examples=[None])
    """Seconds between polls, whatever the rhythm and the wishes of the feed; null to follow these."""
    labels: Sequence[Label] = Field((), max_length=50, examples=[["Europe"]])
    """Words by which you group feeds."""
    rules: Rules | None = Field(None, examples=[None])
    """How to read a page that has no feed."""
    routes: Sequence[Url] = Field((), max_length=MOST_ROUTES, examples=[["https://mirror.example/feed.xml"]])
    """Other addresses of the same feed (a mirror, a sitemap), asked in this order where its own one fails."""


class FeedChange(Given):
    """What is to be changed; what is left out stays."""

    title: Line = Field(default_factory=str, examples=["Harbour Gazette"])
    source: Line = Field(default_factory=str, examples=["harbour-gazette.example"])
    language: Language | None = Field(default_factory=lambda: None, examples=["en"])
    identity: IdentityPolicy = Field(default_factory=lambda: "auto", examples=["guid"])
    """By what its entries are known again: auto (address, id, then text), link, guid or text."""
    fixed_interval: Seconds | None = Field(default_factory=lambda: None, examples=[600])
    """Seconds between polls, whatever the rhythm and the wishes of the feed; null to follow these."""
    enabled: bool = Field(default_factory=bool, strict=True, examples=[True])
    """Poll it, or leave it alone. A feed that is switched on again is polled at once."""
    labels: Sequence[Label] = Field(default_factory=tuple, max_length=50, examples=[["Europe"]])
    rules: Rules | None = Field(default_factory=lambda: None, examples=[None])
    """Null for a page that has become a feed."""
    routes: Sequence[Url] = Field(default_factory=tuple, max_length=MOST_ROUTES)
    """Other addresses of the same feed, asked in this order where its own one fails."""


class Detour(Shown):
    """A feed is had by another route, for its own address does not give it."""

    route: int = Field(examples=[1])
    """Which of `routes` served last; 1 is the first."""
    since: datetime
    tries: int
    """How often in a row its own address was asked in vain."""
    again_at: datetime
    """From when on its own address is asked again."""
    why: str = Field(examples=["the server answered 403 Forbidden"])
    """What was wrong with it."""


class Feed(Shown):
    """A URL that is polled."""

    id: str
    url: str = Field(examples=["https://harbour-gazette.example/feed.xml"])
    title: str
    source: str
    language: OrNone
    kind: FeedKind
    """A feed of whatever format, sitemaps among them; or a page read by rules."""
    rules: Rules | None
    labels: Sequence[str]
    routes: Sequence[str]
    """Other addresses of the same feed, asked in this order where its own one fails."""
    detour: Detour | None
    """While it is had by one of these."""
    identity: IdentityPolicy
    """By what its entries are known again."""
    enabled: bool
    status: FeedStatus
    """How the last poll went."""
    health: FeedHealth = Field(validation_alias=AliasChoices("shown_health", "health"))
    """How it is doing, over many polls: healthy; failing (for so long that it is no accident); gapping (in the last
    day, entries came and went between two polls); silent (nothing new for much longer than its rhythm explains);
    paused (switched off)."""
    error: OrNone
    """Why the last poll failed; null if it did not."""
    failing_since: datetime | None
    failures: int
    """Polls that failed in a row."""
    interval: float = Field(examples=[900.0])
    """Seconds between polls at present; it follows the rhythm of the feed."""
    fixed_interval: float | None
    """Seconds between polls as you want it; null to follow the rhythm and the wishes of the feed."""
    last_poll_at: datetime | None
    next_poll_at: datetime | None
    last_new_at: datetime | None
    """When it last brought something new."""
    per_day: float = Field(examples=[42.5])
    """New entries a day, of late; 0 until that can be told."""
    overlap: float | None = Field(examples=[0.9])
    """Share of the entries of its last document that the one before had, too; 0 if some may have been missed."""
    invalid_ids: float = Field(examples=[0.0])
    """Share of the entries of its last document without an id of their own."""
    moved_to: OrNone
    """Where it redirects for good."""
    created_at: datetime | None


class Poll(Shown):
    """One visit to a feed."""

    at: datetime
    outcome: str = Field(examples=["fetched"])
    """fetched, not_modified, unreachable or unreadable."""
    status: int | None
    """The HTTP status that came back, if one did."""
    entries: int
    """Entries in the document."""
    fresh: int
    """Entries that had not been seen there before."""
    passed_over: int
    """Entries that can be known by nothing, and were left out."""
    milliseconds: int
    route: OrNone
    """The address that was asked in the end; null for the feed's own."""
    error: OrNone


class FeedDetail(Feed):
    """A feed and its latest polls, the newest first."""

    polls: Sequence[Poll]

    @classmethod
    def of(cls, feed: StoredFeed, polls: Sequence[StoredPoll]) -> "FeedDetail":
        return cls.model_validate(Feed.model_validate(feed).model_dump() | {"polls": polls})


class FeedBatch(Given):
    """Feeds to be polled from now on."""

    feeds: Sequence[dict[str, Any]] = Field(
        min_length=1,
        max_length=500,
        json_schema_extra={"items": {"$ref": "#/components/schemas/FeedGiven"}},
        examples=[[{"url": "https://harbour-gazette.example/feed.xml"}]],
    )
    """Each as it would be given alone."""


class FeedBatchEntry(Shown):
    """What became of one feed of a batch."""

    index: int = Field(examples=[0])
    """Its place in the batch, from 0."""
    status: int = Field(examples=[201])
    """As if it had been given alone: 201, or that of the problem."""
    id: OrNone = Field(None, examples=["018f3a5c2b7e9d41c0"])
    """Null if it was refused."""
    url: OrNone = None
    """As it is polled."""
    problem: Problem | None = None
    """Why it was refused; null if it was not."""


class FeedBatchReport(Shown):
    """What became of a batch of feeds."""

    added: int
    refused: int
    feeds: Sequence[FeedBatchEntry]
    """Each of them, in the order of the batch."""
