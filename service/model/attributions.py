"""Quotes and citations as lists show them: each with the article it stands in."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class QuoteSummary:
    """Something said, in the current text of an article."""

    article_id: str
    number: int
    """Among the quotes of its article, from 0."""
    at: datetime
    """When the article was published, or seen if it does not say."""
    url: str
    title: str
    source: str
    language: str
    text: str
    direct: bool
    speaker: str
    speaker_id: str
    cue: str


@dataclass(frozen=True, slots=True)
class CitationSummary:
    """An article leans on another outlet."""

    article_id: str
    at: datetime
    url: str
    title: str
    source: str
    language: str
    domain: str
    """The outlet cited."""
    cited: str
    """As the article writes it where it does so first."""
    cue: str
    byline: bool
    times: int
    """How often the article does so."""
