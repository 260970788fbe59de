"""The bytes that articles were read from."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Payload:
    """A document as it was fetched, decompressed but otherwise untouched."""

    hash: str
    """SHA-256 of the body, in hex."""
    body: bytes
    content_type: str
    """As the server said; with it and the address the body can be read as it was then."""
    url: str
    """Where it came from, behind all redirects."""
    feed_id: str
    """The feed that was polled; "" for a page."""
    at: datetime
    """When it was last fetched."""
