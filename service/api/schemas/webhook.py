"""What is delivered: the body of a webhook."""

from datetime import datetime
from typing import Literal

from pydantic import ConfigDict, Field

from service.api.schemas import Shown
from service.api.schemas.told import Told
from service.api.schemas.webhook_examples import example
from service.model import FeedStatus


class FeedTold(Shown):
    id: str = Field(examples=["018f3a5c2b7e9d41c0"])
    url: str = Field(examples=["https://harbour-gazette.example/feed.xml"])
    title: str = Field(examples=["Harbour Gazette"])
    source: str = Field(examples=["harbour-gazette.example"])
    language: str = Field(examples=["en"])
    """Empty if it is not known."""


class FeedPayload(Shown):
    feed: FeedTold
    truncated: bool = False
    """A long text was cut."""


class FailingPayload(FeedPayload):
    """A feed cannot be polled."""

    status: FeedStatus = Field(examples=["unreachable"])
    why: str = Field(examples=["the server answered 503"])
    failures: int = Field(examples=[6])
    """Polls that failed in a row."""
    since: datetime
    """When the first of them was."""
    next_poll_at: datetime | None
    """It is tried again, however long it fails."""


class RecoveredPayload(FeedPayload):
    """A feed that was failing can be polled again."""

    since: datetime
    """From when on it had failed."""
    why: str = Field(examples=["the server answered 503"])
    """Why it had failed last."""
    failures: int = Field(examples=[9])


class GapPayload(FeedPayload):
    """Entries of a feed came and went between two polls."""

    since: datetime
    """Entries are missing from here on; with `proved`, the newest of the last document was published then."""
    until: datetime
    """To here; with `proved`, the oldest of the new document was published then."""
    lost: int = Field(examples=[20])
    """How many, by estimate from how often it publishes."""
    proved: bool
    """By dates: every entry of the new document is later than all of the last one."""
    per_day: float = Field(examples=[240.0])
    """New entries a day, of late."""


class SilentPayload(FeedPayload):
    """A feed brings nothing new any more."""

    since: datetime
    """When it last brought something."""
    per_day: float = Field(examples=[40.0])
    """New entries a day until then."""
    expected: float = Field(examples=[33.3])
    """So many should have come since."""


class FeedFailing(Told):
    """Sent once for each run of failures."""

    model_config = ConfigDict(json_schema_extra=example("feed.failing"))

    type: Literal["feed.failing"]
    data: FailingPayload


class FeedRecovered(Told):
    """Sent once for each run of failures that was told of."""

    model_config = ConfigDict(json_schema_extra=example("feed.recovered"))

    type: Literal["feed.recovered"]
    data: RecoveredPayload


class FeedGap(Told):
    """Sent at the first of several gaps that are no more than a day apart."""

    model_config = ConfigDict(json_schema_extra=example("feed.gap"))

    type: Literal["feed.gap"]
    data: GapPayload


class FeedSilent(Told):
    """Sent once for each silence."""

    model_config = ConfigDict(json_schema_extra=example("feed.silent"))

    type: Literal["feed.silent"]
    data: SilentPayload


class ExtractionPayload(Shown):
    """The pages of a source do not give the texts that they gave."""

    source: str = Field(examples=["harbour-gazette.example"])
    why: str
    pages: int
    """Asked for of late."""
    texts: int
    """Those that gave a text."""
    failed: dict[str, int]
    """Pages that could not be read, by reason."""
    truncated: bool = False


class ExtractionFailing(Told):
    """Sent each time that the pages of a source begin to be read badly."""

    model_config = ConfigDict(json_schema_extra=example("source.extraction_failing"))

    type: Literal["source.extraction_failing"]
    data: ExtractionPayload


class TopicTold(Shown):
    id: str = Field(examples=["tp_5d1c90ab7e33f024"])
    name: str = Field(examples=["Ferries"])
    query: str = Field(examples=['ferry NEAR/5 "called off"'])
    version: int


class QuarantinedPayload(Shown):
    """A topic whose query misbehaved three times is left alone until its query is changed."""

    topic: TopicTold
    why: str
    truncated: bool = False
    """A long text was cut."""


class TopicQuarantined(Told):
    """Sent once for each version of a topic that is put in quarantine."""

    model_config = ConfigDict(json_schema_extra=example("topic.quarantined"))

    type: Literal["topic.quarantined"]
    data: QuarantinedPayload
