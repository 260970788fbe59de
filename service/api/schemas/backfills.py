"""Archives that are read in, and what discovery finds."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

from pydantic import Field, StringConstraints, model_validator

from service.api.schemas import Given, Instant, Key, Language, Line, OrNone, PageQuery, Shown, Url
from service.model import Backfill as StoredBackfill
from service.model import BackfillKind, BackfillState, CandidateKind, FoundBy


class BackfillQuery(PageQuery):
    """Which backfills."""


class BackfillGiven(Given):
    """An archive to be read in, on the backfill lane: its articles raise no alerts."""

    url: Url = Field(examples=["https://harbour-gazette.example/sitemap.xml"])
    """A sitemap or an index of them; a feed that links what came before (RFC 5005); a feed by number, with `{n}`
    in its address; or a page of a site, whose robots.txt then says where its sitemaps are."""
    feed_id: Key | None = Field(None, examples=[None])
    """The feed to which its articles belong, if any."""
    source: Line = Field("", examples=["harbour-gazette.example"])
    """Who publishes; the feed's source, or else the domain of each article's address, if left out."""
    language: Language | None = Field(None, examples=["en"])
    since: Instant | None = Field(None, examples=["2026-01-01T00:00:00Z"])
    """Only articles from then on. Those that do not say when they are from are left out."""
    until: Instant | None = Field(None, examples=["2026-03-01T00:00:00Z"])
    """Only articles from before."""

    @model_validator(mode="after")
    def in_order(self) -> "BackfillGiven":
        if self.since and self.until and self.since >= self.until:
            raise ValueError("since: it must be before until")
        return self


class Backfill(Shown):
    """An archive that is read in."""

    id: str
    url: str
    kind: BackfillKind
    """archive (an address), gap (a hole in a feed) or file."""
    feed_id: OrNone
    source: OrNone
    language: OrNone
    since: datetime | None
    until: datetime | None
    state: BackfillState
    error: OrNone
    """Why it failed, or what it waits for, or what was left out."""
    documents: int
    """Documents read."""
    entries: int
    """Entries of the time wanted that were seen in them."""
    appended: int
    """Articles passed on; the others were known."""
    created_at: datetime | None
    finished_at: datetime | None
    next_at: datetime | None
    """When it goes on."""


class BackfillDetail(Backfill):
    """A backfill, and how far it has come."""

    by_state: dict[str, int] = Field(examples=[{"done": 3, "waiting": 12}])
    """Documents known of so far, by state: waiting, done or failed."""

    @classmethod
    def of(cls, kept: StoredBackfill, by_state: dict[str, int]) -> "BackfillDetail":
        shown: dict[str, Any] = Backfill.model_validate(kept).model_dump()
        return cls.model_validate(shown | {"by_state": by_state})


class DiscoveryGiven(Given):
    """A site whose feeds are wanted."""

    url: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=8000)] = Field(
        examples=["https://harbour-gazette.example/"]
    )
    """Any address of it; https is taken if it names no scheme."""


class Candidate(Shown):
    """A feed that was found and read."""

    url: str = Field(examples=["https://harbour-gazette.example/feed.xml"])
    kind: CandidateKind
    """feed, sitemap, or list (OPML)."""
    found_by: FoundBy
    """itself (the address given), link (the page links it), robots (robots.txt names it), guess (a usual place)."""
    title: str
    language: OrNone
    entries: int
    newest_at: datetime | None
    hub: OrNone
    """Where it can be subscribed to by WebSub."""
    known_as: OrNone
    """The id of the feed here that has this address."""


class Discovery(Shown):
    """What a site offers, the best first."""

    url: str
    candidates: Sequence[Candidate]
    tried: int
    """Requests made."""
    why: OrNone
    """Why the page could not be read, or the search was cut short; null if neither."""
