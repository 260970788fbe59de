"""What a subscription tells once a day or week instead of at once."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from pydantic import ConfigDict, Field

from service.api.schemas import Shown
from service.api.schemas.told import Told
from service.api.schemas.webhook_alerts import AlertTopic, Cut
from service.api.schemas.webhook_examples import example


class DigestPeriod(Shown):
    since: datetime
    """When the first of them became known."""
    until: datetime


class DigestStory(Shown):
    id: str
    title: str
    languages: Sequence[str]
    sources: int
    independent: int


class DigestArticle(Shown):
    id: str
    title: str
    url: str
    source: str


class DigestTold(Shown):
    """A notice, in short; whole under `/v1/notices/{id}`."""

    id: str
    type: str = Field(examples=["story.alerted"])
    at: datetime
    story: DigestStory
    article: DigestArticle | None
    why: Sequence[str]
    """The words that did it, or what is new."""


class DigestPayload(Cut):
    """What was held back for a subscription."""

    subscription_id: str
    topic: AlertTopic
    period: DigestPeriod
    count: int
    told: Sequence[DigestTold]


class Digest(Told):
    """Sent when a subscription's digest is due, or its quiet hours end, and there is anything to tell."""

    model_config = ConfigDict(json_schema_extra=example("digest"))

    type: Literal["digest"]
    data: DigestPayload
