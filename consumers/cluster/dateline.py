"""When was a text written whose publisher gives no time? An enriched article comes in; a day or nothing goes out.

Pure. Reports often say it themselves, on a line of its own near the beginning: "March 1, 2008", "20-Oct-07". A day
that stands in a sentence is no such line: it may be that of anything.
"""

import re
from datetime import UTC, datetime

from service.messages import EnrichedArticle

HEAD = 400
"""Characters in which the line is looked for."""
REST = 12
"""Letters that may stand beside the day in its line: those of a weekday."""
_LETTER = re.compile(r"[^\W\d_]")
_DASHED = re.compile(r"^\s*(\d{1,2}-[A-Z][a-z]{2}-\d{2}(?:\d{2})?)\s*$", re.MULTILINE)
"""As machines write it in all languages: "20-Oct-07"."""


def dateline(enriched: EnrichedArticle) -> datetime | None:
    """The beginning of that day in UTC."""
    head = enriched.text[:HEAD]
    for each in enriched.dates:
        if each.end <= len(head) and len(each.date) == len("2008-03-01") and _alone(head, each.start, each.end):
            return datetime.fromisoformat(each.date).replace(tzinfo=UTC)
    dashed = _DASHED.search(head)
    return _day(dashed[1]) if dashed else None


def _alone(head: str, start: int, end: int) -> bool:
    first, last = head.rfind("\n", 0, start) + 1, head.find("\n", end)
    beside = head[first:start] + head[end : last if last >= 0 else len(head)]
    return len(_LETTER.findall(beside)) <= REST


def _day(dashed: str) -> datetime | None:
    year = "%y" if dashed[-3] == "-" else "%Y"
    try:
        return datetime.strptime(dashed, f"%d-%b-{year}").replace(tzinfo=UTC)
    except ValueError:
        return None
