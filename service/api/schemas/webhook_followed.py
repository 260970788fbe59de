"""What follows an alert: that its story grew, was corrected, or turned out to be another."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from pydantic import ConfigDict, Field

from service.api.schemas import Shown
from service.api.schemas.told import Told
from service.api.schemas.webhook_alerts import AlertArticle, AlertStory, AlertTopic, Cut
from service.api.schemas.webhook_examples import example
from service.model import Measure
from service.model.revisions import RevisionType
from service.text.difference import Materiality


class AlertFollowed(Shown):
    """The alert that is followed."""

    id: str = Field(examples=["al_5f0e6a4d9b21c3378e40"])
    """That of its notice."""
    story_id: str
    article_id: str
    deliveries: Sequence[str]
    """By which it went to those who hear of this."""


class FollowTimes(Shown):
    alerted: datetime
    told: datetime


class FollowPayload(Cut):
    topic: AlertTopic
    alert: AlertFollowed
    story: AlertStory
    """As it is now."""
    times: FollowTimes


class PassedShown(Shown):
    measure: Measure
    threshold: int = Field(examples=[3])
    was: int = Field(examples=[1])
    """When the alert was raised."""
    now: int = Field(examples=[4])


class GrewPayload(FollowPayload):
    """A story has come to as many as the subscription asks."""

    passed: Sequence[PassedShown]


class PassageTold(Shown):
    """A passage that changed, with some words around it."""

    field: Literal["title", "body"]
    before: str = Field(examples=["On Friday 460 passengers waited in the harbour."])
    after: str = Field(examples=["On Friday 640 passengers waited in the harbour."])


class ChangeTold(Shown):
    """What changed from one revision to the next, in short."""

    revision: int
    against: int | None
    """The revision it is compared with; null for what the page said at an earlier look."""
    type: RevisionType
    classes: Sequence[Materiality]
    """The gravest first."""
    facts: Sequence[str] = Field(examples=[["number: 14 → 52"]])
    passages: Sequence[PassageTold]
    """Ten at most, the gravest first; none where nothing but signs and case did, or the page is gone."""
    raised: bool
    """It is the article that raised the alert; else another one of its story."""
    filed_at: datetime | None
    difference: str = Field(examples=["/v1/articles/3f6d2b9a41c7e05d88aa/revisions/1/diff"])
    """Where all of it is."""


class RevisedPayload(FollowPayload):
    """An article says something else than it did when the alert was raised."""

    article: AlertArticle | None
    change: ChangeTold


class MergedTold(Shown):
    story_id: str
    """The story that the alert told of."""
    into: str
    """The story of the other alert."""
    alert_id: str
    """The other alert."""


class MergedPayload(FollowPayload):
    """Two stories that were told turned out to be one."""

    merged: MergedTold


class StoryGrew(Told):
    """Sent once for each number that a subscription asks for."""

    model_config = ConfigDict(json_schema_extra=example("story.grew"))

    type: Literal["story.grew"]
    data: GrewPayload


class StoryRevised(Told):
    """Sent once for each material revision of the article that raised an alert, and for each number that another
    article of the story corrects."""

    model_config = ConfigDict(json_schema_extra=example("story.revised"))

    type: Literal["story.revised"]
    data: RevisedPayload


class ArticleRetracted(Told):
    """Sent once when an article that an alert rests on is taken back, or its page is gone."""

    model_config = ConfigDict(json_schema_extra=example("article.retracted"))

    type: Literal["article.retracted"]
    data: RevisedPayload


class StoryMerged(Told):
    """Sent once when the story of an alert went into that of another alert of the same topic."""

    model_config = ConfigDict(json_schema_extra=example("story.merged"))

    type: Literal["story.merged"]
    data: MergedPayload
