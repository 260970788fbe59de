"""What a story says, and on whose word."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from pydantic import Field

from service.api.schemas import OrNone, Shown
from service.messages import EntityKind
from service.portraits import Read, StoryPortrait
from service.sources import Control
from service.story import Origin as Voice
from service.story import Report
from service.story.contradictions import Verdict
from service.story.reports import by_when


class Headline(Shown):
    """An article that stands for a story in its language."""

    article_id: str
    title: str = Field(examples=["Ferries to the northern islands resume"])
    source: str
    language: str = Field(examples=["en"])


class SummarySentence(Shown):
    """A sentence as it stands in an article."""

    text: str = Field(examples=["Ferries to the northern islands sail again from Monday."])
    article_id: str
    start: int
    """Where it stands in the article's latest text: first character, and the one behind the last."""
    end: int


class Origin(Shown):
    """One voice: articles that go back to the same source."""

    source: str = Field(examples=["belta.by"])
    """The source that they go back to; it need have no article in the story."""
    control: Control | None
    """state, public or private; null if it is not known."""
    articles: int
    """How many go back to it, of those read."""
    first_article_id: str


class Earliest(Shown):
    """The report that was out first."""

    article_id: str
    source: str
    at: datetime
    """By when it was certainly out."""


class Corroboration(Shown):
    """On whose word the story stands."""

    independent: int = Field(examples=[3])
    """Voices that are independent of each other: copies, reprints, outlets of one owner and articles that only cite
    count as the one they go back to."""
    controlled: int = Field(examples=[1])
    """Those of them that a government steers."""
    citing: int = Field(examples=[4])
    """Articles, copies aside, that only pass on what one other source reported."""
    earliest: Earliest | None
    origins: Sequence[Origin]
    """In the order in which they reported; the first 50."""


class KeyMention(Shown):
    """Somebody or something that the story is about."""

    id: str = Field(examples=["person_alexander-lukashenko"])
    """Of people and organisations see `/v1/entities/{id}`; of places `geo_` with the number of GeoNames, or a code of
    ISO 3166."""
    kind: EntityKind
    name: str
    country: OrNone
    role: OrNone
    origins: int
    """Voices that name it."""
    articles: int
    """Articles that do, of those read."""


class Claim(Shown):
    """An article says that there are so many."""

    article_id: str
    source: str
    origin: str
    """The voice behind it."""
    at: datetime
    language: str
    value: str = Field(validation_alias="written", examples=["52"])
    bound: OrNone = Field(examples=["least"])
    counts: OrNone = Field(examples=["prisoners"])
    """What is counted, as written."""
    sentence: str = Field(examples=["They released 52 prisoners on Monday."])
    start: int
    """Where the number stands in the article's latest text."""
    end: int


class Number(Shown):
    """What is said of how many."""

    subject: str = Field(examples=["released"])
    """What is counted: in English for what news counts most, in any language; else as written."""
    unit: OrNone = Field(examples=["EUR"])
    verdict: Verdict
    """agreed; updated, where a later number took the place of an earlier one; or contradiction."""
    value: str = Field(examples=["52"])
    """What most voices say; of as many, what was said last."""
    origins: int
    """Voices that say so."""
    voices: int
    """Voices that say anything of it."""
    claims: Sequence[Claim]
    """The first number on it of each article, the article that was out first at the head; the newest 20."""


class Growth(Shown):
    """How fast it grows."""

    rate: float = Field(examples=[12])
    """Articles in the last hour."""
    before: float = Field(examples=[1.5])
    """Articles an hour in the day before that."""
    share: float
    """Of the articles of all stories in the last hour, from 0 to 1."""
    score: float
    """By how many standard deviations that is more than was to be expected, the rhythm of all stories considered."""
    bursts: bool
    """At least 5 articles in the last hour, and a score of at least 3."""


class ReadOf(Shown):
    """How much of a large story was read for this answer."""

    reports: int
    """Articles by whom and when; of more than 1,000 the earliest 750 and the newest 250."""
    texts: int
    """Texts, for summary, names and numbers: the first of each voice and the newest ones, at most 32."""


MOST_ORIGINS = 50


def shown_portrait(told: StoryPortrait) -> dict[str, Any]:
    """What there is to tell of a story, by the names it has in its detail."""
    story, own = told.story, told.portrait
    found = own.corroboration
    kinds: dict[str, EntityKind] = {"people": "person", "organisations": "organisation", "places": "place"}
    return {
        "language": own.language,
        "headline": own.headline,
        "headlines": own.headlines,
        "summary": own.summary,
        "corroboration": {
            "independent": story.independent or found.independent,
            "controlled": story.controlled if story.independent else found.controlled,
            "citing": story.citing if story.independent else found.citing,
            "earliest": shown_earliest(found.earliest),
            "origins": shown_origins(found.origins[:MOST_ORIGINS]),
        },
        **{name: own.key.get(kind, ()) for name, kind in kinds.items()},
        "numbers": own.numbers,
        "contradictions": own.differing,
        "growth": told.growth,
        "read": ReadOf(reports=told.standing.reports, texts=told.standing.texts),
    }


def shown_origins(origins: Iterable[Voice]) -> list[Origin]:
    return [
        Origin(
            source=each.source,
            control=each.control or None,
            articles=len(each.reports),
            first_article_id=each.reports[0],
        )
        for each in origins
    ]


def shown_earliest(report: Report | None) -> Earliest | None:
    return Earliest(article_id=report.article_id, source=report.source, at=by_when(report)) if report else None


def read_of(read: Read) -> ReadOf:
    return ReadOf(reports=len(read.reports), texts=len(read.told))
