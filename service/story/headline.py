"""Under which headline a story is shown: its reports in, one article for each language out.

The best is central (its words are those of the other headlines), early, copied, somebody's own reporting, and says in
a whole sentence what happened.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from service.story.reports import Report, by_when
from service.story.weighing import centrality, stems_of, weights

MOST = 150
"""Headlines of a language that are compared: the first ones, and the newest fifth of as many."""
SHORT, LONG = 4, 22
"""Words that say too little, or go on too long."""
COPIED = 0.1
"""Power by which its copies raise a headline."""
BAIT = ("?", "…", "...", "!")


def headlines(reports: Sequence[Report]) -> dict[str, Report]:
    """The best of each language in which there is one, the earliest language first. `reports` are in order."""
    by_language: dict[str, list[Report]] = {}
    for each in reports:
        if each.title.strip() and not each.gone:
            by_language.setdefault(each.language, []).append(each)
    return {language: _best(some) for language, some in by_language.items()}


def main_language(reports: Sequence[Report], origin_of: Mapping[str, str]) -> str:
    """The language in which most voices report; of as many, in which most articles do, then in which it began.
    `reports` are in order."""
    voices: dict[str, set[str]] = {}
    articles: dict[str, int] = {}
    for each in reports:
        voices.setdefault(each.language, set()).add(origin_of.get(each.article_id, each.origin))
        articles[each.language] = articles.get(each.language, 0) + 1
    return max(voices, key=lambda language: (len(voices[language]), articles[language]), default="")


def _best(reports: Sequence[Report]) -> Report:
    some = reports if len(reports) <= MOST else [*reports[: MOST * 4 // 5], *reports[-(MOST // 5) :]]
    copies = Counter(each.original_id for each in reports)
    words = [stems_of(each.title, each.language) for each in some]
    known = weights([[each] for each in words])
    first = by_when(some[0])
    scored = zip(some, words, strict=True)
    best, _ = max(
        scored, key=lambda each: _score(each[0], each[1], known, first) * (1 + copies[each[0].article_id]) ** COPIED
    )
    return best


def _score(report: Report, stems: Sequence[str], known: Mapping[str, float], first: datetime) -> float:
    """Of alike ones the earlier wins, for `max` keeps the first."""
    score = centrality(stems, known) + 0.01
    score *= 0.6 if report.original_id or report.only_cites else 1.0
    score *= 0.85 if report.agencies else 1.0
    score *= 0.5 if len(stems) < SHORT else 0.8 if len(stems) > LONG else 1.0
    score *= 0.6 if report.title.rstrip().endswith(BAIT) else 1.0
    score *= 0.8 if report.title.isupper() else 1.0
    late = (by_when(report) - first) / timedelta(hours=1)
    return score * (1 + 0.25 / (1 + max(late, 0.0)))
