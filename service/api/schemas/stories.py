"""Stories."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from pydantic import AliasChoices, Field

from service.api.schemas import Country, Given, Instant, Key, Language, OrNone, PageQuery, QueryText, Shown, Source
from service.api.schemas.articles import Article
from service.api.schemas.portraits import (
    Corroboration,
    Growth,
    Headline,
    KeyMention,
    Number,
    ReadOf,
    SummarySentence,
    shown_portrait,
)
from service.portraits import StoryPortrait
from service.store.ordered import Order


class StoryFilters(Given):
    """Which stories, in which order. All filters must hold."""

    q: QueryText | None = Field(None, examples=['Belarus AND "prisoner release"'])
    """A query, in the language of topics, for stories with an article that matches. Where texts have to be read to
    tell, as for phrases, a page may be short of stories, even have none, and still have a cursor: it goes on from
    there."""
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
    independent: int | None = Field(None, ge=0, le=1_000_000, examples=[3])
    """On the word of at least so many voices that are independent of each other."""
    order: Order | Literal["changed"] = "newest"
    """newest: by the latest article. largest: by the number of articles. independent: by the number of voices that are
    independent of each other. changed: in the order in which stories grew, merged or were put together otherwise, the
    last change last; to be followed, for in this order every page has a `next_cursor`."""


class StoryQuery(StoryFilters, PageQuery):
    """Which stories, in which order, and which page of them. All filters must hold."""


class Story(Shown):
    """The articles that report one happening, in any language."""

    id: str = Field(examples=["st_9c1be07d2f4a6683e0b5"])
    title: str = Field(examples=["Ferries to the northern islands resume"])
    """Of the earliest article that is nobody's copy."""
    languages: tuple[str, ...] = Field(examples=[["en", "no"]])
    countries: tuple[str, ...] = Field(examples=[["NO"]])
    """The most often named first."""
    articles: int
    """How many."""
    copies: int
    """How many of them are copies."""
    sources: int
    """Different sources among articles that are nobody's copy."""
    independent: int
    """Voices that are independent of each other: copies, reprints, outlets of one owner and articles that only cite
    count as the one they go back to. 0 for a story that has not grown since this is counted."""
    controlled: int
    """Those of them that a government steers."""
    citing: int
    """Articles, copies aside, that only pass on what one other source reported."""
    first_at: datetime
    last_at: datetime
    merged_into: OrNone = Field("", validation_alias=AliasChoices("successor_id", "merged_into"))
    """The story that it turned out to be; only in the order `changed`, which tells of that, too."""


class StoryDetail(Story):
    """A story: what it says, on whose word, and its newest articles."""

    language: OrNone = Field(examples=["en"])
    """In which most voices report."""
    headline: Headline | None
    """In that language."""
    headlines: dict[str, Headline]
    """The best of each language: central, early, and somebody's own reporting."""
    summary: dict[str, list[SummarySentence]]
    """By language: up to three sentences, as they stand in articles, that together say most of what all say."""
    corroboration: Corroboration
    people: Sequence[KeyMention]
    """Those that most voices name, independently of each other, at most 10; so are organisations and places."""
    organisations: Sequence[KeyMention]
    places: Sequence[KeyMention]
    numbers: Sequence[Number]
    """What articles count, that of which most voices speak first; at most 20."""
    contradictions: Sequence[Number]
    """Those of the numbers on which articles differ: contradictions first, then updates."""
    growth: Growth
    read: ReadOf
    merged_from: Sequence[str]
    """Ids of stories that turned out to be this one; asked for, each answers with this story."""
    newest: dict[str, list[Article]]
    """The newest 60 articles by language; for all of them list `/v1/stories/{id}/articles`."""

    @classmethod
    def of(cls, told: StoryPortrait) -> "StoryDetail":
        view, newest = told.standing.view, defaultdict[str, list[Article]](list)
        for article in view.articles:
            newest[article.language].append(Article.model_validate(article))
        story = Story.model_validate(view.story).model_dump()
        shown = {"merged_from": view.merged, "newest": dict(newest)}
        return cls.model_validate(story | shown | shown_portrait(told))
