"""Quotes and citations, each with its article."""

from datetime import datetime

from pydantic import Field

from service.api.schemas import Line, OrNone, PageQuery, Shown, Source


class QuoteQuery(PageQuery):
    """Which quotes. Both filters must hold."""

    speaker: Line | None = Field(None, max_length=200, examples=["Kovac"])
    """The id of an entity, or words of the speaker's name as articles write it."""
    q: Line | None = Field(None, max_length=200, examples=["bridge was closed"])
    """Words that stand in the quote in a row, capitals aside."""


class CitationQuery(PageQuery):
    """Which citations. Both filters must hold."""

    cited: Source | None = Field(None, examples=["belta.by"])
    """The domain of the outlet that is leaned on."""
    source: Source | None = None
    """The outlet that leans on others."""


class SpokenQuote(Shown):
    """Something said, in the current text of an article."""

    article_id: str
    url: str
    title: str
    source: str
    language: str
    at: datetime
    """When the article was published, or seen if it does not say."""
    text: str
    """With its quotation marks, if it is direct; at most 2,000 characters."""
    direct: bool
    """Word for word."""
    speaker: str = Field(examples=["Anna Kovac, the mayor"])
    speaker_id: OrNone
    """The entity, if the speaker is one."""
    cue: OrNone = Field(examples=["said"])


class OutletCitation(Shown):
    """The current text of an article leans on another outlet."""

    article_id: str
    url: str
    title: str
    source: str
    language: str
    at: datetime
    """When the article was published, or seen if it does not say."""
    domain: str = Field(examples=["belta.by"])
    """The outlet that is leaned on."""
    cited: str = Field(examples=["BelTA"])
    """As the article writes it first."""
    cue: OrNone = Field(examples=["reports"])
    """Null where it is only in a byline."""
    byline: bool
    """It stands in a dateline, byline or credit."""
    times: int
    """How often the article does so."""
