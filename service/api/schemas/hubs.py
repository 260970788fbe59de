"""Hubs that push feeds."""

from datetime import datetime

from pydantic import Field

from service import model
from service.api.schemas import OrNone, Shown
from service.model import HubState


class HubSubscription(Shown):
    """A feed at its hub. Its callback and its secret are shown to nobody."""

    hub: str = Field(examples=["https://hub.example/"])
    topic: str = Field(examples=["https://harbour-gazette.example/feed.xml"])
    """By which the hub knows the feed."""
    state: HubState
    signed: bool
    """What it pushes is signed, and read; if not, a push only makes the feed due."""
    trusted: bool
    """It pushes what is new, so the feed is polled rarely."""
    lease_until: datetime | None
    next_request_at: datetime | None
    """When the hub is asked again, to renew the lease for example."""
    pushed_at: datetime | None
    """When it last pushed a document that could be read."""
    missed_at: datetime | None
    """When a poll last found news that it had not pushed."""
    error: OrNone
    """Why the hub did not do what it was asked."""

    @classmethod
    def of(cls, kept: model.HubSubscription, now: datetime) -> "HubSubscription":
        names = ("hub", "topic", "state", "lease_until", "pushed_at", "missed_at", "error")
        told = {name: getattr(kept, name) for name in names}
        known = {"signed": bool(kept.secret), "trusted": kept.trusted(now), "next_request_at": kept.due_at}
        return cls.model_validate(told | known)
