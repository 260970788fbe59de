"""What match has found for a batch, before anybody is told: values that its parts pass to each other."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from service.messages import EnrichedArticle, StoryChanged
from service.model import Topic
from service.query import Document, Match, Query, conditions, text_part
from service.query.tree import Fact
from service.store.waiting import Waiting


@dataclass(frozen=True, slots=True)
class Watched:
    """A topic as match looks out for it."""

    topic: Topic
    query: Query
    """All of it, with what it asks of the story."""
    text: Query | None
    """What it asks of the article; None if any article will do."""
    conditions: tuple[Fact, ...]
    """What it asks of the story."""

    @classmethod
    def of(cls, topic: Topic, query: Query) -> "Watched":
        asked = conditions(query)
        return cls(topic, query, text_part(query) if asked else query, asked)


@dataclass(frozen=True, slots=True)
class Finding:
    """An article in a story that may be what a topic asks for; `number` is the change's place in its batch."""

    number: int
    watched: Watched
    story_id: str
    article: EnrichedArticle
    document: Document
    """Without what is known of its story."""
    match: Match | None = None
    """Why the article is what is asked for, its story aside; None where that is not yet known."""
    waited: Waiting | None = None
    """That its story was not yet as the topic asks."""

    @property
    def topic(self) -> Topic:
        return self.watched.topic

    @property
    def article_id(self) -> str:
        return self.article.article.article_id


@dataclass(frozen=True, slots=True)
class Heard:
    """A batch of changes, and what was found in their articles."""

    changes: Sequence[StoryChanged]
    findings: Sequence[Finding] = ()
    watched: Mapping[str, Watched] = field(default_factory=dict)
    """Every topic that asks something of stories."""

    def live(self) -> Iterator[tuple[int, StoryChanged]]:
        """What old articles bring in is filed, and nobody is told."""
        return ((number, each) for number, each in enumerate(self.changes) if each.lane == "live")

    @property
    def story_ids(self) -> list[str]:
        return list(dict.fromkeys(each.story_id for _, each in self.live()))
