"""How a story came about and spread: who had it from whom, and when."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from pydantic import Field

from service.api.schemas import Given, OrNone, Shown
from service.api.schemas.portraits import Earliest, Origin, ReadOf
from service.story.provenance import Way


class Edge(Shown):
    """An article has something from another source."""

    article_id: str
    source: str
    at: datetime
    way: Way
    """copy: nearly the same text; byline: all of it, as it says; citation: what it says so of."""
    from_source: OrNone = Field(examples=["belta.by"])
    """Null for a copy of an article that is not in the story."""
    from_article: OrNone
    """The article of that source that was out last before it; null if the story has none."""
    cue: OrNone = Field(examples=["according to"])
    """The words that say so."""
    whole: bool
    """All of it comes from there."""


class Provenance(Shown):
    """How a story came about and spread."""

    id: str
    """Of the story."""
    first: Earliest | None
    """What was out first."""
    independent: int
    origins: Sequence[Origin]
    """Voices in the order in which they reported, all of them."""
    edges: Sequence[Edge]
    """By the time of the article that has it; they may lead round in a circle. At most 1,000."""
    read: ReadOf


class TimelineQuery(Given):
    """In which steps."""

    step: Literal["hour", "day"] = "hour"


class Slot(Shown):
    """An hour or a day in which there was something."""

    start: datetime
    articles: int
    origins: int
    """Voices that reported in it, of the articles read."""
    new_origins: int
    """Those that had not reported before."""
    first_in: dict[str, str] = Field(examples=[{"en": "3f6d2b9a41c7e05d88aa"}])
    """Languages that began, each with its first article."""


class Dated(Shown):
    """A day, month or year that articles name."""

    date: str = Field(examples=["2026-11-23"])
    articles: int


class Timeline(Shown):
    """A story hour by hour or day by day (UTC)."""

    id: str
    """Of the story."""
    step: Literal["hour", "day"]
    slots: Sequence[Slot]
    """In order, without empty ones; the last 500."""
    dates: Sequence[Dated]
    """What the articles that were read speak of, in order; the 50 named most."""
    read: ReadOf
