"""Feeds and the record of polls."""

from collections.abc import Sequence
from datetime import datetime

from pydantic import Field

from service.api.schemas import Given, Language, Line, OrNone, PageQuery, Shown, Url
from service.model import Feed as StoredFeed
from service.model import FeedStatus
from service.model import Poll as StoredPoll


class FeedQuery(PageQuery):
    """Which feeds."""


class FeedGiven(Given):
    """A feed to be polled from now on."""

    url: Url = Field(examples=["https://harbour-gazette.example/feed.xml"])
    """Where the feed is: http or https, on the open internet."""
    title: Line = Field("", examples=["Harbour Gazette"])
    source: Line = Field("", examples=["harbour-gazette.example"])
    """Who publishes; the domain of the address if left out."""
    language: Language | None = Field(None, examples=["en"])
    """What its articles are written in; a hint only."""


class FeedChange(Given):
    """What is to be changed; what is left out stays."""

    title: Line = Field(default_factory=str, examples=["Harbour Gazette"])
    source: Line = Field(default_factory=str, examples=["harbour-gazette.example"])
    language: Language | None = Field(default_factory=lambda: None, examples=["en"])
    enabled: bool = Field(default_factory=bool, strict=True, examples=[True])
    """Poll it, or leave it alone. A feed that is switched on again is polled at once."""


class Feed(Shown):
    """A URL that is polled."""

    id: str
    url: str = Field(examples=["https://harbour-gazette.example/feed.xml"])
    title: str
    source: str
    language: OrNone
    enabled: bool
    status: FeedStatus
    """How the last poll went."""
    error: OrNone
    """Why the last poll failed; null if it did not."""
    failing_since: datetime | None
    failures: int
    """Polls that failed in a row."""
    interval: float = Field(examples=[900.0])
    """Seconds between polls at present; it follows the rhythm of the feed."""
    last_poll_at: datetime | None
    next_poll_at: datetime | None
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
    milliseconds: int
    error: OrNone


class FeedDetail(Feed):
    """A feed and its latest polls, the newest first."""

    polls: Sequence[Poll]

    @classmethod
    def of(cls, feed: StoredFeed, polls: Sequence[StoredPoll]) -> "FeedDetail":
        return cls.model_validate(Feed.model_validate(feed).model_dump() | {"polls": polls})


class OpmlEntry(Shown):
    """What became of one feed of an OPML document."""

    url: str
    outcome: str = Field(examples=["added"])
    """added, known (it was there already) or refused."""
    id: OrNone = None
    """Of the feed, if it was added."""
    why: OrNone = None
    """Why it was refused."""


class OpmlReport(Shown):
    """What became of an OPML document."""

    added: int
    known: int
    refused: int
    feeds: Sequence[OpmlEntry]
