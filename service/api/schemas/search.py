"""What is searched for, and how what was found is spread."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated

from pydantic import Field

from service.api.schemas import Country, Given, Instant, Key, Language, Page, PageQuery, QueryText, Shown, Source
from service.api.schemas.articles import Article
from service.store.counting import Facet, Step

Facets = Annotated[Sequence[Facet], Field(max_length=6, examples=[["source", "person"]])]
Values = Annotated[int, Field(ge=1, le=50)]


class SpreadQuery(Given):
    """How the articles are to be counted."""

    facet: Facets = ()
    """Counted by: source, language, country (named in the text), person, organisation, topic (of yours: articles of
    stories that raised an alert); may be given more than once."""
    values: Values = 10
    """So many values of each facet, the most common ones."""
    timeline: Step | None = None
    """Counted by hour or by day (UTC) of publication."""


class SearchQuery(PageQuery, SpreadQuery):
    """What is searched for, and how it is to be counted. All filters must hold."""

    q: QueryText | None = Field(None, examples=['ferry AND "northern islands"'])
    """A query, in the language of topics. The spread is of the newest 2,000 that match. Where texts have to be read to
    tell, a page may be short of articles, even have none, and still have a cursor."""
    language: Language | None = None
    country: Country | None = None
    """Named in the text: ISO 3166-1 alpha-2."""
    source: Source | None = None
    """Who published."""
    entity: Key | None = None
    """The id of a person or organisation that the text names."""
    since: Instant | None = None
    """Not older than this."""
    until: Instant | None = None
    """Older than this."""


class FacetValue(Shown):
    """A value, and how many articles have it."""

    value: str = Field(examples=["person_alexander-lukashenko"])
    """To filter by; of people, organisations and topics an id."""
    name: str = Field(examples=["Alexander Lukashenko"])
    articles: int = Field(examples=[12])


class TimeSlot(Shown):
    """An hour or a day in which something was published."""

    at: datetime
    """Its beginning."""
    articles: int = Field(examples=[12])
    stories: int = Field(examples=[3])


class Spreading(Shown):
    """How articles are spread."""

    articles: int = Field(examples=[812])
    """How many were counted: the newest that pass, at most 5,000."""
    more: bool
    """There are more than were counted."""
    facets: Mapping[str, Sequence[FacetValue]] = Field(
        examples=[{"source": [{"value": "belta.by", "name": "belta.by", "articles": 12}]}]
    )
    """Those that were asked for; the most common values first."""
    timeline: Sequence[TimeSlot]
    """The earliest first; only slots in which there is something."""


class Found(Page[Article]):
    """Articles, a page at a time, and how all that were found are spread."""

    spread: Spreading | None = Field(description="Null if no facet and no timeline was asked for.")


class ProfileQuery(Given):
    """How its articles are to be counted."""

    values: Values = 10
    timeline: Step = "day"
    since: Instant | None = None
    until: Instant | None = None


class EntityProfile(Shown):
    """Where and when somebody is in the news, and with whom."""

    id: str = Field(examples=["person_alexander-lukashenko"])
    name: str = Field(examples=["Alexander Lukashenko"])
    spread: Spreading
    """Of the articles that name it; facets: source, language, country, person, organisation, topic."""


PROFILE_FACETS: tuple[Facet, ...] = ("source", "language", "country", "person", "organisation", "topic")
