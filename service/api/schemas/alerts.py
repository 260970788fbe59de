"""Alerts, deliveries and attempts; dead letters."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pydantic import Field, model_validator

from service.api.schemas import Key, OrNone, PageQuery, Shown
from service.model import Attempt as StoredAttempt
from service.model import DeadLetter as StoredLetter
from service.model import Delivery as StoredDelivery
from service.model import DeliveryState, NoticeKind


class AlertQuery(PageQuery):
    """Which alerts."""

    topic: Key | None = None
    """The id of a topic."""
    story: Key | None = None
    """The id of a story."""


class Alert(Shown):
    """A topic matched a story."""

    id: str
    topic_id: str
    story_id: str
    article_id: str
    """The article that did it."""
    created_at: datetime
    payload: dict[str, Any]
    """What is delivered: the `data` of the webhook `story.alerted`, with the reasons."""


class DeliveryQuery(PageQuery):
    """Which deliveries."""

    endpoint: Key | None = None
    """The id of an endpoint."""
    alert: Key | None = None
    """The id of an alert."""
    notice: Key | None = None
    """The id of a notice."""
    kind: NoticeKind | None = None
    """The notice's kind."""
    state: DeliveryState | None = None

    @property
    def notice_id(self) -> str | None:
        """An alert's notice has the alert's id."""
        return self.notice or self.alert

    @model_validator(mode="after")
    def one_notice(self) -> "DeliveryQuery":
        if self.notice and self.alert and self.notice != self.alert:
            raise ValueError("an alert's notice has the alert's id: give one of the two")
        return self


class Delivery(Shown):
    """One notice owed to one endpoint."""

    id: str
    """Sent as `webhook-id`, the same at every attempt."""
    notice_id: str
    kind: str = Field(examples=["story.alerted"])
    """The notice's; sent as `type`."""
    alert_id: str | None
    """The alert that it tells of; null if it tells of something else."""
    endpoint_id: str
    state: DeliveryState
    attempts: int
    """How many were made."""
    next_attempt_at: datetime | None
    created_at: datetime
    done_at: datetime | None


class Attempt(Shown):
    """One try at a delivery."""

    number: int
    at: datetime
    outcome: str = Field(examples=["refused"])
    """sent, refused or unreachable."""
    status: int | None = Field(examples=[503])
    """The HTTP status that came back, if one did."""
    milliseconds: int
    error_class: OrNone = Field(examples=["http"])
    """One word for machines: http, timeout, dns, connect, address, protocol, secret, channel or internal; null if
    nothing went wrong."""
    error: OrNone
    response: str
    """The beginning of what came back."""
    next_attempt_at: datetime | None
    """When it was to be tried again; null if it was not."""


class AttemptQuery(PageQuery):
    """Which attempts."""


class EndpointAttempt(Attempt):
    """One try at any delivery to an endpoint."""

    delivery_id: str


class DeliveryDetail(Delivery):
    """A delivery and every attempt at it."""

    history: Sequence[Attempt]
    """The first attempt first."""

    @classmethod
    def of(cls, delivery: StoredDelivery, attempts: Sequence[StoredAttempt]) -> "DeliveryDetail":
        return cls.model_validate(Delivery.model_validate(delivery).model_dump() | {"history": attempts})


class DeadLetterQuery(PageQuery):
    """Which dead letters."""

    stage: Key | None = Field(None, examples=["enrich"])


class DeadLetter(Shown):
    """A record that a stage could not handle, set aside."""

    id: str
    stage: str = Field(examples=["enrich"])
    stream: str = Field(examples=["articles.identified"])
    position: str = Field(examples=["articles.identified/0/42"])
    key: str
    error: str
    """Why."""
    at: datetime
    retried_at: datetime | None


class DeadLetterDetail(DeadLetter):
    """A dead letter with the record's value."""

    value: Any
    """The message as it stands on the stream; as text where it is no JSON."""

    @classmethod
    def of(cls, letter: StoredLetter, value: Any) -> "DeadLetterDetail":
        return cls.model_validate(DeadLetter.model_validate(letter).model_dump() | {"value": value})
