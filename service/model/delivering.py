"""What an endpoint missed and is given again; where a subscription stands."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Missed = Literal["failed", "missing"]
"""Deliveries that were given up; or notices that would go to the endpoint today and were never owed to it."""


@dataclass(frozen=True, slots=True)
class Recovery:
    """A stretch of time of which an endpoint is owed again what it missed, a portion at a time."""

    id: str
    endpoint_id: str
    only: Missed
    since: datetime
    until: datetime
    created_at: datetime
    account_id: str = ""
    state: Literal["running", "done"] = "running"
    first_seq: int = 0
    seq: int = 0
    """Notices up to this one were looked at."""
    last_seq: int = 0
    """The last one to look at."""
    looked_at: int = 0
    """Deliveries or notices that were looked at."""
    recovered: int = 0
    """Deliveries that wait again, or now."""
    done_at: datetime | None = None

    @property
    def progress(self) -> float:
        """From 0 to 1."""
        if self.state == "done" or self.last_seq <= self.first_seq:
            return float(self.state == "done")
        return (self.seq - self.first_seq) / (self.last_seq - self.first_seq)


@dataclass(frozen=True, slots=True)
class Head:
    """Where a subscription stands."""

    subscription_id: str
    sequence: int
    """Of the last delivery that came by it; 0 if none did."""
    taken: int
    """All up to this one were taken by the endpoint."""
    waiting: int
    given_up: int
