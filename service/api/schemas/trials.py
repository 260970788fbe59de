"""Queries tried before they are kept: what they mean, what they find, what they would have alerted on."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Literal

from pydantic import Field, model_validator

from service import query as language
from service.api.schemas import Given, Instant, Key, OrNone, Shown, TopicText
from service.api.schemas.examples import MOST_EXAMPLES, Example
from service.api.schemas.queries import ClauseUnderstood
from service.query.advice import suggestions, warnings
from service.query.trace import Joint, outline
from service.topics.trying import Estimate

CostClass = Literal["low", "middle", "high"]
QUERY = 'Belarus AND "prisoner release"'


class ValidateGiven(Given):
    """A query to be looked at."""

    query: TopicText = Field(examples=[QUERY])
    examples: Sequence[Example] = Field((), max_length=MOST_EXAMPLES)
    """To be checked, too."""


class Estimated(Shown):
    """How often a query will match, from the articles of the last days."""

    per_day: float
    matches: int
    """So many articles were found, ..."""
    since: datetime
    """... looking back to here."""
    without_story: bool
    """Its conditions on the story were left aside: it may match less often."""


class ExampleJudged(Shown):
    """What became of an example."""

    number: int
    """Its place among the examples, from 0."""
    passes: bool
    matches: bool | None
    """null if its article is not there."""
    detail: str
    """What is wrong; "" if nothing is."""


class ClauseTree(Shown):
    """A clause, and those inside it."""

    clause: str = Field(examples=["belarus OR country:BY"])
    joint: Joint = Field(examples=["any"])
    """Whether all of its parts must hold, any of them, some of them, or not the one; a "clause" has no parts."""
    parts: Sequence["ClauseTree"] = Field(examples=[[]])
    left_out: int = Field(examples=[0])
    """Parts that are not shown, for there are too many."""


class Validated(Shown):
    """What a query means, and what it would cost."""

    query: str = Field(examples=['(belarus OR country:BY) "prisoner release"'])
    """What is matched: the query with all that its names find."""
    tree: ClauseTree
    """The same as a tree."""
    clauses: Sequence[ClauseUnderstood]
    """How each clause is understood, in the order in which they stand."""
    warnings: Sequence[str]
    """What is probably not meant so."""
    suggestions: Sequence[str]
    """What would say it better."""
    cost_class: CostClass
    estimated_matches_per_day: float | None
    """null where nothing is stored of the last days."""
    estimate: Estimated | None
    examples: Sequence[ExampleJudged]

    @classmethod
    def of(
        cls, understood: language.Understanding, expected: Estimate | None, examples: Sequence[object]
    ) -> "Validated":
        return cls(
            query=str(understood.query),
            tree=ClauseTree.model_validate(outline(understood.query)),
            clauses=[ClauseUnderstood.model_validate(each) for each in understood.clauses],
            warnings=warnings(understood),
            suggestions=suggestions(understood),
            cost_class=language.cost(understood.query).cost_class,
            estimated_matches_per_day=expected.per_day if expected else None,
            estimate=Estimated.model_validate(expected) if expected else None,
            examples=[ExampleJudged.model_validate(each) for each in examples],
        )


class PreviewGiven(Given):
    """A query to be tried on the latest articles."""

    query: TopicText = Field(examples=[QUERY])
    limit: int = Field(20, ge=1, le=100)
    """Samples at most."""
    since: Instant | None = None
    """Articles published from here on."""


class Highlighted(Shown):
    """A place that made a query match: `text` is `[start:end]` of the field."""

    clause: str = Field(examples=["belarus"])
    field: str = Field(examples=["title"])
    start: int
    end: int
    text: str = Field(examples=["Belarus"])
    excerpt: str = Field(examples=["Belarus frees fourteen prisoners"])
    """The text with what stands around it; "" for what is known beside the text."""


class SampleShown(Shown):
    """An article that matches."""

    article_id: str
    revision: int
    url: str
    title: str
    source: str
    language: str
    at: datetime
    """When it was published, or seen if it does not say."""
    story_id: OrNone
    matched: Sequence[Highlighted]


class Preview(Shown):
    """The latest articles that match."""

    items: Sequence[SampleShown]
    without_story: bool
    """The query has conditions on the story; they were left aside."""


class BacktestGiven(Given):
    """A query, or a topic, to be tried on the archive."""

    query: TopicText | None = Field(None, examples=[QUERY])
    topic: Key | None = None
    """The id of a topic: alone, its live version is tried; with a query, that is compared with its live version."""
    since: Instant
    """Articles published from here on ..."""
    until: Instant | None = None
    """... and before here; left out, now."""
    backfill: bool = Field(True, strict=True)
    """Whether articles of backfills are looked at, too. Live, they raise no alerts."""

    @model_validator(mode="after")
    def _something(self) -> "BacktestGiven":
        if not self.query and not self.topic:
            raise ValueError("give a query, a topic, or both")
        return self


class DayTried(Shown):
    day: date
    matches: int
    alerts: int


class StoryTried(Shown):
    id: str
    title: str


class DifferenceTried(Shown):
    """Against the live version: stories that only one of the two would have told of."""

    same: int
    gained: int
    lost: int
    gained_stories: Sequence[StoryTried]
    lost_stories: Sequence[StoryTried]


class BacktestReport(Shown):
    """What a query would have alerted on."""

    since: datetime
    until: datetime
    articles: int
    """Texts looked at: every revision of an article is one."""
    matches: int
    alerts: int
    """Stories told of: one alert each."""
    days: Sequence[DayTried]
    """Those on which something matched or was told; UTC."""
    samples: Sequence[SampleShown]
    """The latest articles that would have raised an alert."""
    difference: DifferenceTried | None
    complete: bool
    notes: Sequence[str]
    """What this cannot know, or did not look at."""


class Backtest(Shown):
    """A backtest, and how far it has come."""

    id: str
    state: Literal["waiting", "running", "done", "failed"]
    query: str
    topic_id: OrNone
    since: datetime
    until: datetime
    done: int
    """Texts looked at, ..."""
    total: int
    """... of so many."""
    error: OrNone
    created_at: datetime | None
    finished_at: datetime | None
    report: BacktestReport | None
    """Once it is done."""
