"""Who publishes."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from pydantic import Field

from service.api.schemas import Country, Line, OrNone, PageQuery, Shown
from service.api.schemas.articles import Article
from service.api.schemas.extraction import Extraction
from service.api.schemas.feeds import Feed
from service.model.sources import SourceFilter, SourceView

ControlShown = Literal["state", "public", "private"]


class SourceQuery(PageQuery):
    """Which sources. All filters must hold; of a source that is not in the table nothing is known but its name."""

    country: Country | None = None
    """Where it is at home: ISO 3166-1 alpha-2."""
    language: str | None = Field(None, pattern=r"^[a-z]{2}$", examples=["be"])
    """The language that it writes in most."""
    control: ControlShown | None = None
    """Who steers it: state (a government), public (a board of its own, by law) or private."""
    q: Line | None = Field(None, examples=["gazette"])
    """Part of its name or of a domain of its."""
    all: bool = False
    """Those as well of which there are neither articles nor feeds."""

    def filter(self) -> SourceFilter:
        return SourceFilter(self.country, self.language, self.control, self.q)


class ArticleCounts(Shown):
    """Articles by when they were published, or first seen where that is not said."""

    day: int = Field(examples=[42])
    """In the last 24 hours."""
    week: int = Field(examples=[290])
    """In the last seven days."""


class SourceShown(Shown):
    """An outlet. What is not known of it is null."""

    domain: str = Field(examples=["harbour-gazette.example"])
    """Its first domain, which is its name everywhere; or what its feed or whoever pushed its articles calls it."""
    name: OrNone = Field(examples=["Harbour Gazette"])
    country: OrNone = Field(examples=["NO"])
    language: OrNone = Field(examples=["en"])
    owner: OrNone = Field(examples=["Quay Press"])
    control: OrNone = Field(examples=["private"])
    """state, public or private."""
    domains: Sequence[str]
    """All of its domains."""
    feeds: int
    articles: ArticleCounts
    last_article_at: datetime | None

    @classmethod
    def of(cls, view: SourceView) -> "SourceShown":
        return cls.model_validate(shown(view))


class SourceDetail(SourceShown):
    """An outlet, with all that is known of it."""

    same_house: Sequence[str]
    """Domains of other sources in the table that have the same owner: not independent of it."""
    polled: Sequence[Feed]
    """Its feeds, the oldest 200 at most: how they do, and by which routes they are had."""
    last_article: Article | None
    extraction: Extraction | None
    """How well its pages are read; null if none was asked for."""


def shown(view: SourceView) -> dict[str, object]:
    """What lists show of a source."""
    known = ("domain", "name", "country", "language", "owner", "control", "domains")
    told: dict[str, object] = {each: getattr(view.source, each) for each in known}
    counts = {"day": view.day, "week": view.week}
    return told | {"feeds": view.feeds, "articles": counts, "last_article_at": view.last_at}
