"""When is a language settled? What it had settled and the next record come in, what is due goes out.

Pure. All follows from the records, in the order in which they are filed: the times at which they were seen cross the
boundaries of a grid, and between two that lie on different sides of one what was filed so far falls due. The clock
has no say: then a record that comes late would be settled with others, or not, as the machine is slow.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from service.model import EPOCH, SettlePoint

APART = 50
"""Articles that are filed between two portions, if one does not settle all that is due: settling gives way."""


def reached(point: SettlePoint | None, language: str, seq: int, seen_at: datetime, every: timedelta) -> SettlePoint:
    """The point after hearing of the record that will be filed as number `seq`.

    What was filed before anything was known of settling is never due.
    """
    until = EPOCH + (seen_at - EPOCH) // every * every
    if point is None:
        return SettlePoint(language, until, due=seq - 1, done=seq - 1, at_seq=seq)
    return replace(point, until=until, due=seq - 1) if until > point.until else point


def is_time(before: SettlePoint | None, point: SettlePoint, seq: int) -> bool:
    """Whether a portion is settled before the article with this number is filed."""
    crossed = before is not None and point.until > before.until
    return point.done < point.due and (crossed or seq - point.at_seq >= APART)
