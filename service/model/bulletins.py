"""Bulletins: what is published for feed readers."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Bulletin:
    """A topic's alerts, or a list of stories, to be read by whoever has its address."""

    id: str
    account_id: str
    name: str
    topic_id: str = ""
    """Whose alerts it shows; "" for a list of stories."""
    stories: dict[str, str] = field(default_factory=dict)
    """The filters of that list, as in the address of a request."""
    created_at: datetime | None = None
    token: str = field(default="", repr=False)
    """What its address is made of; known when it is made, and to whoever reads it."""
    told: str = ""
    """What the hub was told of last: the digest of the entries."""
