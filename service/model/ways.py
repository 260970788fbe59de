"""Ways in besides the feed itself: pages read by rules, lists of feeds, archives, and what discovery finds."""

from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from typing import Literal

from service.model.news import Feed
from service.opml import Outline

BackfillKind = Literal["archive", "gap", "file"]
"""What is read in.

* archive  a sitemap, or an index of them; or a feed document and those before it, as it links them (RFC 5005)
           or by number (`{n}` in the address)
* gap      whatever the feed's publisher offers by which a hole can be filled; found out when it is read
* file     articles as JSON lines, given to the command line
"""
BackfillState = Literal["waiting", "running", "done", "failed", "stopped"]
DocumentState = Literal["waiting", "done", "failed"]


@dataclass(frozen=True, slots=True)
class Backfill:
    """An archive that is read in on the backfill lane."""

    id: str
    url: str
    """Where it begins; for a file, its name."""
    kind: BackfillKind
    feed_id: str = ""
    """The feed to which its articles are put down; "" for none."""
    source: str = ""
    """Who publishes; by each article's address if empty."""
    language: str = ""
    since: datetime | None = None
    until: datetime | None = None
    """Only articles from this stretch of time; those that do not say when they are from are then left out."""
    state: BackfillState = "waiting"
    error: str = ""
    """Why it failed, or what it waits for."""
    failures: int = 0
    """Failed requests in a row."""
    documents: int = 0
    """Documents read."""
    entries: int = 0
    """Entries seen in them."""
    appended: int = 0
    """Articles passed on."""
    created_at: datetime | None = None
    finished_at: datetime | None = None
    next_at: datetime | None = None
    """When it goes on."""


@dataclass(frozen=True, slots=True)
class BackfillDocument:
    """One document of a backfill: the place to go on from."""

    id: str
    """Follows from its address: a document that is linked twice is read once."""
    url: str
    state: DocumentState = "waiting"
    body_hash: str = ""
    """Of the entries to which `done` refers."""
    done: int = 0
    """Entries dealt with."""
    error: str = ""


def document_id(url: str) -> str:
    return sha256(url.encode()).hexdigest()[:20]


def gap_backfill(feed: Feed, since: datetime | None, until: datetime) -> Backfill:
    """What fills a hole between two polls of a feed. The same hole always has the same id."""
    named = sha256(f"{feed.id}\n{until.isoformat()}".encode()).hexdigest()[:20]
    return Backfill(
        id=f"gap_{named}",
        url=feed.url,
        kind="gap",
        feed_id=feed.id,
        source=feed.source,
        language=feed.language,
        since=since,
        until=until,
        created_at=until,
        next_at=until,
    )


@dataclass(frozen=True, slots=True)
class FeedList:
    """An OPML document somewhere, whose feeds are polled as long as it names them."""

    id: str
    url: str
    title: str = ""
    enabled: bool = True
    interval: float = 3600.0
    """Seconds between two looks at it."""
    error: str = ""
    """Why the last look failed; "" if it did not."""
    failures: int = 0
    etag: str = ""
    last_modified: str = ""
    named: int = 0
    """Feeds it named last."""
    added: int = 0
    """Feeds it has brought so far."""
    switched_off: int = 0
    """Of these, how many are off at present because it names them no more."""
    last_sync_at: datetime | None = None
    next_sync_at: datetime | None = None
    created_at: datetime | None = None


def outline(feed: Feed) -> Outline:
    """The feed as a list names it."""
    rules = asdict(feed.rules) if feed.rules else {}
    return Outline(feed.url, feed.title, feed.language, feed.labels, rules)


CandidateKind = Literal["feed", "sitemap", "list"]
FoundBy = Literal["itself", "link", "robots", "guess"]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A feed that discovery has found and read."""

    url: str
    kind: CandidateKind
    found_by: FoundBy
    title: str = ""
    language: str = ""
    entries: int = 0
    newest_at: datetime | None = None
    hub: str = ""
    """Where it can be subscribed to by WebSub; "" if it names none."""
    known_as: str = ""
    """The id of the feed here that has this address; "" if there is none."""


@dataclass(frozen=True, slots=True)
class Discovery:
    """What a site offers, the best first."""

    url: str
    candidates: tuple[Candidate, ...] = ()
    tried: int = 0
    """Requests made."""
    why: str = ""
    """Why the page itself could not be read; "" if it could."""
