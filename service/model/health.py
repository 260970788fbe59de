"""How a feed is doing, and by which habits that is judged."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

FeedHealth = Literal["healthy", "failing", "silent", "gapping", "paused"]
"""
* healthy  polls bring what they should
* failing  polls have brought nothing but failures for too long
* silent   nothing new has come for much longer than the feed's rhythm explains
* gapping  within the last day, entries came and went between two polls
* paused   switched off: it is not polled
"""


@dataclass(frozen=True, slots=True)
class Habits:
    """What is remembered of a feed to judge it by."""

    looked_at: datetime | None = None
    """When its document was last had, or known to be unchanged."""
    newest_at: datetime | None = None
    """When the newest entry of that document was published; None if it does not say."""
    usual: float = 0.0
    """New entries a day, as of when it last brought one; 0 until that can be told."""
    pause: float = 0.0
    """The longest time without anything new, of late: seconds."""
    gap_at: datetime | None = None
    """When entries were last missed."""
    hole_at: datetime | None = None
    """From when on entries were missed for which no backfill was asked yet."""
    filled_at: datetime | None = None
    """When a backfill was last asked for."""
