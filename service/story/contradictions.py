"""Do the articles of a story agree on its numbers? Claims by subject in, what they come to out.

Of each outlet the latest article counts, with the first number on the subject that its text has. Two outlets
contradict each other if neither says anywhere what the other says. Numbers that rise as more is known (dead, injured,
detained), and numbers that the same outlet says anew, are updates.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations, pairwise
from typing import Literal

from service.story.claims import Claim, Counted
from service.story.weighing import overlap, stems_of

Verdict = Literal["agreed", "updated", "contradiction"]
MOST = 20
"""Subjects."""
FEW = 5
"""The same where each is said by one voice alone."""
MOST_CLAIMS = 20
"""Of one subject, that are shown."""
ROUNDED = Decimal("0.05")
"""How far a number that ends in zeros may be from an exact one."""
ALIKE = 0.25
"""Share of words that sentences on things that are only called the same must have in common."""
ABOUT = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class Number:
    """What is said of how many."""

    subject: str
    """What is counted: a concept of ours ("dead"), or as written."""
    unit: str
    verdict: Verdict
    value: str
    """What most voices say now; of as many, what was said last."""
    origins: int
    """Voices that say so."""
    voices: int
    """Voices that say anything of it."""
    claims: tuple[Claim, ...]
    """One of each article, the article that was out first at the head; the newest, if there are many."""


def numbers(counted: Iterable[Counted]) -> list[Number]:
    """What most voices speak of first. What only one voice says is left out, but where there is nothing else."""
    judged = [_judged(each) for each in counted]
    heard = [each for each in judged if each.voices > 1 or each.verdict != "agreed"]
    ranked = sorted(heard or judged, key=lambda each: (-each.voices, -len(each.claims), each.subject, each.unit))
    return ranked[: MOST if heard else FEW]


def contradictions(numbers: Iterable[Number]) -> list[Number]:
    """Those on which articles differ: contradictions first, then updates."""
    return sorted((each for each in numbers if each.verdict != "agreed"), key=lambda each: each.verdict)


def _judged(counted: Counted) -> Number:
    articles: dict[str, list[Claim]] = {}
    for claim in counted.claims:
        articles.setdefault(claim.article_id, []).append(claim)
    first = [claims[0] for claims in articles.values()]
    current = sorted({claim.source: claim for claim in first}.values(), key=lambda claim: claim.at)
    value, origins = _prevailing(current)
    ours = "" if ":" not in counted.subject.name else first[-1].counts or counted.unit
    return Number(
        subject=ours or counted.subject.name,
        unit=counted.unit,
        verdict=_verdict(counted, first, current, articles),
        value=value,
        origins=origins,
        voices=len({claim.origin for claim in first}),
        claims=tuple(first[-MOST_CLAIMS:]),
    )


def _verdict(
    counted: Counted, first: Sequence[Claim], current: Sequence[Claim], articles: Mapping[str, Sequence[Claim]]
) -> Verdict:
    said = _Said(articles, _by_source(first), counted.subject.vague)
    if said.differ(current):
        rising = counted.subject.growing and all(a.value <= b.value for a, b in pairwise(first))
        return "updated" if rising else "contradiction"
    now = {claim.source: claim for claim in current}
    return "updated" if any(not agree(claim, now[claim.source]) for claim in first) else "agreed"


def _by_source(first: Sequence[Claim]) -> dict[str, list[Claim]]:
    found: dict[str, list[Claim]] = {}
    for claim in first:
        found.setdefault(claim.source, []).append(claim)
    return found


@dataclass(frozen=True, slots=True)
class _Said:
    """All that is said on a subject: by each article, and by each source one after the other."""

    articles: Mapping[str, Sequence[Claim]]
    sources: Mapping[str, Sequence[Claim]]
    vague: bool

    def differ(self, current: Iterable[Claim]) -> bool:
        """Whether some two do. Claims that are alike are asked once."""
        unlike = {(claim.value, claim.bound, claim.origin): claim for claim in current}
        ordered = sorted(unlike.values(), key=lambda claim: (claim.at, claim.article_id))
        return any(self._contradict(one, other) for one, other in combinations(ordered, 2))

    def _contradict(self, one: Claim, other: Claim) -> bool:
        """Of things that are only called the same, the sentences must be alike as well: there may be many bridges."""
        if one.origin == other.origin or agree(one, other) or (self.vague and _apart(one, other)):
            return False
        ours, theirs = self.articles[one.article_id], self.articles[other.article_id]
        told = any(agree(one, each) for each in theirs) or any(agree(other, each) for each in ours)
        return not told and not self._outdated(one, other)

    def _outdated(self, one: Claim, other: Claim) -> bool:
        """The source of the later claim had said the same, and has changed it since."""
        earlier = (each for each in self.sources[other.source] if each.article_id != other.article_id)
        return one.at < other.at and any(agree(one, each) for each in earlier)


def _apart(one: Claim, other: Claim) -> bool:
    words = (stems_of(each.sentence, each.language) for each in (one, other))
    return overlap(*words) < ALIKE


def agree(one: Claim, other: Claim) -> bool:
    """Whether both can be true: the same number, within "at least" and "at most", about, or rounded."""
    if one.value == other.value or _holds(one, other) or _holds(other, one):
        return True
    apart, most = abs(one.value - other.value), max(abs(one.value), abs(other.value))
    if "about" in (one.bound, other.bound):
        return apart <= most * ABOUT
    return (_is_round(one.written) or _is_round(other.written)) and apart <= most * ROUNDED


def _holds(bounded: Claim, other: Claim) -> bool:
    if bounded.bound == "least":
        return other.value >= bounded.value
    return bounded.bound == "most" and other.value <= bounded.value


def _is_round(written: str) -> bool:
    return len(written) > 2 and written.endswith("00")


def _prevailing(current: Sequence[Claim]) -> tuple[str, int]:
    voices: dict[str, set[str]] = {}
    last: dict[str, int] = {}
    for place, claim in enumerate(current):
        voices.setdefault(claim.written, set()).add(claim.origin)
        last[claim.written] = place
    value = max(voices, key=lambda each: (len(voices[each]), last[each]))
    return value, len(voices[value])
