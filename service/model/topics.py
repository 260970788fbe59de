"""What belongs to a topic beside its name: the versions of its query, and the examples that each must pass."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Example:
    """An article that a topic must match, or must not: one that is stored, or a text of its own."""

    must_match: bool
    article_id: str = ""
    title: str = ""
    text: str = ""
    language: str = ""
    """Of the text, as a two-letter code; "" to have it found out."""


@dataclass(frozen=True, slots=True)
class TopicVersion:
    """A query as it was saved, with the examples it was checked by. Never changed."""

    topic_id: str
    version: int
    query: str
    examples: tuple[Example, ...] = ()
    read_as: str = ""
    """By which analyser, names and model it was understood when it was saved; see `service.query.kept`."""
    made_at: datetime | None = None
    made_by: str = ""
    """Whose key, or "" for the operator."""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Saying:
    """Who changes a topic, when and why, and by which examples it is checked from now on."""

    at: datetime | None = None
    by: str = ""
    why: str = ""
    examples: tuple[Example, ...] | None = None
    """None for those that it has."""
