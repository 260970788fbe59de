"""What was found out about an article's text: as `service.messages.found` has it, for readers of the API."""

from collections.abc import Sequence

from pydantic import Field

from service.api.schemas import OrNone, Shown
from service.messages import EntityKind


class Place(Shown):
    """A place named in the text."""

    name: str
    country: str
    geoname_id: int
    """0 for a country or a region."""
    count: int
    """How often."""
    region: OrNone = Field(examples=["US-NM"])
    """ISO 3166-2; null unless it is a region."""
    metonym: bool
    """It stands for its government; its country is not thereby named."""


class NamedEntity(Shown):
    """A person or organisation named in the text."""

    id: str = Field(examples=["person_alexander-lukashenko"])
    """The same in every language and spelling; see `/v1/entities/{id}`."""
    kind: EntityKind
    name: str
    """The fullest form in which the text writes it."""
    role: OrNone = Field(examples=["President"])
    """What the text calls the person."""
    country: OrNone = Field(examples=["BY"])
    count: int
    """How often, surnames alone included."""
    forms: Sequence[str] = Field(examples=[["Alexander Lukashenko", "Lukashenko"]])
    """How the text writes it, the form written most first."""


class Figure(Shown):
    """A number of the latest text, and what it counts."""

    value: str = Field(examples=["1300"])
    """In one written form: digits, and a point before the fraction."""
    unit: OrNone = Field(examples=["EUR"])
    """A currency, `%`, `km`, ...; null for a plain count."""
    counts: OrNone = Field(examples=["prisoners"])
    """What is counted, as written."""
    bound: OrNone = Field(examples=["least"])
    """least ("at least", "more than"), most ("up to", "fewer than"), about; null where the text says none of them."""
    start: int
    """Where it stands in the latest text: first character, and the one behind the last."""
    end: int


class DateMention(Shown):
    """A day, month or year that the latest text names."""

    date: str = Field(examples=["2026-11-23"])
    """ISO 8601, as far as it is known: a day, a month (`2026-11`) or a year."""
    start: int
    end: int


class MediaTopic(Shown):
    """A subject, of the IPTC Media Topics (CC BY 4.0)."""

    id: str = Field(examples=["medtop:20000065"])
    name: str = Field(examples=["civil unrest"])
    confidence: float
    """How often such a finding is right, from 0 to 1."""


class Quote(Shown):
    """Something said in the latest text, word for word or as reported."""

    start: int
    """Where it stands in the latest text: first character, and the one behind the last."""
    end: int
    direct: bool
    """Word for word."""
    speaker: OrNone = Field(examples=["Anna Kovac, the mayor"])
    """As written next to it; null if the text does not say. A pronoun is resolved where there is one person to mean."""
    speaker_id: OrNone
    """The entity, if the speaker is one."""
    cue: OrNone = Field(examples=["said"])
    """The word that makes it speech."""
    cue_start: int
    cue_end: int
    speaker_start: int
    """Where the speaker is named, be it by a pronoun; both 0 if nowhere."""
    speaker_end: int


class Citation(Shown):
    """The latest text leans on another source."""

    cited: str = Field(examples=["Reuters"])
    """The source, as written."""
    domain: OrNone = Field(examples=["reuters.com"])
    """Null if it is no known outlet."""
    cue: OrNone = Field(examples=["according to"])
    """The words that say so; null for a byline."""
    byline: bool
    """It stands in a dateline, byline or credit: all of the text comes from it."""
    start: int
    """Where the source is named in the latest text: first character, and the one behind the last."""
    end: int
    content_start: int
    """What is taken from it; both 0 for a byline."""
    content_end: int
    cue_start: int
    cue_end: int
