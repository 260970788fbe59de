"""All that can be known about a raw article without the past."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from consumers.dedupe.fingerprint import Fingerprint, fingerprint
from consumers.runner import Received
from service.errors import Invalid
from service.messages import RawArticle
from service.model import Lead
from service.settings import DedupeSettings
from service.text import words
from service.urls import article_id, canonical

BEGINNING = 700
"""Characters of a text by which it is known again."""
LONGEST_ID = 200


@dataclass(frozen=True, slots=True)
class Looked:
    """A raw article with all that can be known without the past."""

    raw: RawArticle
    position: str
    own_id: str
    """The id of an article that begins at this address."""
    name: str
    """What its source calls it, in a form that outlives a change of scheme or host; "" if nothing."""
    text_hash: str
    title_hash: str
    print: Fingerprint | None
    """None for a text too short to be called a copy."""
    lead: Lead
    """Of an article that is not known yet."""

    @property
    def recheck(self) -> bool:
        """Whether it is the page itself, seen again; not a feed, which may be stale."""
        return bool(self.raw.hops) and self.raw.hops[0].stage == "recheck"


def look(received: Received[RawArticle], settings: DedupeSettings) -> Looked:
    raw = received.message
    spoken = words(raw.text)
    if len(spoken) < settings.least_words:  # then the title is much of what is said
        spoken = words(raw.title) + spoken
    long_enough = len(spoken) >= settings.least_words
    return Looked(
        raw=raw,
        position=received.position,
        own_id=article_id(raw.url),
        name=name_of(raw.external_id),
        text_hash=sha256("\n".join((raw.title, *raw.text.split())).encode()).hexdigest()[:20],
        title_hash=title_hash(raw.title),
        print=fingerprint(spoken) if long_enough else None,
        lead=lead_of(raw),
    )


def title_hash(title: str) -> str:
    return sha256(" ".join(words(title)).encode()).hexdigest()[:20]


def lead_of(raw: RawArticle) -> Lead:
    """The beginning of its text, without control characters, which a database may refuse."""
    body = " ".join(raw.text[: 2 * BEGINNING].split())[:BEGINNING]
    title = raw.title[:BEGINNING]
    return Lead(
        "", raw.source, raw.feed_id, title.replace("\0", ""), body.replace("\0", ""), minute_of(raw), raw.seen_at
    )


def name_of(external_id: str) -> str:
    """An id that is an address without its scheme and host; one that is very long by its hash."""
    name = external_id.strip()
    if name[:8].lower().startswith(("http://", "https://")):
        address, mark, part = name.partition("#")
        with suppress(Invalid):
            name = "/" + canonical(address).split("/", 3)[3] + mark + part
    return name if len(name) <= LONGEST_ID else f"sha256 {sha256(name.encode()).hexdigest()}"


def minute_of(raw: RawArticle) -> datetime | None:
    """When it was published, where that is said to the minute at least: midnight is a day's name."""
    at = raw.published_at
    if at is None or raw.published_precision in ("day", "month", "year"):
        return None
    return None if raw.published_precision == "" and at.hour == at.minute == at.second == 0 else at
