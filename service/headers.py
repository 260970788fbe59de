"""What headers say of times: in comes a header's value; out come seconds or a moment, None where it says neither.

Source: RFC 9110, sections 5.6.7 (dates) and 10.2.3 (Retry-After).
"""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

MOST_DIGITS = 9
"""More are cut off: 31 years are enough for everybody, and no number is too large to reckon with."""


def retry_after(value: str, now: datetime) -> float | None:
    """Seconds that a Retry-After asks for, given as a number or as a date."""
    if (asked := seconds(value)) is not None:
        return asked
    until = date(value)
    return None if until is None else max(0.0, (until - now).total_seconds())


def seconds(value: str) -> float | None:
    """A whole number of seconds."""
    value = value.strip()
    return float(value[:MOST_DIGITS]) if value.isascii() and value.isdigit() else None


def date(value: str) -> datetime | None:
    """A date in any of the ways in which mail and HTTP write one; without a zone it is UTC."""
    try:
        found = parsedate_to_datetime(value.strip())
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
