"""What is told of topics and sources that are unusually still, or unusually loud: the `data` of their webhooks."""

from datetime import datetime
from typing import Literal

from pydantic import ConfigDict, Field

from service.api.schemas import Shown
from service.api.schemas.told import Told
from service.api.schemas.webhook_examples import example


class TopicNamed(Shown):
    id: str
    name: str = Field(examples=["Ferries"])


class TopicSilentPayload(Shown):
    """A topic has been told of nothing for much longer than its seasons explain."""

    topic: TopicNamed
    since: datetime
    """The hour of its last alert."""
    expected: float
    """So many should have come since, by the same hours of the weeks before."""
    truncated: bool = False


class TopicBurstPayload(Shown):
    """A topic has been told of far more stories in an hour than usual."""

    topic: TopicNamed
    began: datetime
    """The first of the hours in which it bursts."""
    hour: datetime
    """The last that is over."""
    stories: int
    """It was told of in that hour."""
    expected: float
    """What that hour of the week usually brings."""
    score: float
    """Standard deviations above that."""
    truncated: bool = False


class SourceSilentPayload(Shown):
    """A source has published nothing for much longer than its seasons explain, while others did."""

    source: str = Field(examples=["harbour-gazette.example"])
    since: datetime
    """The hour of its last article."""
    expected: float
    truncated: bool = False


class TopicSilent(Told):
    """Sent once for each silence; not before there are two weeks to go by."""

    model_config = ConfigDict(json_schema_extra=example("topic.silent"))

    type: Literal["topic.silent"]
    data: TopicSilentPayload


class TopicBurst(Told):
    """Sent once for each burst; not before there are two weeks to go by."""

    model_config = ConfigDict(json_schema_extra=example("topic.burst"))

    type: Literal["topic.burst"]
    data: TopicBurstPayload


class SourceSilent(Told):
    """Sent once for each silence; not before there are two weeks to go by."""

    model_config = ConfigDict(json_schema_extra=example("source.silent"))

    type: Literal["source.silent"]
    data: SourceSilentPayload
