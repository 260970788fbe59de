"""All that can be known about a raw article without the past."""

from dataclasses import dataclass
from hashlib import sha256

from consumers.dedupe.fingerprint import Fingerprint, fingerprint
from consumers.runner import Received
from service.messages import RawArticle
from service.settings import DedupeSettings
from service.text import words
from service.urls import article_id


@dataclass(frozen=True, slots=True)
class Looked:
    """A raw article with all that can be known without the past."""

    raw: RawArticle
    position: str
    article_id: str
    text_hash: str
    print: Fingerprint | None
    """None for a text too short to be called a copy."""


def look(received: Received[RawArticle], settings: DedupeSettings) -> Looked:
    raw = received.message
    spoken = words(f"{raw.title}\n{raw.text}")
    long_enough = len(spoken) >= settings.least_words
    return Looked(
        raw=raw,
        position=received.position,
        article_id=article_id(raw.url),
        text_hash=sha256("\n".join((raw.title, *raw.text.split())).encode()).hexdigest()[:20],
        print=fingerprint(spoken) if long_enough else None,
    )
