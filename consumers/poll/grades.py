"""How bad a failure is: in comes what went wrong; out comes its grade, and for a run of failures the wait.

| grade     | counts | what                                                                             |
|-----------|--------|----------------------------------------------------------------------------------|
| hard      | 1      | 4xx but those below; no feed behind it; too large; a forbidden address; redirects |
| soft      | 0.5    | 5xx but those below; no such name, no connection; broken HTTP; a fault of ours    |
| temporary | 0.25   | 408, 425, 429, 502, 503, 504; too slow                                            |
| gone      | -      | 410: visited after a day, then once in `dead_seconds`                             |

The wait doubles with every 1 that counts, from `least_seconds` to `most_seconds`. Above `LONG_DEAD` it grows
by `most_seconds` with each further 1, up to `dead_seconds`. A feed is never given up: many that look dead
come back. (The weights are those of Media Cloud's fetcher.)
"""

from http import HTTPStatus
from typing import Literal

from service.settings import PollSettings

Grade = Literal["hard", "soft", "temporary", "gone"]

COUNTS: dict[Grade, float] = {"hard": 1.0, "soft": 0.5, "temporary": 0.25, "gone": 1.0}
UNREACHABLE: dict[str, Grade] = {
    "address": "hard",
    "dns": "soft",
    "connect": "soft",
    "timeout": "temporary",
    "too_large": "hard",
    "protocol": "soft",
    "redirect": "hard",
}
"""By the kinds of `service.egress.Unreachable`."""
TEMPORARY = frozenset((408, 425, 429, 502, 503, 504))
LONG_DEAD = 20.0
"""About ten days after the wait has reached a day, for a feed that fails hard."""
DAY = 86400.0


def status_grade(status: int) -> Grade:
    """Of an answer that brought no document."""
    if status == HTTPStatus.GONE:
        return "gone"
    if status in TEMPORARY:
        return "temporary"
    return "soft" if status >= HTTPStatus.INTERNAL_SERVER_ERROR else "hard"


def wait_after(grade: Grade, failures: int, trouble: float, settings: PollSettings) -> float:
    """Seconds until the next try, after so many failures in a row that count for `trouble` together."""
    if grade == "gone":
        return min(DAY, settings.dead_seconds) if failures <= 1 else settings.dead_seconds
    if trouble > LONG_DEAD:
        return min(settings.most_seconds * (1 + trouble - LONG_DEAD), max(settings.dead_seconds, settings.most_seconds))
    return float(min(settings.least_seconds * 2.0 ** (trouble - COUNTS[grade]), settings.most_seconds))
