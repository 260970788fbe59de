"""Why a topic alerted, or why it did not: the whole chain."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from pydantic import Field

from service.api.schemas import Given, Key, OrNone, Shown
from service.api.schemas.trials import Highlighted
from service.query.trace import Joint
from service.topics.explain import Explained, StoryExplained
from service.topics.highlights import highlights_in
from service.topics.verdict import Why


class ExplainQuery(Given):
    """What is to be explained: one article or one story, and a topic."""

    topic: Key
    """The id of the topic."""
    article: Key | None = None
    """The id of an article."""
    story: Key | None = None
    """The id of a story."""


class StepShown(Shown):
    """One step of the article's way."""

    stage: str = Field(examples=["dedupe"])
    outcome: str = Field(examples=["copy"])
    told: str = Field(examples=["a copy of https://harbour-gazette.example/2026/ferries-resume"])
    at: datetime | None


class TwinShown(Shown):
    """The article that it is a copy of."""

    id: str
    url: OrNone
    source: OrNone


class ClauseTraced(Shown):
    """A clause: whether it holds, and by which places of the text."""

    clause: str = Field(examples=["belarus OR country:BY"])
    joint: Joint = Field(examples=["any"])
    """Whether all of its parts must hold, any of them, some of them, or not the one; a "clause" has no parts."""
    holds: bool
    note: str
    """What was found instead, such as `sources is 2`."""
    places: Sequence[Highlighted]
    parts: Sequence["ClauseTraced"] = Field(examples=[[]])
    left_out: int
    """Parts that are not shown, for there are too many."""


class VerdictShown(Shown):
    """What became of it."""

    why: Literal[Why, "moved_quietly"] = Field(examples=["condition_waits"])
    """`moved_quietly` was given once, and is no more."""
    detail: str = Field(examples=["the article is what is asked for; its story is not: sources>=3 (sources is 2)"])


class RaisedShown(Shown):
    """The alert that was raised."""

    id: str
    story_id: str
    article_id: str
    created_at: datetime


class TopicExplained(Shown):
    """The topic, as it is now."""

    id: str
    name: str
    query: str
    version: int
    enabled: bool
    muted_until: datetime | None


class Explanation(Shown):
    """One article and one topic."""

    topic: TopicExplained
    article_id: str
    url: str
    title: str
    twin: TwinShown | None
    story_id: OrNone
    verdict: VerdictShown
    alert: RaisedShown | None
    """By which the story was told of, be it by another article."""
    steps: Sequence[StepShown]
    """From the poll to the match, in order."""
    clauses: ClauseTraced | None
    """The query; null where there is nothing to look at, or it cannot be understood here."""
    story_title: OrNone = None
    matching: Sequence[str] = ()
    """Asked of a story: the ids of all articles of which the query holds, among the latest."""
    looked_at: int = 1
    """Asked of a story: how many of its articles were looked at."""

    @classmethod
    def of(cls, told: Explained) -> "Explanation":
        return cls(
            topic=TopicExplained.model_validate(told.topic),
            article_id=told.article.article_id,
            url=told.article.url,
            title=told.article.title,
            twin=TwinShown.model_validate(told.article.twin) if told.article.twin else None,
            story_id=told.story_id,
            verdict=VerdictShown.model_validate(told.verdict),
            alert=RaisedShown.model_validate(told.alert) if told.alert else None,
            steps=[StepShown.model_validate(each) for each in told.article.steps],
            clauses=ClauseTraced.model_validate(highlights_in(told.clauses, told.texts)) if told.clauses else None,
        )

    @classmethod
    def of_story(cls, told: StoryExplained) -> "Explanation":
        about = {"story_title": told.title, "matching": told.matching, "looked_at": told.looked_at}
        return cls.of(told.explained).model_copy(update=about)
