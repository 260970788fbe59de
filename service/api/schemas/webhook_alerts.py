"""What alerts say, and what follows them: the `data` of webhooks that come by subscription."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from pydantic import ConfigDict, Field

from service.api.schemas import Shown
from service.api.schemas.told import Placed, Told
from service.api.schemas.webhook_examples import example
from service.model import Measure
from service.model.revisions import RevisionType
from service.story.contradictions import Verdict
from service.text.difference import Materiality


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
