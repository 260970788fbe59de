"""How often was each happening told? Labelled articles, their stories and the alerts come in; figures come out. Pure.

A happening is what a story should be: something that occurred once, as the label says. Each alert counts for the
happening of the article that raised it. A topic names the happenings that it should be told of.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import comb
from typing import Any

from tests.quality.agreement import Agreement, bcubed, pairwise


@dataclass(frozen=True, slots=True)
class Told:
    """An article of the labelled set, and what became of it."""

    name: str
    """Its id in the file."""
    article_id: str
    happening: str
    language: str
    is_copy: bool
    """As labelled."""
    strand_id: str
    story_id: str
    original_id: str = ""
    """As found."""


@dataclass(frozen=True, slots=True)
class Raised:
    """An alert; `story_id` is the story that stands today for the one it told of."""

    topic: str
    story_id: str
    article_id: str


@dataclass(frozen=True, slots=True)
class Expected:
    """A topic, and the happenings that it should be told of."""

    name: str
    query: str
    happenings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Count:
    """Of one topic, or of all."""

    alerts: int = 0
    happenings: int = 0
    """That raised an alert, whether they were expected or not."""
    swallowed: tuple[str, ...] = ()
    """Expected, and not told, because another happening's alert had told of a story that they are in."""
    unseen: tuple[str, ...] = ()
    """Expected, and not told at all."""
    beside: tuple[str, ...] = ()
    """Told without being expected: what the query finds, too."""
    again: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Happenings with more than one alert, with the names of the articles that raised them."""

    def shown(self) -> dict[str, Any]:
        return {
            "alerts": self.alerts,
            "happenings": self.happenings,
            "alerts_per_happening": per(self.alerts, self.happenings),
            "swallowed": list(self.swallowed),
            "unseen": list(self.unseen),
            "beside": list(self.beside),
            "again": {each: list(names) for each, names in self.again.items()},
        }


def per(alerts: int, happenings: int) -> float:
    return round(alerts / happenings, 3) if happenings else 0.0


def count(topic: Expected, told: Sequence[Told], raised: Sequence[Raised]) -> Count:
    """What one topic was told of."""
    by_id = {each.article_id: each for each in told}
    own = [each for each in raised if each.topic == topic.name and each.article_id in by_id]
    fired: dict[str, list[str]] = {}
    for each in own:
        article = by_id[each.article_id]
        fired.setdefault(article.happening, []).append(article.name)
    covered = {each.story_id for each in own}
    held = {each.happening for each in told if each.story_id in covered}
    present = {each.happening for each in told}
    missed = [each for each in topic.happenings if each in present and each not in fired]
    return Count(
        alerts=len(own),
        happenings=len(fired),
        swallowed=tuple(each for each in missed if each in held),
        unseen=tuple(each for each in missed if each not in held),
        beside=tuple(sorted(fired.keys() - set(topic.happenings))),
        again={each: sorted(names) for each, names in sorted(fired.items()) if len(names) > 1},
    )


def together(counts: Iterable[Count]) -> dict[str, Any]:
    """Over all topics."""
    counts = list(counts)
    alerts, happenings = sum(each.alerts for each in counts), sum(each.happenings for each in counts)
    return {
        "alerts": alerts,
        "happenings": happenings,
        "alerts_per_happening": per(alerts, happenings),
        "swallowed": sum(len(each.swallowed) for each in counts),
        "unseen": sum(len(each.unseen) for each in counts),
    }


def mixed(told: Sequence[Told]) -> list[dict[str, int]]:
    """Stories that hold more than one happening: their articles by happening. A copy has no voice of its own."""
    held: dict[str, Counter[str]] = {}
    for each in told:
        if not each.is_copy:
            held.setdefault(each.story_id, Counter())[each.happening] += 1
    return sorted((dict(sorted(each.items())) for each in held.values() if len(each) > 1), key=str)


def agreement(told: Sequence[Told]) -> dict[str, Any]:
    """Of stories with labels: over all articles that are nobody's copy, in each language, and across languages."""
    own = [each for each in told if not each.is_copy]
    languages = {each.language: [other for other in own if other.language == each.language] for each in own}
    return {
        "all": _scores(own),
        "across_languages": _shown(across(own)),
        **{language: _scores(some) for language, some in sorted(languages.items())},
    }


def strands(told: Sequence[Told]) -> dict[str, Any]:
    """Of strands with labels, in each language."""
    own = [replace(each, story_id=each.strand_id) for each in told if not each.is_copy]
    languages = sorted({each.language for each in own})
    return {language: _scores([each for each in own if each.language == language]) for language in languages}


def _scores(told: Sequence[Told]) -> dict[str, Any]:
    given, found = [each.happening for each in told], [each.story_id for each in told]
    return {
        "articles": len(told),
        "bcubed": _shown(bcubed(given, found)),
        "pairwise": _shown(pairwise(given, found)),
    }


def across(told: Sequence[Told]) -> Agreement:
    """Pairwise, of the pairs in two languages only."""
    given = _pairs((each.happening, each.language) for each in told)
    found = _pairs((each.story_id, each.language) for each in told)
    right = _pairs(((each.happening, each.story_id), each.language) for each in told)
    return Agreement(right / found if found else 1.0, right / given if given else 1.0)


def _pairs(placed: Iterable[tuple[object, str]]) -> int:
    """Pairs in one group, less those in one language, too."""
    placed = list(placed)
    every, within = Counter(group for group, _ in placed), Counter(placed)
    return sum(comb(number, 2) for number in every.values()) - sum(comb(number, 2) for number in within.values())


def _shown(agreement: Agreement) -> dict[str, float]:
    return {
        "precision": round(agreement.precision, 4),
        "recall": round(agreement.recall, 4),
        "f1": round(agreement.f1, 4),
    }
