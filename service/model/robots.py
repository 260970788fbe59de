"""What a host's robots.txt came to, as it is kept."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Verdict = Literal["rules", "open", "closed"]
"""It has rules; it has none to obey; it cannot be had, so that nothing may be read."""


@dataclass(frozen=True, slots=True)
class RobotsFile:
    """The robots.txt of one origin (`https://example.org`)."""

    origin: str
    verdict: Verdict
    until: datetime
    """When it is to be asked for again."""
    body: str = ""
    why: str = ""
    """Why it cannot be had."""
    failing_since: datetime | None = None
