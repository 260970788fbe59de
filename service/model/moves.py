"""What settling moves between strands, and how far it has come."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Move:
    """An article that was in one strand belongs in another."""

    language: str
    article_id: str
    revision: int
    """The article's latest when it was moved."""
    before: str
    """The strand it was in."""
    strand_id: str
    at: datetime
    """The time up to which its language was settled."""
    told_with: int
    """It is told with the article that was filed under this number in its language, whenever that is told."""
    seq: int = 0
    """Its number among all moves; 0 until it is recorded."""


@dataclass(frozen=True, slots=True)
class SettlePoint:
    """How far a language is settled. Numbers are those under which its articles were filed."""

    language: str
    until: datetime
    """The last boundary that the times of its records have crossed."""
    due: int
    """The last article that is to be settled."""
    done: int
    """The last one of which that has been seen to."""
    at_seq: int = 0
    """Of the article before which it was last settled."""
    rescored_at: int = 0
    """Of the last article when all pairs were last scored anew."""
    rescored: int = 0
    """Articles held then."""


@dataclass(frozen=True, slots=True)
class NearArticles:
    """What was near an article when it was filed, or when all were scored anew."""

    language: str
    article_id: str
    seq: int
    """The last article filed when that was found out."""
    at: datetime
    """Of the article."""
    near: tuple[tuple[str, float], ...]
    """Ids and scores."""
