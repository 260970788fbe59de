"""One conditional request. In: a feed; out: `Fetched`, `NotModified` or `Failed`. Nothing is raised."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from consumers.poll.grades import UNREACHABLE, status_grade
from consumers.poll.schedule import Failure
from consumers.poll.trust import asks_conditionally
from consumers.poll.wishes import fresh_for
from service.egress import Egress, Reply, Unreachable
from service.headers import retry_after
from service.model import Feed

ACCEPT = (
    "application/rss+xml, application/atom+xml, application/feed+json, application/rdf+xml;q=0.9, "
    "application/xml;q=0.8, text/xml;q=0.8, application/json;q=0.7, */*;q=0.1"
)
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
    fresh_for: float | None
    status: int
    link: str = ""
    """The Link header."""


@dataclass(frozen=True, slots=True)
class NotModified:
    """The document is still the one we had last."""

    permanent_url: str
    fresh_for: float | None
    status: int
    """304, or 200 for a document that has the same hash."""
    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True, slots=True)
class Failed:
    """No document."""

    failure: Failure
    status: int | None = None
    busy: bool = False
    """The host asks to be left alone for a while."""


async def fetch(egress: Egress, feed: Feed, now: datetime) -> Fetched | NotModified | Failed:
    """Ask for what has changed since the last poll."""
    reply = await egress.get(feed.url, conditions(feed))
    return judge(reply, feed, now)


def judge(reply: Reply | Unreachable, feed: Feed, now: datetime) -> Fetched | NotModified | Failed:
    """What an answer means for this feed."""
    if isinstance(reply, Unreachable):
        return Failed(Failure("unreachable", reply.why, grade=UNREACHABLE[reply.kind]))
    fresh = fresh_for(reply.headers, now)
    if reply.status == HTTPStatus.NOT_MODIFIED and asks_conditionally(feed):
        return NotModified(reply.permanent_url, fresh, reply.status)
    if reply.status != HTTPStatus.OK:
        return _failed(reply, now)
    body_hash = hashlib.sha256(reply.body).hexdigest()[:32]
    if body_hash == feed.body_hash:
        validators = _kept(reply, "etag"), _kept(reply, "last-modified")
        return NotModified(reply.permanent_url, fresh, reply.status, *validators)
    return Fetched(
        body=reply.body,
        content_type=reply.headers.get("content-type", ""),
        url=reply.url,
        permanent_url=reply.permanent_url,
        etag=_kept(reply, "etag"),
        last_modified=_kept(reply, "last-modified"),
        body_hash=body_hash,
        fresh_for=fresh,
        status=reply.status,
        link=reply.headers.get("link", ""),
    )


def conditions(feed: Feed) -> dict[str, str]:
    """The headers of a request for what has changed since the last poll."""
    headers = {"accept": ACCEPT}
    if not asks_conditionally(feed):
        return headers
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
    wait = retry_after(reply.headers.get("retry-after", ""), now)
    grade = status_grade(reply.status)
    if reply.status == HTTPStatus.GONE:
        why = "the server says that the feed is gone for good (410)"
        return Failed(Failure("gone", why, wait, grade), reply.status)
    if reply.status == HTTPStatus.NOT_MODIFIED:
        why = "the server answered 304 (not modified) without having been asked what has changed"
        return Failed(Failure("unreachable", why, wait, "soft"), reply.status)
    why = f"the server answered {_phrase(reply.status)}"
    return Failed(Failure("unreachable", why, wait, grade), reply.status, reply.busy)


def _phrase(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)
