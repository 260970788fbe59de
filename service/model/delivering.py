"""What is owed to endpoints, what came of sending it, what was missed; where a subscription stands."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from string import ascii_letters, digits
from typing import Any, Literal

from service.model.accounts import MAIN
from service.model.telling import ALERTED, Endpoint

BASE62 = digits + ascii_letters

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


def delivery_id(notice_id: str, endpoint_id: str) -> str:
    """The `webhook-id`: 27 letters and digits, and no dot, which would blur what is signed."""
    number = int.from_bytes(sha256(f"{notice_id}\n{endpoint_id}".encode()).digest())
    letters = []
    while number:
        number, digit = divmod(number, 62)
        letters.append(BASE62[digit])
    return "msg_" + "".join(letters)[:27]


def batch_id(delivery_ids: Iterable[str], endpoint_id: str) -> str:
    """The `webhook-id` of several that are sent in one request: the same ones always get the same."""
    return delivery_id("\n".join(delivery_ids), endpoint_id)


DeliveryState = Literal["waiting", "sent", "given_up"]


@dataclass(frozen=True, slots=True)
class Delivery:
    """One notice owed to one endpoint, until sent or given up. Its id is the `webhook-id`."""

    id: str
    notice_id: str
    kind: str
    """The notice's."""
    endpoint_id: str
    state: DeliveryState
    attempts: int
    next_attempt_at: datetime | None
    created_at: datetime
    done_at: datetime | None = None
    account_id: str = MAIN
    """That of its endpoint."""
    seq: int = 0
    """The notice's."""
    subscription_id: str = ""
    """The subscription by which it came; "" if the endpoint asked for the notice's kind."""
    sequence: int | None = None
    """Its place among all that came by that subscription: 1, 2, ... without a gap."""
    tried_before: int = 0
    """Attempts made before it was sent again: then its schedule begins anew."""
    batch_id: str = ""
    """The `webhook-id` under which it is sent together with others; "" if it is sent alone."""

    @property
    def alert_id(self) -> str | None:
        """The alert that it tells of; None if it tells of something else."""
        return self.notice_id if self.kind == ALERTED else None


@dataclass(frozen=True, slots=True)
class Due:
    """A delivery claimed for sending: all that the channel needs."""

    delivery: Delivery
    endpoint: Endpoint
    type: str
    """The notice's kind, such as `story.alerted`."""
    timestamp: datetime
    """When the notice was made."""
    data: dict[str, Any]
    more: tuple["Due", ...] = ()
    """What is sent in the same batch, after it."""
    start_at: datetime | None = None
    """When it may be sent, where a rate is kept; None for at once."""
    keys: tuple[str, ...] = field(default=(), repr=False)
    """What signs this attempt, the newest first."""
    trace: str = ""
    """Of the notice."""

    @property
    def id(self) -> str:
        """The `webhook-id`."""
        return self.delivery.batch_id or self.delivery.id

    @property
    def all(self) -> tuple["Due", ...]:
        """Itself, and what is sent with it."""
        return (self, *self.more)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try at a delivery."""

    delivery_id: str
    number: int
    """1, 2, ..."""
    at: datetime
    outcome: str
    """sent, refused, unreachable."""
    status: int | None
    milliseconds: int
    error: str = ""
    response: str = ""
    """The beginning of what came back."""
    endpoint_id: str = ""
    error_class: str = ""
    """One word for machines: what went wrong; "" if nothing did."""
    next_attempt_at: datetime | None = None
    """When it is tried again; None if it is not."""


@dataclass(frozen=True, slots=True)
class Tried:
    """An attempt, and what becomes of its delivery."""

    attempt: Attempt
    state: DeliveryState

    @property
    def next_attempt_at(self) -> datetime | None:
        return self.attempt.next_attempt_at
