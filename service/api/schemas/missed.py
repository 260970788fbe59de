"""What was missed, and how it comes again."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from service.api.schemas import Given, Instant, Limit, PageQuery, Shown
from service.model import Delivery as StoredDelivery
from service.model import DeliveryState, Missed


class RecoveryGiven(Given):
    """Which stretch of time, and what of it."""

    since: Instant = Field(examples=["2026-03-14T00:00:00Z"])
    until: Instant | None = Field(None, examples=["2026-03-15T00:00:00Z"])
    """Left out, until now."""
    only: Missed = Field("failed", examples=["failed"])
    """`failed`: deliveries that were given up. `missing`: what would go to the endpoint today and was never owed to it,
    as before it was subscribed."""


class RecoveryQuery(PageQuery):
    """Which recoveries."""


class Recovery(Shown):
    """What an endpoint missed is owed to it again, a portion at a time, however much it is."""

    id: str
    endpoint_id: str
    only: Missed
    since: datetime
    until: datetime
    state: Literal["running", "done"]
    progress: float = Field(examples=[0.4])
    """From 0 to 1."""
    recovered: int
    """Deliveries that wait for it so far."""
    created_at: datetime
    done_at: datetime | None


class Head(Shown):
    """Where a subscription stands."""

    subscription_id: str
    sequence: int = Field(examples=[42])
    """Of the last delivery that came by it; 0 if none did."""
    taken: int = Field(examples=[40])
    """All up to this one were taken."""
    waiting: int
    given_up: int


class PlacedQuery(Given):
    """Which deliveries of a subscription."""

    after: int = Field(0, ge=0, le=2**62, examples=[41])
    """The last sequence that is known."""
    limit: Limit = None


class PlacedDelivery(Shown):
    """A delivery that came by a subscription, and what it says."""

    id: str
    notice_id: str
    kind: str = Field(examples=["story.alerted"])
    sequence: int | None
    state: DeliveryState
    next_attempt_at: datetime | None
    body: dict[str, Any]
    """As it is posted."""

    @classmethod
    def of(cls, delivery: StoredDelivery, body: dict[str, Any]) -> "PlacedDelivery":
        known = {name: getattr(delivery, name) for name in cls.model_fields if name != "body"}
        return cls.model_validate(known | {"body": body})


class PlacedDeliveries(Shown):
    """Deliveries of a subscription, in the order of their sequence."""

    items: Sequence[PlacedDelivery]
