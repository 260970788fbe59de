"""What alerts say: the `data` of webhooks that come by subscription."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from pydantic import ConfigDict, Field

from service.api.schemas import Shown
from service.api.schemas.told import Placed, Told
from service.api.schemas.webhook_examples import example
from service.story.contradictions import Verdict


class AlertTopic(Shown):
    id: str
    name: str = Field(examples=["Prisoner releases"])
    query: str = Field(examples=['Belarus AND "prisoner release"'])
    version: int
    analyser: str = Field("", examples=["1-3f0c7a1b9d2e4c58"])
    """By which analyser, names and model the query was understood when it matched."""


class AlertHeadline(Shown):
    language: str = Field(examples=["en"])
    title: str
    article_id: str
    source: str


class FirstReport(Shown):
    """Who had the story first."""

    article_id: str
    source: str
    language: str
    title: str
    at: datetime


class AlertNamed(Shown):
    id: str
    name: str
    country: str
    """ISO 3166-1; empty if it is not known."""
    voices: int
    """So many name it, independently of each other."""


class AlertClaim(Shown):
    value: str
    bound: Literal["", "least", "most", "about"]
    source: str
    article_id: str
    at: datetime


class AlertNumber(Shown):
    """What is said of how many."""

    counts: str = Field(examples=["prisoners"])
    unit: str
    value: str = Field(examples=["52"])
    """What most voices say now."""
    verdict: Verdict
    """Whether the articles agree."""
    voices: int
    claims: Sequence[AlertClaim]
    """Where they do not agree: who says what, the newest last."""


class AlertStory(Shown):
    id: str = Field(examples=["st_9c1be07d2f4a6683e0b5"])
    title: str
    headlines: Sequence[AlertHeadline]
    """The best title of each language."""
    languages: Sequence[str]
    countries: Sequence[str]
    articles: int
    copies: int
    sources: int
    """Different sources among articles that are nobody's copy."""
    source_names: Sequence[str]
    """The first to report at the head."""
    independent: int
    """Voices that are independent of each other."""
    controlled: int
    """Those of them that a government steers."""
    first_at: datetime | None
    first_report: FirstReport | None
    people: Sequence[AlertNamed]
    organisations: Sequence[AlertNamed]
    places: Sequence[AlertNamed]
    numbers: Sequence[AlertNumber]
    """Those on which articles differ at the head."""


class AlertArticle(Shown):
    id: str = Field(examples=["3f6d2b9a41c7e05d88aa"])
    revision: int
    url: str
    """Empty if it is too long to be told."""
    title: str
    source: str
    language: str
    countries: Sequence[str]


class Reason(Shown):
    clause: str = Field(examples=['"prisoner release"'])
    """The part of the query that was met."""
    field: str = Field(examples=["title"])
    language: str = Field(examples=["en"])
    """The article's."""
    text: str = Field(examples=["prisoners released"])
    """The words that met it."""
    start: int
    """Where they begin in that field, in characters."""
    end: int
    excerpt: str | None = None
    """The words with their surroundings."""


class WaitedFor(Shown):
    """A condition on the story that did not hold when the article came."""

    condition: str = Field(examples=["independent>=3"])
    then: str = Field(examples=["1"])
    now: str = Field(examples=["3"])


class Times(Shown):
    published: datetime | None
    seen: datetime | None
    waiting_since: datetime | None = None
    """From when on the article waited for its story to be as the topic asks; null if it did not have to."""
    alerted: datetime | None


class Cut(Placed):
    truncated: bool
    """A long text or list was cut; the whole is under `/v1/stories/{id}`."""
    left_out: dict[str, int]
    """Members that are missing, by list."""


class AlertPayload(Cut):
    """What an alert says: the story, the article that raised it, and why."""

    topic: AlertTopic
    reasons: Sequence[Reason]
    waited_for: Sequence[WaitedFor]
    """Conditions that came true later than the article."""
    article: AlertArticle
    story: AlertStory
    times: Times


class StoryAlerted(Told):
    """A topic matched a story. Sent once for each pair, with `webhook-id` the same at every attempt."""

    model_config = ConfigDict(json_schema_extra=example("story.alerted"))

    type: Literal["story.alerted"]
    data: AlertPayload
