"""Lists of feeds, as they come and as they are kept in sync."""

from collections.abc import Sequence
from datetime import datetime

from pydantic import Field

from service.api.schemas import Given, Line, OrNone, Shown, Url


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


class FeedListGiven(Given):
    """A list of feeds to be kept in sync from now on."""

    url: Url = Field(examples=["https://harbour-gazette.example/feeds.opml"])
    """Where the OPML document is: http or https, on the open internet."""
    title: Line = Field("", examples=["Coastal press"])
    """What it is called; as the document says if left out."""
    interval: float = Field(3600, ge=300, le=30 * 86400, examples=[3600])
    """Seconds between two looks at it."""


class FeedListChange(Given):
    """What is to be changed; what is left out stays."""

    title: Line = Field(default_factory=str, examples=["Coastal press"])
    interval: float = Field(default_factory=float, ge=300, le=30 * 86400, examples=[3600])
    enabled: bool = Field(default_factory=bool, strict=True, examples=[True])
    """Look at it, or leave it alone. A list that is switched on again is looked at at once."""


class FeedList(Shown):
    """An OPML document somewhere, whose feeds are polled as long as it names them."""

    id: str
    url: str = Field(examples=["https://harbour-gazette.example/feeds.opml"])
    title: str
    enabled: bool
    interval: float
    error: OrNone
    """Why the last look failed; null if it did not. A list that cannot be read switches nothing off."""
    failures: int
    named: int
    """Feeds that it named last."""
    added: int
    """Feeds that were not here before it named them."""
    switched_off: int
    """Of these, how many are off at present because no list names them any more."""
    last_sync_at: datetime | None
    next_sync_at: datetime | None
    created_at: datetime | None
