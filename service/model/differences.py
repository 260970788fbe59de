"""Two revisions of an article side by side: enriched articles go in, what is compared and how it differs comes out."""

from collections.abc import Sequence
from dataclasses import dataclass

from service.messages import EnrichedArticle
from service.model.revisions import compared_with, version_of
from service.text.difference import Difference, Version, difference


@dataclass(frozen=True, slots=True)
class Compared:
    """A revision and what it is compared with."""

    revision: int
    against: int | None
    """The other revision; None for what the page said at an earlier look."""
    language: str
    before: Version
    after: Version
    difference: Difference


def compare(later: EnrichedArticle, earlier: Sequence[EnrichedArticle]) -> Compared:
    """With what it was compared with when it was filed; `earlier` are those before it, the latest last, and at
    least one."""
    before, against = compared_with(later, earlier)
    return _compared(later, before, against)


def compare_two(later: EnrichedArticle, earlier: EnrichedArticle) -> Compared:
    """With a certain other one."""
    return _compared(later, version_of(earlier), earlier.article.revision)


def _compared(later: EnrichedArticle, before: Version, against: int | None) -> Compared:
    after = version_of(later)
    found = difference(before, after, later.language)
    return Compared(later.article.revision, against, later.language, before, after, found)
