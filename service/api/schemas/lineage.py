"""How stories came to be, what people decided of them, and how they stood."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from pydantic import Field

from service.api.schemas import Given, Instant, Key, Line, OrNone, PageQuery, Shown
from service.api.schemas.articles import Article
from service.api.schemas.stories import Story
from service.model.decisions import DecisionKind, DecisionState
from service.store.history import StoryThen
from service.store.lineage import Step as StoredStep
from service.store.lineage import StepKind

MOST_SHOWN = 60


class AsOfQuery(Given):
    """Which moment."""

    as_of: Instant | None = Field(None, examples=["2026-03-14T09:30:00Z"])
    """Show the story as it stood then, and not as it stands now."""


class StoryAsOf(Story):
    """A story as it stood at some time: what had been put together by then, as it read then."""

    as_of: datetime
    merged_from: Sequence[str]
    """Ids of stories that had gone into it by then."""
    newest: dict[str, list[Article]]
    """The newest 60 articles that it had then, by language."""

    @classmethod
    def of(cls, then: StoryThen, at: datetime) -> "StoryAsOf":
        newest = defaultdict[str, list[Article]](list)
        for article in then.articles[:MOST_SHOWN]:
            newest[article.language].append(Article.model_validate(article))
        story = Story.model_validate(then.story).model_dump()
        return cls.model_validate(story | {"as_of": at, "merged_from": then.merged, "newest": dict(newest)})


class Step(Shown):
    """One thing that happened to a story."""

    at: datetime
    kind: StepKind = Field(examples=["merged"])
    """opened, linked (a strand joined it), grown (by an article), merged (another story went into it), swallowed (it
    went into another), entered and left (an article came from, or went to, another), parted (a part of it became
    another), split (it was a part of another), pinned, unpinned."""
    article_id: OrNone = Field(examples=["3f9d2c41b7a86e05"])
    strand_id: OrNone
    other_id: OrNone = Field(examples=["st_9c1be07d2f4a6683e0b5"])
    """The other story."""
    score: float | None = Field(examples=[1.32])
    """Of a machine that decided: log odds that both report one happening; of one that opened, the best there was."""
    move: int | None
    """It follows from settling, by which an article turned out to belong elsewhere: the number of the move."""
    decision: OrNone = Field(examples=["dc_019d2c41b7a86e05c3aa"])
    """Of people: the id of the decision."""

    @classmethod
    def of(cls, step: StoredStep) -> "Step":
        told = {name: getattr(step, name) for name in StoredStep.__dataclass_fields__}
        return cls.model_validate(told | {"move": step.move or None})


class LineageQuery(PageQuery):
    """Which page."""


class DecisionQuery(PageQuery):
    """Which page."""


class Decision(Shown):
    """What somebody decided of a story, and what became of it."""

    id: str = Field(examples=["dc_019d2c41b7a86e05c3aa"])
    kind: DecisionKind
    story_id: str
    """As it was named."""
    other_id: OrNone
    """merge: the story into which it goes. split: the story that the part becomes."""
    article_ids: Sequence[str]
    """split: the articles that become a story of their own, with their copies."""
    undoes: OrNone
    """undo: the decision that is taken back."""
    at: datetime
    decided_by: str = Field(examples=["newsroom (k3F9a2Zq)"])
    """Name and id of the API key, or who gave the command."""
    note: str
    state: DecisionState
    """pending until it is carried out, which takes a moment; refused if it could not be any more."""
    why: OrNone
    """Of one refused."""
    done_at: datetime | None


Note = Annotated[Line, Field(examples=["Both report the same crossing."])]


class NoteGiven(Given):
    """What to remember with a decision."""

    note: Note = ""


class MergeGiven(NoteGiven):
    """Into which story."""

    into: Key


class SplitGiven(NoteGiven):
    """Which articles become a story of their own."""

    articles: Annotated[list[Key], Field(min_length=1, max_length=500)]
