"""One conditional request. In: a feed; out: `Fetched`, `NotModified` or `Failed`. Nothing is raised."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from consumers.poll.schedule import Failure, max_age, retry_after
from service.egress import Egress, Reply, Unreachable
from service.model import Feed

ACCEPT = (
    "application/rss+xml, application/atom+xml, application/feed+json, application/rdf+xml;q=0.9, "
    "application/xml;q=0.8, text/xml;q=0.8, application/json;q=0.7, */*;q=0.1"
)
BUSY = frozenset((HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE))
MOST_HEADER = 1000


@dataclass(frozen=True, slots=True)
class Fetched:
    """A document that is not the one we had last."""

    body: bytes
    content_type: str
    url: str
    """Where it came from in the end; relative links refer to it."""
    permanent_url: str
    etag: str
    last_modified: str
    body_hash: str
    max_age: float | None
    status: int
    link: str = ""
    """The Link header."""


@dataclass(frozen=True, slots=True)
class NotModified:
    """The document is still the one we had last."""

    permanent_url: str
    max_age: float | None
    status: int


@dataclass(frozen=True, slots=True)
class Failed:
    """No document."""

    failure: Failure
    status: int | None = None

    @property
    def busy(self) -> bool:
        """The host asks to be left alone for a while."""
        return self.status in BUSY


async def fetch(egress: Egress, feed: Feed, now: datetime) -> Fetched | NotModified | Failed:
    """Ask for what has changed since the last poll."""
    reply = await egress.get(feed.url, _conditions(feed))
    return judge(reply, feed, now)


def judge(reply: Reply | Unreachable, feed: Feed, now: datetime) -> Fetched | NotModified | Failed:
    """What an answer means for this feed."""
    if isinstance(reply, Unreachable):
        return Failed(Failure("unreachable", reply.why))
    fresh_for = max_age(reply.headers.get("cache-control", ""))
    if reply.status == HTTPStatus.NOT_MODIFIED:
        return NotModified(reply.permanent_url, fresh_for, reply.status)
    if reply.status != HTTPStatus.OK:
        return _failed(reply, now)
    body_hash = hashlib.sha256(reply.body).hexdigest()[:32]
    if body_hash == feed.body_hash:
        return NotModified(reply.permanent_url, fresh_for, reply.status)
    return Fetched(
        body=reply.body,
        content_type=reply.headers.get("content-type", ""),
        url=reply.url,
        permanent_url=reply.permanent_url,
        etag=_kept(reply, "etag"),
        last_modified=_kept(reply, "last-modified"),
        body_hash=body_hash,
        max_age=fresh_for,
        status=reply.status,
        link=reply.headers.get("link", ""),
    )


def _conditions(feed: Feed) -> dict[str, str]:
    headers = {"accept": ACCEPT}
    if feed.etag:
        headers["if-none-match"] = feed.etag
    if feed.last_modified:
        headers["if-modified-since"] = feed.last_modified
    return headers


def _kept(reply: Reply, name: str) -> str:
    """A header to be sent back next time, unless it is unfit for that."""
    value = reply.headers.get(name, "").strip()
    return value if len(value) <= MOST_HEADER and value.isascii() and value.isprintable() else ""


def _failed(reply: Reply, now: datetime) -> Failed:
    if reply.status == HTTPStatus.GONE:
        return Failed(Failure("gone", "the server says that the feed is gone for good (410)"), reply.status)
    try:
        phrase = f"{reply.status} {HTTPStatus(reply.status).phrase}"
    except ValueError:
        phrase = str(reply.status)
    wait = retry_after(reply.headers.get("retry-after", ""), now)
    return Failed(Failure("unreachable", f"the server answered {phrase}", wait), reply.status)
