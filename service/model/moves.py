"""What settling moves between strands."""

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
    seq: int = 0
    """Its number among all moves; 0 until it is recorded."""
