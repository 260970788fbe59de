"""What became of an article from one revision to the next. Pure: two enriched articles in, out comes how the later
one differs, in a word, in classes and in facts.

Like is compared with like: what a recheck read on the page with what the page said before, what a feed says with
what a feed said before. A feed and a page tell the same news in different words, and that is no edit.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from service.messages import EnrichedArticle
from service.text.difference import Difference, Materiality, Version, difference

RevisionType = Literal["", "edited", "retitled", "deleted", "moved", "restored"]
"""What a revision is:

* ""        the first text
* edited    another text, whatever became of the title
* retitled  another title, and the same text
* deleted   the page is not there any more; title and text are the last ones known
* moved     the page is at another address now
* restored  the page is there again
"""
RECHECK = "recheck"


@dataclass(frozen=True, slots=True)
class Weighed:
    """How a revision differs from what it was compared with."""

    type: RevisionType = ""
    classes: tuple[Materiality, ...] = ()
    """The gravest first; () for the first text."""
    facts: tuple[str, ...] = ()
    """What changed, such as "number: 52 → 14"."""
    against: int | None = None
    """The revision it was compared with; None for what the page said at an earlier look, and for the first text."""

    @property
    def is_material(self) -> bool:
        return any(each != "cosmetic" for each in self.classes)


FIRST = Weighed()
"""The first text differs from nothing."""


def from_recheck(enriched: EnrichedArticle) -> bool:
    """Whether its text was read on the page, when that was looked at again."""
    hops = enriched.article.raw.hops
    return bool(hops) and hops[0].stage == RECHECK


def version_of(enriched: EnrichedArticle) -> Version:
    raw = enriched.article.raw
    return Version(raw.title, enriched.text, raw.state, tuple(name.text for name in enriched.names))


def compared_with(later: EnrichedArticle, earlier: Sequence[EnrichedArticle]) -> tuple[Version, int | None]:
    """What a revision is compared with, and which revision that is; `earlier` are those before it, the latest last,
    and at least one."""
    raw, last = later.article.raw, earlier[-1]
    if raw.earlier_title or raw.earlier_text:
        said = version_of(last)
        return Version(raw.earlier_title or said.title, raw.earlier_text or said.text, said.state, said.names), None
    alike = [each for each in earlier if from_recheck(each) == from_recheck(later)]
    chosen = alike[-1] if alike and not from_recheck(later) else last
    found = version_of(chosen)
    return Version(found.title, found.text, last.article.raw.state, found.names), chosen.article.revision


def weigh(later: EnrichedArticle, earlier: Sequence[EnrichedArticle]) -> Weighed:
    """How a revision differs from those before it (the latest last); with none, it is the first."""
    if not earlier:
        return Weighed(_ALONE.get(later.article.raw.state, "edited")) if later.article.revision else FIRST
    before, against = compared_with(later, earlier)
    found = difference(before, version_of(later), later.language)
    kind = _type(earlier[-1], later, found)
    return Weighed(kind, found.classes, tuple(map(str, found.facts)), against)


_ALONE: dict[str, RevisionType] = {"deleted": "deleted", "moved": "moved"}
"""What a later revision is whose earlier ones are not filed yet."""


def _type(before: EnrichedArticle, after: EnrichedArticle, found: Difference) -> RevisionType:
    was, now = before.article.raw, after.article.raw
    if now.state == "deleted" != was.state:
        return "deleted"
    if was.state == "deleted" != now.state:
        return "restored"
    if was.moved_to != now.moved_to:
        return "moved"
    text_stays = all(each.kind == "equal" for each in found.text)
    return "retitled" if text_stays and any(each.kind != "equal" for each in found.title) else "edited"
