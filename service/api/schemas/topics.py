"""Topics and subscriptions."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, StringConstraints, model_validator

from service.api.schemas import READABLE, Given, Instant, Key, Line, OrNone, PageQuery, Shown, TopicText
from service.api.schemas.examples import MOST_EXAMPLES, Example, ExampleShown
from service.timing import check

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=READABLE)]

CostClass = Annotated[Literal["low", "middle", "high"] | None, BeforeValidator(lambda given: given or None)]


class TopicQuery(PageQuery):
    """Which topics."""


class TopicGiven(Given):
    """A new topic."""

    name: Name = Field(examples=["Prisoner releases"])
    """Yours to choose; no two topics share one."""
    query: TopicText = Field(examples=['Belarus AND "prisoner release"'])
    """What an article must say."""
    enabled: bool = Field(True, strict=True)
    examples: Sequence[Example] = Field((), max_length=MOST_EXAMPLES)
    """What it must match and must not: a version that fails one of them is not made live."""
    muted_until: Instant | None = None
    """Until then it raises no alerts."""
    why: Line = Field("", examples=["for the desk in Vilnius"])
    """To be remembered of this version."""


class TopicChange(Given):
    """What is to be changed; what is left out stays."""

    name: Name = Field(default_factory=str, examples=["Prisoner releases"])
    query: TopicText = Field(default_factory=str, examples=['Belarus AND "prisoner release"'])
    """Another one makes a new version, which is checked by the examples."""
    enabled: bool = Field(default_factory=bool, strict=True, examples=[False])
    examples: Sequence[Example] = Field(default_factory=tuple, max_length=MOST_EXAMPLES)
    """In place of all that it had; they make a new version, too."""
    muted_until: Instant | None = None
    """Until then it raises no alerts; null lets it speak again."""
    why: Line = Field("", examples=["too many ferries"])
    """To be remembered of the new version."""


class Topic(Shown):
    """A named query. A story that satisfies it raises one alert."""

    id: str
    name: str = Field(examples=["Prisoner releases"])
    query: str = Field(examples=['Belarus AND "prisoner release"'])
    enabled: bool
    version: int
    """The live one; a changed query, or other examples, make a new one."""
    muted_until: datetime | None
    """Until then it raises no alerts."""
    cost_class: CostClass
    """How much of the news has to be looked at for it, by a guess; null if it was saved by an earlier release."""
    estimated_matches_per_day: float | None = Field(validation_alias="matches_per_day", examples=[1.5])
    """By the articles of the days before it was saved; null if there were none, or it came with over a thousand."""
    analyser: OrNone = Field(validation_alias="read_as", examples=["1-3f0c7a1b9d2e4c58"])
    """By which analyser, names and model its query was understood."""
    created_at: datetime | None


class TopicVersion(Shown):
    """A query as it was saved, with the examples it was checked by. Never changed."""

    version: int
    query: str = Field(examples=['Belarus AND "prisoner release"'])
    examples: Sequence[ExampleShown]
    analyser: OrNone = Field(validation_alias="read_as", examples=["1-3f0c7a1b9d2e4c58"])
    made_at: datetime | None
    made_by: OrNone
    """The id of the key; null for the operator."""
    why: OrNone


class VersionQuery(PageQuery):
    """Which versions."""


class VersionGiven(Given):
    """A version to be kept, and made live later."""

    query: TopicText = Field(examples=['Belarus AND "prisoner release"'])
    examples: Sequence[Example] | None = Field(None, max_length=MOST_EXAMPLES)
    """Left out, those of the live version."""
    why: Line = Field("", examples=["too many ferries"])


class SubscriptionQuery(PageQuery):
    """Which subscriptions."""

    topic: Key | None = None
    """The id of a topic."""
    endpoint: Key | None = None
    """The id of an endpoint."""


Count = Annotated[int, Field(strict=True, ge=2, le=1_000_000)]
Counts = Annotated[Sequence[Count], Field(max_length=20)]


class GrewGiven(Given):
    """Tell when the story has come to so many; each number once."""

    independent: Counts = Field((), examples=[[3, 10]])
    """Voices that are independent of each other."""
    sources: Counts = ()
    languages: Counts = Field((), examples=[[3]])


class FollowGiven(Given):
    """What is to follow an alert."""

    grew: GrewGiven = GrewGiven()
    """`story.grew`."""
    revised: bool = Field(True, strict=True)
    """`story.revised`: the article that raised the alert says something else, or another one of its story has another
    number."""
    retracted: bool = Field(True, strict=True)
    """`article.retracted`."""
    merged: bool = Field(False, strict=True)
    """`story.merged`: two stories that were told turned out to be one."""


class TimingGiven(Given):
    """When to tell. What is held back comes as one `digest`."""

    digest: str = Field("", max_length=100, examples=["0 7 * * mon-fri"])
    """Minutes, hours, days, months and weekdays, as in crontab; empty for at once."""
    quiet_hours: str = Field("", max_length=20, examples=["22:00-07:00"])
    """What comes in these hours is told at their end; empty for none."""
    time_zone: str = Field("UTC", max_length=100, examples=["Europe/Vilnius"])
    """By whose clocks both are read."""

    @model_validator(mode="after")
    def readable(self) -> "TimingGiven":
        check(self.digest, self.quiet_hours, self.time_zone)
        return self


class SubscriptionGiven(Given):
    """Deliver this topic's alerts to this endpoint."""

    topic_id: Key
    endpoint_id: Key
    follow: FollowGiven = FollowGiven()
    timing: TimingGiven = TimingGiven()


class SubscriptionChange(Given):
    """What is to be changed; what is left out stays."""

    follow: FollowGiven = Field(default_factory=FollowGiven)
    timing: TimingGiven = Field(default_factory=TimingGiven)
    """What is held back already is told by the new timing."""


class Grew(Shown):
    independent: Sequence[int]
    sources: Sequence[int]
    languages: Sequence[int]


class Follow(Shown):
    """What follows an alert."""

    grew: Grew
    revised: bool
    retracted: bool
    merged: bool


class Timing(Shown):
    """When it is told."""

    digest: str = Field(examples=["0 7 * * mon-fri"])
    """Empty for at once."""
    quiet_hours: str = Field(examples=["22:00-07:00"])
    """Empty for none."""
    time_zone: str = Field(examples=["Europe/Vilnius"])


class Subscription(Shown):
    """This topic's alerts are delivered to this endpoint."""

    id: str
    topic_id: str
    endpoint_id: str
    created_at: datetime | None
    follow: Follow
    timing: Timing
