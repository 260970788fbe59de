"""Stories."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from pydantic import Field

from service.api.schemas import Country, Instant, Key, Language, PageQuery, QueryText, Shown, Source
from service.api.schemas.articles import Article
from service.model import StoryView
from service.store.browse import Order


class StoryQuery(PageQuery):
    """Which stories, in which order. All filters must hold."""

    q: QueryText | None = Field(None, examples=['Belarus AND "prisoner release"'])
    """A query, in the language of topics; the stories of the newest 2,000 articles that match."""
    language: Language | None = None
    """Reported in this language."""
    country: Country | None = None
    """Named in an article: ISO 3166-1 alpha-2."""
    source: Source | None = None
    """Reported by this source."""
    entity: Key | None = None
    """With an article that names this person or organisation: an id."""
    since: Instant | None = None
    """With an article not older than this."""
    until: Instant | None = None
    """With an article older than this."""
    order: Order = "newest"
    """newest: by the latest article. largest: by the number of articles."""


class Story(Shown):
    """The articles that report one happening, in any language."""

    id: str = Field(examples=["st_9c1be07d2f4a6683e0b5"])
    title: str = Field(examples=["Ferries to the northern islands resume"])
    """Of the earliest article that is nobody's copy."""
    languages: Sequence[str] = Field(examples=[["en", "no"]])
    countries: Sequence[str] = Field(examples=[["NO"]])
    """The most often named first."""
    articles: int
    """How many."""
    copies: int
    """How many of them are copies."""
    sources: int
    """Different sources among articles that are nobody's copy."""
    first_at: datetime
    last_at: datetime


class StoryDetail(Story):
    """A story and its newest articles."""

    merged_from: Sequence[str]
    """Ids of stories that turned out to be this one; asked for, each answers with this story."""
    newest: dict[str, list[Article]]
    """The newest 200 articles by language; for all of them list `/v1/articles?story=...`."""

    @classmethod
    def of(cls, view: StoryView) -> "StoryDetail":
        newest = defaultdict[str, list[Article]](list)
        for article in view.articles:
            newest[article.language].append(Article.model_validate(article))
        story = Story.model_validate(view.story).model_dump()
        return cls.model_validate(story | {"merged_from": view.merged, "newest": dict(newest)})
