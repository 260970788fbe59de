"""Revisions of articles, and their differences."""

from collections.abc import Sequence
from datetime import datetime

from pydantic import AliasChoices, Field

from service.api.schemas import Given, OrNone, PageQuery, Shown
from service.api.schemas.articles import Changed
from service.messages import ArticleState
from service.model.differences import Compared
from service.text.difference import Materiality, Segment
from service.text.segments import SegmentKind


class RevisionQuery(PageQuery):
    """Which page of an article's revisions."""


class RevisionListed(Shown):
    """A revision without its text."""

    number: int
    """0 for the first text, then 1, 2, ..."""
    title: str
    state: ArticleState
    moved_to: OrNone
    seen_at: datetime
    filed_at: datetime | None
    brought_by: str = Field(examples=["recheck"])
    """poll, push or receive, if a feed or its hub brought it; recheck, if its page was looked at again."""
    change: Changed = Field(validation_alias=AliasChoices("change", "weighed"))
    """How it differs from the one before it."""


class DiffQuery(Given):
    """Which revision to compare with."""

    from_: int | None = Field(None, alias="from", ge=0, le=1_000_000)
    """Left out: what the revision was compared with when it was filed, most often the one before it."""


class SegmentShown(Shown):
    """A stretch of text that stayed, came or went."""

    kind: SegmentKind
    text: str
    before: tuple[int, int]
    """Where it stands in the earlier text, in characters: from, and up to."""
    after: tuple[int, int]

    @classmethod
    def of(cls, segment: Segment, before: str, after: str) -> "SegmentShown":
        text = after[segment.other : segment.other_end] or before[segment.start : segment.end]
        places = {"before": (segment.start, segment.end), "after": (segment.other, segment.other_end)}
        return cls.model_validate({"kind": segment.kind, "text": text} | places)


class Diff(Shown):
    """How a revision differs from an earlier text: the equal and the inserted segments make up the later one, the
    equal and the deleted ones the earlier one."""

    article_id: str
    from_: int | None = Field(serialization_alias="from", validation_alias="from")
    """Null where it is compared with what the page said at an earlier look."""
    to: int
    classes: Sequence[Materiality] = Field(examples=[["number"]])
    facts: Sequence[str] = Field(examples=[["number: 52 → 14"]])
    state_before: ArticleState
    state: ArticleState
    title: Sequence[SegmentShown]
    text: Sequence[SegmentShown]

    @classmethod
    def of(cls, article_id: str, compared: Compared) -> "Diff":
        before, after, found = compared.before, compared.after, compared.difference
        return cls.model_validate(
            {
                "article_id": article_id,
                "from": compared.against,
                "to": compared.revision,
                "classes": found.classes,
                "facts": [str(fact) for fact in found.facts],
                "state_before": before.state,
                "state": after.state,
                "title": [SegmentShown.of(each, before.title, after.title) for each in found.title],
                "text": [SegmentShown.of(each, before.text, after.text) for each in found.text],
            }
        )
