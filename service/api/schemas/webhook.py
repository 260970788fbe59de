"""What is delivered: the body of a webhook."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from pydantic import Field

from service.api.schemas import Shown


class AlertTopic(Shown):
    id: str
    name: str = Field(examples=["Prisoner releases"])
    query: str = Field(examples=['Belarus AND "prisoner release"'])
    version: int


class AlertStory(Shown):
    id: str = Field(examples=["st_9c1be07d2f4a6683e0b5"])
    title: str
    languages: Sequence[str]
    countries: Sequence[str]
    articles: int
    copies: int
    sources: int
    """Different sources among articles that are nobody's copy."""
    first_at: datetime | None


class AlertArticle(Shown):
    id: str = Field(examples=["3f6d2b9a41c7e05d88aa"])
    url: str
    title: str
    source: str
    language: str
    countries: Sequence[str]


class Reason(Shown):
    clause: str = Field(examples=['"prisoner release"'])
    """The part of the query that was met."""
    field: str = Field(examples=["title"])
    text: str = Field(examples=["prisoners released"])
    """The words that met it."""
    start: int
    """Where they begin in that field, in characters."""
    end: int
    excerpt: str | None = None
    """The words with their surroundings."""


class Times(Shown):
    published: datetime | None
    seen: datetime | None
    alerted: datetime | None


class AlertPayload(Shown):
    """What an alert says: the story, the article that raised it, and why."""

    topic: AlertTopic
    story: AlertStory
    article: AlertArticle
    reasons: Sequence[Reason]
    times: Times
    truncated: bool
    """A long text or list was cut; the whole is under `/v1/stories/{id}`."""


class StoryAlerted(Shown):
    """A topic matched a story. Sent once for each pair, with `webhook-id` the same at every attempt."""

    type: Literal["story.alerted"]
    timestamp: datetime
    """When the alert was made."""
    data: AlertPayload
