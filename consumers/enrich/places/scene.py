"""The scene: a text and the places it names in; the country where it happened out, "" where that cannot be told.

A dateline decides ("MINSK, 23 November (BelTA) -"). Else what title and lead say happened in a place: "In
Warsaw on Monday". Where two countries have the same claim, there is none.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from consumers.enrich.places.meaning import Meant

LEAD = 400
"""Characters of the text that say where it happened."""
FIRST = 200
"""What stands in the first of them counts double."""
INSIDE, TOWARDS = 3.0, 1.0
"""What a place counts in which, or towards which, something happens."""
CLEARLY = 1.2
"""How many times more it must count than the next."""
DATELINE_BEGINS = 40
"""Characters within which a dateline names its place."""

_MONTH_OR_DAY = r"(?:[^\W\d_]{2,12}\.?,?\s*){0,3}"
_BETWEEN = rf"(?:[\s,/]*(?:\d{{1,4}}[.,]?\s*{_MONTH_OR_DAY})?(?:\d{{4}}[.,]?\s*)?)"
_DATELINE_ENDS = re.compile(
    rf"(?:,\s*[^\W\d_]+(?:\s[^\W\d_]+)?)?{_BETWEEN}(?:\([^()\n]{{2,40}}\)\s*[-–—:.]?|\s[-–—]{{1,2}}\s|/[^/\n]{{2,40}}/)"
)
"""A country, a date, then the agency in brackets, or a dash."""
_DATED = re.compile(rf"\s*,\s*\d{{1,2}}\.?\s+{_MONTH_OR_DAY}(?:\d{{4}}\s*)?[.:(-–—]")
"""Or a date and the end of the sentence: "MADRID, 23 de noviembre."."""
_COLON = re.compile(r"\s?:\s")
_DATE_FIRST = re.compile(r"[\s\d.,/()–—-]*(?:[^\W\d_]{3,12}[\s.,]*)?")


def scene(text: str, in_title: Iterable[Meant], in_text: Sequence[Meant]) -> str:
    """ISO 3166-1. The text is looked at for its dateline alone."""
    if country := _dateline(text, in_text):
        return country
    claims: dict[str, float] = defaultdict(float)
    for meant in in_title:
        _claim(claims, meant, 1.0)
    for meant in in_text:
        if meant.mention.start < LEAD:
            _claim(claims, meant, 2.0 if meant.mention.start < FIRST else 1.0)
    return _clearest(claims)


def _claim(claims: dict[str, float], meant: Meant, weight: float) -> None:
    if meant.kind in ("name", "city", "region") and meant.mention.stands:
        claims[meant.country] += weight * (INSIDE if meant.mention.stands == "in" else TOWARDS)


def _clearest(claims: Mapping[str, float]) -> str:
    best = sorted(claims, key=lambda country: -claims[country])[:2]
    if not best or (len(best) == 2 and claims[best[0]] < CLEARLY * claims[best[1]]):
        return ""
    return best[0]


def _dateline(text: str, in_text: Sequence[Meant]) -> str:
    first = next((m for m in in_text if m.kind in ("name", "city", "region")), None)
    if first is None or first.mention.start > DATELINE_BEGINS:
        return ""
    if not _DATE_FIRST.fullmatch(text, 0, first.mention.start):
        return ""
    behind = text[first.mention.end : first.mention.end + 100]
    ends = _DATELINE_ENDS.match(behind) or _DATED.match(behind) or (first.city and _COLON.match(behind))
    return first.country if ends else ""
